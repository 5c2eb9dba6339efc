// What `fit` learns from: anything it takes becomes batches that can be opened once an epoch.
import { Dataset, gatherRows, TensorDataset } from "../data/dataset.js";
import { DataLoader } from "../data/loader.js";
import { ValueError } from "../errors/index.js";
import { randperm } from "../ops/random.js";
import { narrow } from "../ops/views.js";
import { Tensor } from "../tensor/tensor.js";
import type { FitBatch, FitBatches, FitData } from "./types.js";

/** Batches of an epoch, one after another, at once or promised. */
export type BatchIterator = Iterator<FitBatch> | AsyncIterator<FitBatch>;

/** Data that is iterated once an epoch. */
export interface Source {
  /** The loader, where it is one: its order is drawn from a generator. */
  readonly loader: DataLoader | null;
  /** Batches an epoch, where that is known. */
  readonly length: number | null;
  open(): BatchIterator;
}

/** How tensors and data sets are cut into batches. */
export interface BatchSettings {
  readonly batchSize: number;
  readonly shuffle: boolean;
}

function isTensors(data: unknown): data is readonly Tensor[] {
  return Array.isArray(data) && data.length > 0 && data[0] instanceof Tensor;
}

function iteratorOf(batches: FitBatches): BatchIterator {
  // The synchronous way first: a turn of the event loop a batch costs more than many batches do.
  return Symbol.iterator in batches ? batches[Symbol.iterator]() : batches[Symbol.asyncIterator]();
}

function refuse(name: string, received: unknown): ValueError {
  const what = received === null ? "null" : Array.isArray(received) ? "an array" : `a ${typeof received}`;
  return new ValueError("fit-data", {
    path: `fit (${name})`,
    rule: {
      en: `${name} must be a DataLoader, an iterable of [X, y] batches, a function that makes one, a Dataset, or tensors [X, y]; got ${received instanceof Tensor ? "a tensor" : what}`,
      zh: `${name} 必须是 DataLoader、由 [X, y] 批次组成的可迭代对象、生成它的函数、Dataset 或张量 [X, y]；得到的是 ${received instanceof Tensor ? "张量" : what}`,
    },
    received: typeof received,
    hint: { en: "for tensors X and y pass [X, y]", zh: "对于张量 X 和 y，请传入 [X, y]" },
  });
}

/** The data set behind tensors or itself; null where there are only batches. */
function datasetOf(data: unknown): Dataset | null {
  if (data instanceof Dataset) return data;
  return isTensors(data) ? new TensorDataset(...data) : null;
}

/**
 * Batches of whatever was given.
 *
 * @throws ValueError for what has no batches
 */
export function sourceOf(name: string, data: FitData, settings: BatchSettings): Source {
  const dataset = datasetOf(data);
  if (dataset !== null) {
    if (dataset.length === 0) throw emptyData(name);
    const loader = new DataLoader(dataset, settings);
    return { loader, length: loader.length, open: () => iteratorOf(loader) };
  }
  if (data instanceof DataLoader) return { loader: data, length: data.length, open: () => iteratorOf(data) };
  if (typeof data === "function") return { loader: null, length: null, open: () => iteratorOf(data()) };
  const iterable: unknown = data;
  if (typeof iterable !== "object" || iterable === null || iterable instanceof Tensor) throw refuse(name, data);
  if (!(Symbol.iterator in iterable) && !(Symbol.asyncIterator in iterable)) throw refuse(name, data);
  const { length } = iterable as { readonly length?: unknown };
  return {
    loader: null,
    length: typeof length === "number" ? length : null,
    open: () => iteratorOf(iterable as FitBatches),
  };
}

/** The error of data that gives no batch. */
export function emptyData(name: string, epoch?: number): ValueError {
  const again = epoch !== undefined && epoch > 1;
  return new ValueError("fit-empty", {
    path: `fit (${name})`,
    rule: again
      ? { en: `${name} gave no batch in epoch ${epoch}`, zh: `${name} 在第 ${epoch} 轮没有给出任何批次` }
      : { en: `${name} gives no batch`, zh: `${name} 没有给出任何批次` },
    ...(again
      ? {
          hint: {
            en: "a generator can be iterated only once; pass a DataLoader, an array, or the function that makes the generator",
            zh: "生成器只能迭代一次；请传入 DataLoader、数组，或生成该生成器的函数",
          },
        }
      : {}),
  });
}

/**
 * Sets a share of the samples apart, at random from the default generator.
 *
 * @throws ValueError for data that is no tensors or TensorDataset, and where a part would be empty
 */
export function splitOff(data: FitData, share: number): [train: FitData, validation: FitData] {
  const dataset = datasetOf(data);
  if (!(dataset instanceof TensorDataset)) {
    throw new ValueError("fit-validation-share", {
      path: "fit (validation)",
      rule: {
        en: "a share can be set apart of tensors or a TensorDataset only",
        zh: "只能从张量或 TensorDataset 中划出一部分",
      },
      received: share,
      hint: {
        en: "pass validation data, for example a DataLoader of its own",
        zh: "请传入验证数据，例如另一个 DataLoader",
      },
    });
  }
  const n = dataset.length;
  const held = Math.round(n * share);
  if (held < 1 || held >= n) {
    throw new ValueError("fit-validation-share", {
      path: "fit (validation)",
      rule: {
        en: `a share of ${share} of ${n} samples leaves a part without any`,
        zh: `${n} 个样本的 ${share} 会使其中一部分为空`,
      },
      received: share,
    });
  }
  const order = randperm(n);
  const part = (from: number, count: number): FitData =>
    new TensorDataset(...dataset.tensors.map((t) => gatherRows(t.data, narrow(order, 0, from, count))));
  return [part(0, n - held), part(n - held, held)];
}

/**
 * Inputs, targets and weights of a batch.
 *
 * @throws ValueError unless it is a list of two or three tensors with as many samples each
 */
export function readBatch(name: string, batch: FitBatch): [X: Tensor, y: Tensor, weight: Tensor | null] {
  const fits =
    Array.isArray(batch) && (batch.length === 2 || batch.length === 3) && batch.every((t) => t instanceof Tensor);
  if (!fits) {
    throw new ValueError("fit-batch", {
      path: `fit (${name})`,
      rule: {
        en: "a batch must be a list of tensors [X, y] or [X, y, weights]",
        zh: "批次必须是张量列表 [X, y] 或 [X, y, weights]",
      },
      received: Array.isArray(batch) ? `${batch.length} elements` : typeof batch,
    });
  }
  const [X, y, weight = null] = batch as unknown as readonly [Tensor, Tensor, Tensor?];
  const n = X.shape[0];
  if (n === undefined || y.shape[0] !== n || (weight !== null && weight.numel() !== n)) {
    const shapes = batch.map((t) => `[${t.shape.join(", ")}]`).join(", ");
    throw new ValueError("fit-batch", {
      path: `fit (${name})`,
      rule: {
        en: `inputs, targets and weights must have the same number of samples, got shapes ${shapes}`,
        zh: `输入、目标与权重的样本数必须相同，得到的形状为 ${shapes}`,
      },
      received: batch.map((t) => [...t.shape]),
    });
  }
  return [X, y, weight];
}

/** The error of a batch whose samples all count for nothing. */
export function noWeight(batch: number): ValueError {
  return new ValueError("fit-no-weight", {
    path: "fit",
    rule: {
      en: `the weights of the samples of batch ${batch} add up to 0`,
      zh: `第 ${batch} 批样本的权重之和为 0`,
    },
    hint: { en: "leave such samples out, or make batches larger", zh: "请略去这些样本，或增大批量" },
  });
}
