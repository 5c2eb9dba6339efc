// Categories as columns of zeros and ones.
import { tensor } from "../../ops/creation.js";
import { type DType, getDefaultDtype } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import { problem } from "../problem.js";
import { type Cell, type Columns, countOf, isColumns } from "../samples.js";
import {
  checkMatrix,
  checkSamples,
  featureNames,
  featureValues,
  isMissing,
  sameFeatures,
  type Table,
} from "./table.js";
import { checkFitted, type Json, readNames, registerTransformer, Transformer } from "./transformer.js";

/** A category; null is that of missing values. */
export type Category = string | number | boolean | null;

/** Options of `OneHotEncoder`. */
export interface OneHotEncoderOptions {
  /** A category that `fit` has not seen is an error, or gets zeros alone. Default: "error". */
  readonly handleUnknown?: "error" | "ignore";
  /**
   * Whether missing values have a column: true, always (pandas' `dummy_na=True`); false, they get zeros alone; default:
   * where the training part has some (scikit-learn).
   */
  readonly dummyNa?: boolean;
  /** Categories without a column: the first of each feature, or of features with two. Default: none. */
  readonly drop?: "first" | "ifBinary" | null;
  /** The categories of each feature, in order. Default: those of the training part, ascending. */
  readonly categories?: readonly (readonly Category[])[];
}

interface Known {
  readonly names: readonly string[];
  readonly categories: readonly (readonly Category[])[];
}

/**
 * Encodes each category as a column that is 1 where a sample has it, else 0. As scikit-learn's, dense.
 *
 * @example
 * const encoder = new torch.selection.OneHotEncoder({ handleUnknown: "ignore" }).fit({ color: ["red", "blue"] });
 * encoder.transform({ color: ["blue", "green"] }); // tensor([[1, 0], [0, 0]])
 */
export class OneHotEncoder extends Transformer<Table, Tensor> {
  override readonly kind = "OneHotEncoder";
  private known: Known | null = null;

  constructor(readonly options: OneHotEncoderOptions = {}) {
    super();
  }

  /** The categories of each feature. */
  get categories(): readonly (readonly Category[])[] {
    return checkFitted(this.kind, this.known).categories;
  }

  override fit(X: Table): this {
    const names = featureNames(this.kind, X);
    const columns = cellsOf(this.kind, X);
    checkSamples(this.kind, X);
    const { dummyNa, categories } = this.options;
    if (categories !== undefined && categories.length !== names.length) {
      throw problem(
        "category-lists",
        this.kind,
        `${names.length} lists of categories are needed, got ${categories.length}`,
        `需要 ${names.length} 个类别列表，得到的是 ${categories.length} 个`,
        { expected: names.length, received: categories.length },
      );
    }
    const found = columns.map((column, j) => {
      if (categories !== undefined) return [...categories[j]!];
      const present = [...new Set(column)].filter((c): c is string | number | boolean => c !== null).sort(ascending);
      const missing = dummyNa ?? column.includes(null);
      return missing ? [...present, null] : present;
    });
    this.known = { names, categories: found };
    // With lists of their own, the training part may not have others either.
    if (categories !== undefined) this.transform(X);
    return this;
  }

  /** The categories of a feature that have a column. */
  private columnsOf(j: number): readonly Category[] {
    const all = checkFitted(this.kind, this.known).categories[j]!;
    const { drop = null } = this.options;
    return drop === "first" || (drop === "ifBinary" && all.length === 2) ? all.slice(1) : all;
  }

  override transform(X: Table): Tensor {
    const { names, categories } = checkFitted(this.kind, this.known);
    const known = sameFeatures(this.kind, X, names);
    const n = countOf(this.kind, known);
    const kept = names.map((_, j) => new Map(this.columnsOf(j).map((category, at) => [category, at])));
    const width = kept.reduce((sum, map) => sum + map.size, 0);
    const values = new Float32Array(n * width);
    let start = 0;
    cellsOf(this.kind, known).forEach((column, j) => {
      const all = new Set(categories[j]!);
      column.forEach((cell, i) => {
        const at = kept[j]!.get(cell);
        if (at !== undefined) values[i * width + start + at] = 1;
        else if (!all.has(cell)) this.unknown(names[j]!, cell, categories[j]!);
      });
      start += kept[j]!.size;
    });
    return tensor(values, { dtype: dtypeOf(X) }).reshape(n, width);
  }

  /** A category that `fit` has not seen. */
  private unknown(name: string, cell: Category, expected: readonly Category[]): void {
    const { handleUnknown = "error", dummyNa } = this.options;
    if (handleUnknown === "ignore" || (cell === null && dummyNa === false)) return;
    throw problem(
      "unknown-category",
      this.kind,
      `${JSON.stringify(name)} has the category ${JSON.stringify(cell)}, which was not there at fit`,
      `${JSON.stringify(name)} 中的类别 ${JSON.stringify(cell)} 在拟合时没有出现过`,
      {
        expected,
        received: cell,
        hint: { en: 'handleUnknown: "ignore" gives zeros', zh: 'handleUnknown: "ignore" 会得到全零' },
      },
    );
  }

  /**
   * Categories again. Zeros alone stand for the dropped category, else for a missing value.
   */
  override inverseTransform(X: Tensor): Columns {
    const { names, categories } = checkFitted(this.kind, this.known);
    const width = this.getFeatureNamesOut().length;
    checkMatrix(this.kind, X);
    sameFeatures(
      this.kind,
      X,
      Array.from({ length: width }, (_, i) => String(i)),
    );
    const values = X.toTypedArray();
    const n = X.shape[0]!;
    let start = 0;
    const columns = names.map((name, j) => {
      const kept = this.columnsOf(j);
      const none = kept.length < categories[j]!.length ? categories[j]![0]! : null;
      const column = Array.from({ length: n }, (_, i) => {
        const at = kept.findIndex((_, c) => values[i * width + start + c]! > 0.5);
        return at === -1 ? none : kept[at]!;
      });
      start += kept.length;
      return [name, column] as const;
    });
    return Object.fromEntries(columns);
  }

  override getFeatureNamesOut(): string[] {
    const { names } = checkFitted(this.kind, this.known);
    return names.flatMap((name, j) => this.columnsOf(j).map((category) => `${name}_${category ?? "nan"}`));
  }

  protected override settings(): Json {
    return { ...this.options } as Json;
  }

  protected override learned(): Json {
    return this.known === null ? null : { ...this.known };
  }

  /** @internal */
  static revive(options: Json, state: Json): OneHotEncoder {
    const encoder = new OneHotEncoder(options as OneHotEncoderOptions);
    if (state === null) return encoder;
    const { names, categories } = state as { readonly names: Json; readonly categories: Known["categories"] };
    const known = readNames(names);
    if (categories.length !== known.length || !categories.every(Array.isArray)) throw new RangeError("categories");
    encoder.known = { names: known, categories: categories.map((list) => [...list]) };
    return encoder;
  }
}
registerTransformer("OneHotEncoder", OneHotEncoder.revive);

/** Numbers before texts, each ascending. */
function ascending(a: string | number | boolean, b: string | number | boolean): number {
  const [textA, textB] = [typeof a === "string", typeof b === "string"];
  if (textA !== textB) return textA ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each feature's cells, missing ones null. */
function cellsOf(path: string, table: Table): Category[][] {
  const clean = (cell: Cell) => (isMissing(cell) ? null : (cell as Category));
  if (!isColumns(table)) return Array.from(featureValues(path, table), (values) => Array.from(values, clean));
  return Object.values(table).map((column) => Array.from(column as ArrayLike<Cell>, clean));
}

function dtypeOf(table: Table): DType {
  return !isColumns(table) && table.dtype.isFloatingPoint ? table.dtype : getDefaultDtype();
}
