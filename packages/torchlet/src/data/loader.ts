// Batches of a data set, in order or shuffled, drawn as PyTorch draws them.
import { ValueError } from "../errors/index.js";
import { arange, tensor } from "../ops/creation.js";
import { stack } from "../ops/joining.js";
import { defaultGenerator, Generator as RandomGenerator, randperm } from "../ops/random.js";
import { narrow } from "../ops/views.js";
import { Tensor } from "../tensor/tensor.js";
import { breathe } from "./breathe.js";
import type { Dataset } from "./dataset.js";

/** Options of `DataLoader`. */
export interface DataLoaderOptions<Sample, Batch> {
  /** Samples a batch. Default: 1. */
  readonly batchSize?: number;
  /** A new order in each epoch. Default: false. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full. Default: false. */
  readonly dropLast?: boolean;
  /** Accepted for PyTorch's sake: batches are gathered by the engine, there is nothing to distribute. */
  readonly numWorkers?: number;
  /** Where the order is drawn from. Default: the default generator. */
  readonly generator?: RandomGenerator | null;
  /** Makes a batch of samples. Default: tensors are stacked, numbers become a tensor. */
  readonly collateFn?: (samples: Sample[]) => Batch;
}

/** Where a loader stands: what `stateDict` gives. */
export interface DataLoaderState {
  /** Batches of the epoch under way that were given out; null between two epochs. */
  readonly batch: number | null;
  /** The generator's state from which this epoch's order was drawn. */
  readonly start: Uint8Array | null;
  /** The state of the loader's own generator, where it has one. */
  readonly generator: Uint8Array | null;
  /** What the loader is made of: a state is of no use to another one. */
  readonly samples: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
}

/** An epoch under way. */
interface Position {
  readonly start: Uint8Array;
  batch: number;
}

/**
 * Batches of a data set, for `for` and `for await`.
 *
 * Each iteration draws from the default generator what PyTorch's loader draws (a seed for the order where it shuffles,
 * and a seed for workers), so that the same seed visits samples in the same order as in Python.
 *
 * @example
 * for (const [X, y] of new DataLoader(dataset, { batchSize: 256, shuffle: true })) ...
 */
export class DataLoader<Sample = readonly Tensor[], Batch = readonly Tensor[]> {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  private readonly generator: RandomGenerator | null;
  private readonly collate: ((samples: Sample[]) => Batch) | null;
  /** The epoch that was begun last, until its end. */
  private position: Position | null = null;
  /** Whether the next iteration goes on with it. */
  private isPending = false;

  constructor(
    readonly dataset: Dataset<Sample, Batch>,
    options: DataLoaderOptions<Sample, Batch> = {},
  ) {
    const {
      batchSize = 1,
      shuffle = false,
      dropLast = false,
      numWorkers = 0,
      generator = null,
      collateFn = null,
    } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new ValueError("batch-size", {
        path: "DataLoader",
        rule: {
          en: `batchSize must be a positive integer, got ${batchSize}`,
          zh: `batchSize 必须是正整数，得到的是 ${batchSize}`,
        },
        received: batchSize,
      });
    }
    if (!Number.isInteger(numWorkers) || numWorkers < 0) {
      throw new ValueError("num-workers", {
        path: "DataLoader",
        rule: {
          en: `numWorkers must not be negative, got ${numWorkers}`,
          zh: `numWorkers 不能为负，得到的是 ${numWorkers}`,
        },
        received: numWorkers,
      });
    }
    if (shuffle && dataset.length === 0) {
      throw new ValueError("empty-dataset", {
        path: "DataLoader",
        rule: { en: "an empty data set cannot be shuffled", zh: "空数据集无法打乱" },
      });
    }
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.generator = generator;
    this.collate = collateFn;
  }

  /** How many batches an epoch has. */
  get length(): number {
    const n = this.dataset.length / this.batchSize;
    return this.dropLast ? Math.floor(n) : Math.ceil(n);
  }

  *[Symbol.iterator](): Generator<Batch> {
    const { dataset, batchSize, length } = this;
    const total = dataset.length;
    const position = this.begin();
    const order = this.drawOrder(position);
    while (position.batch < length) {
      const start = position.batch++ * batchSize;
      const indices = narrow(order, 0, start, Math.min(batchSize, total - start));
      yield this.batch(indices);
    }
    // PyTorch's sampler draws the order of a part that is always empty when it comes to its end.
    if (this.shuffle && this.generator !== null) randperm(total, { generator: this.generator });
    if (this.position === position) this.position = null;
  }

  /** The same batches; between two of them other work of the program gets its turn. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
    for (const batch of this) {
      yield batch;
      await breathe();
    }
  }

  /**
   * Where the loader stands, to be saved: the epoch that was begun last, and how many of its batches were given out. The batch
   * that a loop is working on counts as done.
   */
  stateDict(): DataLoaderState {
    const { position, generator, dataset, batchSize, shuffle, dropLast } = this;
    return {
      batch: position?.batch ?? null,
      start: position?.start ?? null,
      generator: generator?.getState() ?? null,
      samples: dataset.length,
      batchSize,
      shuffle,
      dropLast,
    };
  }

  /**
   * Lets the next iteration go on where a saved one was: with the next batch of the same order, none of those before is made.
   *
   * @throws ValueError for the state of a loader with other data or settings; nothing changes then
   */
  loadStateDict(state: DataLoaderState): void {
    const own = this.stateDict();
    for (const name of ["samples", "batchSize", "shuffle", "dropLast"] as const) {
      if (state[name] !== own[name]) throw stateError(name, own[name], state[name]);
    }
    const { batch, start, generator } = state;
    const bytes = defaultGenerator().getState().length;
    const isState = (value: unknown) => value instanceof Uint8Array && value.length === bytes;
    const inside = Number.isInteger(batch) && batch! >= 1 && batch! <= this.length && isState(start);
    if (batch !== null && !inside) throw stateError("batch", this.length, batch);
    if (generator === null ? this.generator !== null : this.generator === null || !isState(generator)) {
      throw stateError("generator", own.generator?.length ?? null, generator?.length ?? null);
    }
    if (generator !== null) this.generator?.setState(generator);
    this.position = batch === null ? null : { batch, start: start! };
    this.isPending = batch !== null;
  }

  /** The epoch that an iteration goes through: a new one, or the one that was restored. */
  private begin(): Position {
    if (this.isPending) this.isPending = false;
    else this.position = { batch: 0, start: this.source.getState() };
    return this.position!;
  }

  private get source(): RandomGenerator {
    return this.generator ?? defaultGenerator();
  }

  /** The order of an epoch, with the draws that PyTorch's iterator makes. */
  private drawOrder(position: Position): Tensor {
    // Of an epoch that goes on, the draws were made long ago: they are repeated elsewhere.
    const source = position.batch === 0 ? this.source : new RandomGenerator().setState(position.start);
    // The seed that PyTorch gives to its workers; nobody uses it here, but the stream moves on by it.
    source.drawSeed();
    const n = this.dataset.length;
    if (!this.shuffle) return arange(n);
    if (this.generator !== null) return randperm(n, { generator: source });
    return randperm(n, { generator: new RandomGenerator().manualSeed(source.drawSeed()) });
  }

  private batch(indices: Tensor): Batch {
    const { dataset } = this;
    if (dataset.getBatch !== undefined && this.collate === null) return dataset.getBatch(indices);
    const samples = (indices.tolist() as number[]).map((i) => dataset.getItem(i));
    return this.collate !== null ? this.collate(samples) : (defaultCollate(samples) as Batch);
  }
}

function stateError(name: string, expected: unknown, received: unknown): ValueError {
  return new ValueError("loader-state", {
    path: "loadStateDict (DataLoader)",
    rule: {
      en: `the state is of another loader: ${name} was ${received}, it is ${expected} here`,
      zh: `状态属于另一个加载器：${name} 当时为 ${received}，此处为 ${expected}`,
    },
    expected,
    received,
  });
}

/** Stacks what samples are made of: tensors are stacked, numbers become a tensor, lists are collated part by part. */
export function defaultCollate(samples: readonly unknown[]): unknown {
  const first = samples[0];
  if (first instanceof Tensor) return stack(samples as Tensor[]);
  if (typeof first === "number" || typeof first === "boolean") return tensor(samples as number[]);
  if (Array.isArray(first)) return first.map((_, i) => defaultCollate(samples.map((s) => (s as unknown[])[i])));
  return samples;
}
