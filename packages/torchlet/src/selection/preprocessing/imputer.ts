// Missing values replaced by what the training part suggests.

import { where } from "../../ops/comparison.js";
import { tensor } from "../../ops/creation.js";
import { isnan } from "../../ops/unary.js";
import type { Tensor } from "../../tensor/tensor.js";
import { problem } from "../problem.js";
import { type Cell, type Columns, isColumns } from "../samples.js";
import {
  checkSamples,
  featureNames,
  featureValues,
  isMissing,
  matrixOf,
  numbersOf,
  sameFeatures,
  type Table,
} from "./table.js";
import { checkFitted, type Json, readNames, registerTransformer, Transformer } from "./transformer.js";

/** What replaces a missing value. */
export type ImputeStrategy = "mean" | "median" | "mostFrequent" | "constant";

/** Options of `SimpleImputer`. */
export interface SimpleImputerOptions {
  /** Default: "mean". Text columns take "mostFrequent" and "constant". */
  readonly strategy?: ImputeStrategy;
  /** For "constant". Default: 0. */
  readonly fillValue?: string | number | boolean;
  /** Whether a feature without any value at `fit` is filled with `fillValue` (or 0); else it is an error. Default: false. */
  readonly keepEmptyFeatures?: boolean;
}

interface Fills {
  readonly names: readonly string[];
  readonly fills: readonly (string | number | boolean)[];
}

/**
 * Replaces missing values (NaN, null, undefined) by a statistic of the training part. As scikit-learn's.
 *
 * Of equally frequent values the least is taken. A tensor gives a tensor, columns give columns.
 *
 * @example
 * new torch.selection.SimpleImputer({ strategy: "median" }).fit(XTrain).transform(XTest);
 */
export class SimpleImputer extends Transformer<Table, Table> {
  override readonly kind = "SimpleImputer";
  private state: Fills | null = null;

  constructor(readonly options: SimpleImputerOptions = {}) {
    super();
  }

  /** What replaces missing values, for each feature. */
  get statistics(): readonly (string | number | boolean)[] {
    return checkFitted(this.kind, this.state).fills;
  }

  override fit(X: Table): this {
    const names = featureNames(this.kind, X);
    checkSamples(this.kind, X);
    const columns: Iterable<ArrayLike<Cell>> = isColumns(X)
      ? Object.values(X).map((column) => column as ArrayLike<Cell>)
      : featureValues(this.kind, X);
    this.state = { names, fills: Array.from(columns, (column, j) => this.fillOf(names[j]!, column)) };
    return this;
  }

  private fillOf(name: string, column: ArrayLike<Cell>): string | number | boolean {
    const { strategy = "mean", fillValue = 0, keepEmptyFeatures = false } = this.options;
    if (strategy === "constant") return fillValue;
    const present = Array.from(column).filter((cell) => !isMissing(cell)) as (string | number | boolean)[];
    if (present.length === 0) {
      if (keepEmptyFeatures) return fillValue;
      throw problem(
        "imputer-empty",
        this.kind,
        `feature ${JSON.stringify(name)} has no value at all to learn from`,
        `特征 ${JSON.stringify(name)} 没有任何可供学习的值`,
        {
          received: name,
          hint: { en: "drop it, or set keepEmptyFeatures: true", zh: "请去掉该特征，或设置 keepEmptyFeatures: true" },
        },
      );
    }
    switch (strategy) {
      case "mean": {
        const values = numbersOf(this.kind, name, present);
        return values.reduce((sum, v) => sum + v, 0) / values.length;
      }
      case "median": {
        const values = numbersOf(this.kind, name, present).sort();
        const middle = values.length >> 1;
        return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
      }
      case "mostFrequent":
        return mostFrequent(present);
      default:
        strategy satisfies never;
        throw problem(
          "impute-strategy",
          this.kind,
          `unknown strategy ${String(strategy)}`,
          `未知的填补方式 ${String(strategy)}`,
          { expected: ["mean", "median", "mostFrequent", "constant"], received: strategy },
        );
    }
  }

  override transform(X: Tensor): Tensor;
  override transform(X: Columns): Columns;
  override transform(X: Table): Table;
  override transform(X: Table): Table {
    const { names, fills } = checkFitted(this.kind, this.state);
    const known = sameFeatures(this.kind, X, names);
    if (isColumns(known)) {
      return Object.fromEntries(
        Object.entries(known).map(([name, column], j) => [
          name,
          Array.from(column as ArrayLike<Cell>, (cell) => (isMissing(cell) ? fills[j]! : cell)),
        ]),
      );
    }
    const { x, dtype } = matrixOf(this.kind, known);
    return where(isnan(x), tensor(Float64Array.from(fills, Number), { dtype }), x);
  }

  override fitTransform(X: Tensor): Tensor;
  override fitTransform(X: Columns): Columns;
  override fitTransform(X: Table): Table;
  override fitTransform(X: Table): Table {
    return this.fit(X).transform(X);
  }

  override getFeatureNamesOut(): string[] {
    return [...checkFitted(this.kind, this.state).names];
  }

  protected override settings(): Json {
    return { ...this.options };
  }

  protected override learned(): Json {
    return this.state === null ? null : { ...this.state };
  }

  /** @internal */
  static revive(options: Json, state: Json): SimpleImputer {
    const imputer = new SimpleImputer(options as SimpleImputerOptions);
    if (state === null) return imputer;
    const { names, fills } = state as { readonly names: Json; readonly fills: Fills["fills"] };
    const known = readNames(names);
    if (fills.length !== known.length) throw new RangeError("fills");
    imputer.state = { names: known, fills: [...fills] };
    return imputer;
  }
}
registerTransformer("SimpleImputer", SimpleImputer.revive);

function mostFrequent<T extends string | number | boolean>(values: readonly T[]): T {
  const counts = new Map<T, number>();
  for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts].reduce((best, it) => (it[1] > best[1] || (it[1] === best[1] && it[0] < best[0]) ? it : best))[0];
}
