// Data sets: samples by index, and where possible whole batches at once.

import { instructions, Op, tenure } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { tensor } from "../ops/creation.js";
import { indexSelect } from "../ops/indexing.js";
import { checkIndices } from "../ops/indexing-core.js";
import { type Generator, randperm } from "../ops/random.js";
import { contiguous, select } from "../ops/views.js";
import type { DType } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";

/**
 * Samples by index.
 *
 * A data set that can make a whole batch at once (`getBatch`) spares the loader from stacking samples.
 */
export abstract class Dataset<Sample = readonly Tensor[], Batch = readonly Tensor[]> {
  /** How many samples there are. */
  abstract get length(): number;
  abstract getItem(index: number): Sample;
  /** The batch of the samples that an int32 tensor names. */
  getBatch?(indices: Tensor): Batch;
}

/** How a tensor's rows become a batch: converted to a type, and multiplied, on the way. */
export interface RowConversion {
  readonly dtype?: DType;
  readonly scale?: number;
}

/**
 * Rows of a tensor by index, gathered and converted in one instruction.
 *
 * @throws IndexError for a row that is not there
 */
export function gatherRows(source: Tensor, indices: Tensor, conversion: RowConversion = {}): Tensor {
  const dtype = conversion.dtype ?? source.dtype;
  const rows = indices.numel();
  const places = checkIndices("gatherRows", indices, source.shape[0] ?? 0, 0);
  const dense = contiguous(source.data);
  const out = emptyTensor([rows, ...source.shape.slice(1)], dtype);
  // What batches are taken from is a data set: it stays in engine memory.
  if (dense.storage === source.storage) tenure(source.storage);
  const perRow = source.shape.slice(1).reduce((n, s) => n * s, 1);
  const from = dense.address();
  const at = places.address();
  instructions.plain(
    Op.gatherRows,
    [from, source.dtype.code, perRow, at, rows, out.address(), dtype.code, 0],
    [conversion.scale ?? 1],
    rows * perRow * 0.2,
  );
  return out;
}

/**
 * Tensors whose first dimension counts the samples.
 *
 * @throws ShapeError where these differ
 *
 * @example
 * const dataset = new TensorDataset(features, labels);
 */
export class TensorDataset extends Dataset {
  readonly tensors: readonly Tensor[];

  constructor(...tensors: Tensor[]) {
    super();
    const n = tensors[0]?.shape[0];
    if (n === undefined || tensors.some((t) => t.shape[0] !== n)) {
      throw new ShapeError("dataset-length", {
        path: "TensorDataset",
        rule: {
          en: `all tensors must have the same first dimension, got ${tensors.map((t) => t.shape[0] ?? "none").join(", ")}`,
          zh: `所有张量的第一维必须相同，得到的是 ${tensors.map((t) => t.shape[0] ?? "无").join("、")}`,
        },
        received: tensors.map((t) => [...t.shape]),
      });
    }
    this.tensors = tensors.map((t) => {
      const dense = t.dense ? t : t.data.clone();
      tenure(dense.storage);
      return dense;
    });
  }

  override get length(): number {
    return this.tensors[0]!.shape[0]!;
  }

  override getItem(index: number): readonly Tensor[] {
    return this.tensors.map((t) => select(t, 0, index));
  }

  override getBatch(indices: Tensor): readonly Tensor[] {
    return this.tensors.map((t) => gatherRows(t.data, indices));
  }
}

/** Some samples of another data set. */
export class Subset<Sample, Batch> extends Dataset<Sample, Batch> {
  /** Made by the whole data set, where it makes batches. */
  override getBatch?: (indices: Tensor) => Batch;

  constructor(
    readonly dataset: Dataset<Sample, Batch> | readonly Sample[],
    readonly indices: readonly number[],
  ) {
    super();
    if (!(dataset instanceof Dataset) || dataset.getBatch === undefined) return;
    const rows = tensor(Int32Array.from(indices));
    tenure(rows.storage);
    this.getBatch = (batch) => dataset.getBatch!(indexSelect(rows, 0, batch));
  }

  override get length(): number {
    return this.indices.length;
  }

  override getItem(index: number): Sample {
    const at = this.indices[index]!;
    return this.dataset instanceof Dataset ? this.dataset.getItem(at) : this.dataset[at]!;
  }
}

/** Options of `randomSplit`. */
export interface SplitOptions {
  readonly generator?: Generator | null;
}

/**
 * Splits a data set at random into parts of given lengths.
 *
 * @throws ValueError where the lengths do not add up
 */
export function randomSplit<Sample>(
  dataset: Dataset<Sample> | readonly Sample[],
  lengths: readonly number[],
  options: SplitOptions = {},
): Subset<Sample, readonly Tensor[]>[] {
  const total = lengths.reduce((n, l) => n + l, 0);
  if (total !== dataset.length) {
    throw new ValueError("split-lengths", {
      path: "randomSplit",
      rule: {
        en: `the lengths add up to ${total}, the data set has ${dataset.length} samples`,
        zh: `各部分长度之和为 ${total}，而数据集有 ${dataset.length} 个样本`,
      },
      expected: dataset.length,
      received: [...lengths],
    });
  }
  const order = randperm(total, options).tolist() as number[];
  let at = 0;
  return lengths.map((length) => {
    const part = new Subset<Sample, readonly Tensor[]>(dataset, order.slice(at, at + length));
    at += length;
    return part;
  });
}
