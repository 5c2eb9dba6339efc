// Powers and products of features.
import { mul } from "../../ops/arithmetic.js";
import { onesLike } from "../../ops/creation.js";
import { stack } from "../../ops/joining.js";
import { select, toDtype } from "../../ops/views.js";
import type { Tensor } from "../../tensor/tensor.js";
import { checkCount } from "../problem.js";
import { featureNames, matrixOf, sameFeatures, type Table } from "./table.js";
import { checkFitted, type Json, readNames, registerTransformer, Transformer } from "./transformer.js";

/** Options of `PolynomialFeatures`. */
export interface PolynomialFeaturesOptions {
  /** Whether there is a column of ones. Default: true. */
  readonly includeBias?: boolean;
  /** Products of different features alone, no powers. Default: false. */
  readonly interactionOnly?: boolean;
  /** Divides each power `x^i` by `i!`, as the book does, so that high powers stay small. Default: false. */
  readonly factorialScaling?: boolean;
}

/**
 * All monomials of the features up to a degree, in scikit-learn's order: by degree, then lexicographically.
 *
 * @param degree the highest sum of exponents. Default: 2
 *
 * @example
 * new torch.selection.PolynomialFeatures(3).fitTransform(torch.tensor([[2.5]])); // 1, x, x^2, x^3
 */
export class PolynomialFeatures extends Transformer<Table, Tensor> {
  override readonly kind = "PolynomialFeatures";
  private names: string[] | null = null;

  constructor(
    readonly degree = 2,
    readonly options: PolynomialFeaturesOptions = {},
  ) {
    super();
    checkCount(this.kind, "degree", degree, 0);
  }

  /** The exponents of each monomial, a number for each feature. */
  get powers(): number[][] {
    const d = checkFitted(this.kind, this.names).length;
    return this.monomials(d).map((factors) => {
      const exponents = new Array<number>(d).fill(0);
      for (const j of factors) exponents[j]!++;
      return exponents;
    });
  }

  override fit(X: Table): this {
    this.names = featureNames(this.kind, X);
    return this;
  }

  /** Each monomial as the ascending list of its factors. */
  private monomials(d: number): number[][] {
    const { includeBias = true, interactionOnly = false } = this.options;
    let last: number[][] = [[]];
    const all: number[][] = includeBias ? [[]] : [];
    for (let degree = 1; degree <= this.degree; degree++) {
      last = last.flatMap((factors) => {
        const from = factors.length === 0 ? 0 : factors.at(-1)! + (interactionOnly ? 1 : 0);
        return Array.from({ length: d - from }, (_, j) => [...factors, from + j]);
      });
      all.push(...last);
    }
    return all;
  }

  override transform(X: Table): Tensor {
    const names = checkFitted(this.kind, this.names);
    const { x, dtype } = matrixOf(this.kind, sameFeatures(this.kind, X, names));
    const { factorialScaling = false } = this.options;
    const columns = names.map((_, j) => select(x, 1, j));
    // Each monomial is one with a factor less, times that factor, over how often the factor is there by now.
    const made = new Map<string, Tensor>();
    const monomial = (factors: readonly number[]): Tensor => {
      if (factors.length === 0) return onesLike(select(x, 1, 0));
      const key = factors.join();
      const known = made.get(key);
      if (known !== undefined) return known;
      const last = factors.at(-1)!;
      const times = factors.filter((j) => j === last).length;
      const before = factors.length === 1 ? null : monomial(factors.slice(0, -1));
      let value = before === null ? columns[last]! : mul(before, columns[last]!);
      if (factorialScaling && times > 1) value = mul(value, 1 / times);
      made.set(key, value);
      return value;
    };
    return toDtype(stack(this.monomials(names.length).map(monomial), 1), dtype);
  }

  override getFeatureNamesOut(): string[] {
    const names = checkFitted(this.kind, this.names).map((name) => (/^\d+$/.test(name) ? `x${name}` : name));
    return this.powers.map((exponents) => {
      const factors = exponents.flatMap((e, j) => (e === 0 ? [] : e === 1 ? [names[j]!] : [`${names[j]}^${e}`]));
      return factors.length === 0 ? "1" : factors.join(" ");
    });
  }

  protected override settings(): Json {
    return { degree: this.degree, ...this.options };
  }

  protected override learned(): Json {
    return this.names === null ? null : { names: this.names };
  }

  /** @internal */
  static revive(options: Json, state: Json): PolynomialFeatures {
    const { degree, ...rest } = options as unknown as { readonly degree: number } & PolynomialFeaturesOptions;
    const features = new PolynomialFeatures(degree, rest);
    if (state !== null) features.names = readNames((state as { readonly names: Json }).names);
    return features;
  }
}
registerTransformer("PolynomialFeatures", PolynomialFeatures.revive);
