// Several transformations as one: one after another, or each on columns of its own.

import { tensor } from "../../ops/creation.js";
import { indexSelect } from "../../ops/indexing.js";
import { cat } from "../../ops/joining.js";
import { toDtype } from "../../ops/views.js";
import type { Tensor } from "../../tensor/tensor.js";
import { problem } from "../problem.js";
import { isColumns, type Samples } from "../samples.js";
import { featureNames, matrixOf, sameFeatures, type Table } from "./table.js";
import {
  checkFitted,
  type Json,
  readNames,
  registerTransformer,
  Transformer,
  type TransformerJson,
  transformerFromJson,
} from "./transformer.js";

/** What a pipeline gives: what its last step gives. */
type LastOut<S extends readonly Transformer[]> = S extends readonly [...Transformer[], infer L]
  ? L extends Transformer<Table, infer Out>
    ? Out
    : Table
  : Table;

/**
 * Transformations one after another, each fitted on what the ones before it make of the training part.
 *
 * @param steps in order
 *
 * @example
 * new torch.selection.Pipeline(new torch.selection.SimpleImputer(), new torch.selection.StandardScaler()).fit(XTrain);
 */
export class Pipeline<const S extends readonly Transformer[] = readonly Transformer[]> extends Transformer<
  Table,
  LastOut<S>
> {
  override readonly kind = "Pipeline";
  readonly steps: S;

  constructor(...steps: S) {
    super();
    this.steps = steps;
  }

  override fit(X: Table, y: Samples | null = null): this {
    let table = X;
    for (const [i, step] of this.steps.entries()) {
      step.fit(table, y);
      if (i < this.steps.length - 1) table = step.transform(table);
    }
    return this;
  }

  override transform(X: Table): LastOut<S> {
    return this.steps.reduce<Table>((table, step) => step.transform(table), X) as LastOut<S>;
  }

  override inverseTransform(X: LastOut<S>): Table {
    return this.steps.reduceRight<Table>((table, step) => step.inverseTransform(table), X);
  }

  override getFeatureNamesOut(): string[] {
    return this.steps.at(-1)?.getFeatureNamesOut() ?? [];
  }

  protected override settings(): Json {
    return this.steps.map((step) => step.toJSON()) as unknown as Json;
  }

  protected override learned(): Json {
    return null;
  }

  /** @internal */
  static revive(options: Json): Pipeline {
    return new Pipeline(...(options as unknown as readonly TransformerJson[]).map(transformerFromJson));
  }
}
registerTransformer("Pipeline", Pipeline.revive);

/** A transformation and the columns that it is for: their names, or their numbers in a tensor. */
export interface ColumnStep {
  readonly name: string;
  readonly transformer: Transformer;
  readonly columns: readonly (string | number)[];
}

/** Options of `ColumnTransformer`. */
export interface ColumnTransformerOptions {
  /** What becomes of the other columns; those that pass through must be numbers. Default: "drop". */
  readonly remainder?: "drop" | "passthrough";
}

/**
 * Transformations on columns of their own; what they give is joined side by side in one matrix. As scikit-learn's.
 *
 * @example
 * new torch.selection.ColumnTransformer([
 *   { name: "numbers", transformer: new torch.selection.StandardScaler(), columns: ["area", "year"] },
 *   { name: "texts", transformer: new torch.selection.OneHotEncoder(), columns: ["zone"] },
 * ]).fitTransform(houses);
 */
export class ColumnTransformer extends Transformer<Table, Tensor> {
  override readonly kind = "ColumnTransformer";
  private names: string[] | null = null;

  constructor(
    readonly transformers: readonly ColumnStep[],
    readonly options: ColumnTransformerOptions = {},
  ) {
    super();
  }

  override fit(X: Table, y: Samples | null = null): this {
    const names = featureNames(this.kind, X);
    for (const { transformer, columns } of this.transformers) transformer.fit(pick(this.kind, X, columns), y);
    this.names = names;
    return this;
  }

  override transform(X: Table): Tensor {
    const known = sameFeatures(this.kind, X, checkFitted(this.kind, this.names));
    const parts = this.transformers.map(({ transformer, columns }) =>
      transformer.transform(pick(this.kind, known, columns)),
    );
    const rest = this.rest();
    if (rest.length > 0) parts.push(pick(this.kind, known, rest));
    const matrices = parts.map((part) => {
      const { x, dtype } = matrixOf(this.kind, part);
      return toDtype(x, dtype);
    });
    return cat(matrices, 1);
  }

  /** The columns that pass through. */
  private rest(): readonly (string | number)[] {
    if (this.options.remainder !== "passthrough") return [];
    const taken = new Set(this.transformers.flatMap(({ columns }) => columns.map(String)));
    return checkFitted(this.kind, this.names).filter((name) => !taken.has(name));
  }

  override getFeatureNamesOut(): string[] {
    return [
      ...this.transformers.flatMap(({ name, transformer }) =>
        transformer.getFeatureNamesOut().map((feature) => `${name}__${feature}`),
      ),
      ...this.rest().map((name) => `remainder__${name}`),
    ];
  }

  protected override settings(): Json {
    const transformers = this.transformers.map((step) => ({ ...step, transformer: step.transformer.toJSON() }));
    return { ...this.options, transformers } as unknown as Json;
  }

  protected override learned(): Json {
    return this.names === null ? null : { names: this.names };
  }

  /** @internal */
  static revive(options: Json, state: Json): ColumnTransformer {
    const { transformers, ...rest } = options as unknown as ColumnTransformerOptions & {
      readonly transformers: readonly (Omit<ColumnStep, "transformer"> & { readonly transformer: TransformerJson })[];
    };
    const steps = transformers.map((step) => ({ ...step, transformer: transformerFromJson(step.transformer) }));
    const made = new ColumnTransformer(steps, rest);
    if (state !== null) made.names = readNames((state as { readonly names: Json }).names);
    return made;
  }
}
registerTransformer("ColumnTransformer", ColumnTransformer.revive);

/** Some columns. @throws ValueError for one that is not there */
function pick(path: string, table: Table, columns: readonly (string | number)[]): Table {
  const names = featureNames(path, table);
  const missing = columns.find((column) => !names.includes(String(column)));
  if (missing !== undefined) {
    throw problem(
      "feature-missing",
      path,
      `there is no column ${JSON.stringify(missing)}`,
      `没有列 ${JSON.stringify(missing)}`,
      { expected: names, received: missing },
    );
  }
  if (isColumns(table)) return Object.fromEntries(columns.map((column) => [column, table[String(column)]!]));
  return indexSelect(table, 1, tensor(Int32Array.from(columns, Number)));
}
