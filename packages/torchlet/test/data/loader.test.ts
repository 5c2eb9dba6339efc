// Data sets and loaders: batches, both kinds of loop, conversion on the way, refusals.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";

const { DataLoader, Dataset, Subset, TensorDataset, defaultCollate, gatherRows, randomSplit } = torch.utils.data;

/** Squares as plain numbers: a data set that makes no batches of its own. */
class Squares extends Dataset<readonly [number, torch.Tensor], readonly torch.Tensor[]> {
  override get length(): number {
    return 5;
  }
  override getItem(i: number): readonly [number, torch.Tensor] {
    return [i, torch.full([2], i * i)];
  }
}

describe("DataLoader", () => {
  const data = new TensorDataset(torch.arange(14).reshape(7, 2), torch.arange(7).mul(10));

  it("gives batches in order, the last one shorter", () => {
    const loader = new DataLoader(data, { batchSize: 3 });
    expect(loader.length).toBe(3);
    const batches = [...loader].map(([x, y]) => [x!.tolist(), y!.tolist()]);
    expect(batches).toEqual([
      [
        [
          [0, 1],
          [2, 3],
          [4, 5],
        ],
        [0, 10, 20],
      ],
      [
        [
          [6, 7],
          [8, 9],
          [10, 11],
        ],
        [30, 40, 50],
      ],
      [[[12, 13]], [60]],
    ]);
  });

  it("leaves the last one out where asked to", () => {
    const loader = new DataLoader(data, { batchSize: 3, dropLast: true });
    expect(loader.length).toBe(2);
    expect([...loader].length).toBe(2);
    expect([...new DataLoader(data, { batchSize: 10, dropLast: true })]).toEqual([]);
  });

  it("visits everything once an epoch, in a new order each time", () => {
    torch.manualSeed(0);
    const loader = new DataLoader(data, { batchSize: 2, shuffle: true });
    const epoch = () => [...loader].flatMap(([, y]) => y!.tolist() as number[]);
    const [first, second] = [epoch(), epoch()];
    expect([...first].sort((a, b) => a - b)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(second).not.toEqual(first);
  });

  it("keeps samples and labels together", () => {
    for (const [x, y] of new DataLoader(data, { batchSize: 3, shuffle: true })) {
      expect(x!.select(1, 0).mul(5).tolist()).toEqual(y!.tolist());
    }
  });

  it("gives the same batches to for await, and turns to other work in between", async () => {
    torch.manualSeed(1);
    const loader = new DataLoader(data, { batchSize: 3, shuffle: true });
    const want = [...loader].map(([, y]) => y!.tolist());
    torch.manualSeed(1);
    const got: unknown[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for await (const [, y] of loader) {
      got.push(y!.tolist());
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    clearInterval(timer);
    expect(got).toEqual(want);
    expect(turns).toBeGreaterThan(0);
  });

  it("stops where the loop stops", () => {
    let seen = 0;
    for (const _ of new DataLoader(data)) if (++seen === 2) break;
    expect(seen).toBe(2);
    expect(new DataLoader(data).length).toBe(7);
  });

  it("collates samples of any data set, or as told", () => {
    const [first] = new DataLoader(new Squares(), { batchSize: 3 });
    expect(first!.map((part) => part.tolist())).toEqual([
      [0, 1, 2],
      [
        [0, 0],
        [1, 1],
        [4, 4],
      ],
    ]);
    const sums = new DataLoader(new Squares(), {
      batchSize: 2,
      collateFn: (samples) => [torch.tensor(samples.reduce((n, [i]) => n + i, 0))],
    });
    expect(Array.from(sums, ([s]) => s!.item())).toEqual([1, 5, 4]);
    expect((defaultCollate([true, false]) as torch.Tensor).dtype).toBe(torch.bool);
    expect(defaultCollate(["a", "b"])).toEqual(["a", "b"]);
  });

  it("accepts an empty data set in order, not shuffled", () => {
    const empty = new TensorDataset(torch.zeros(0, 3));
    expect([...new DataLoader(empty, { batchSize: 2 })]).toEqual([]);
    expect(codeOf(() => new DataLoader(empty, { shuffle: true }))).toBe("empty-dataset");
  });

  it.each([0, -1, 2.5, Number.NaN])("refuses a batch size of %d", (batchSize) => {
    expect(codeOf(() => new DataLoader(data, { batchSize }))).toBe("batch-size");
  });

  it("accepts numWorkers for PyTorch's sake", () => {
    expect([...new DataLoader(data, { numWorkers: 4 })].length).toBe(7);
    expect(codeOf(() => new DataLoader(data, { numWorkers: -1 }))).toBe("num-workers");
  });
});

describe("gatherRows", () => {
  const bytes = torch.tensor(Uint8Array.from({ length: 5 * 37 }, (_, i) => (i * 89) % 256)).reshape(5, 37);
  const order = torch.tensor([4, 0, 4, 2]);

  it("converts bytes to float32 and divides as PyTorch's ToTensor does, to the last bit", () => {
    const rows = gatherRows(bytes, order, { dtype: torch.float32, scale: 1 / 255 });
    expect(rows.dtype).toBe(torch.float32);
    expect(rows.shape).toEqual([4, 37]);
    const want = bytes.index(order).float().div(255);
    expect(rows.tolist()).toEqual(want.tolist());
    expect(rows.select(0, 1).select(0, 0).item()).toBe(0);
    const all = torch.tensor(Uint8Array.from({ length: 256 }, (_, i) => i)).unsqueeze(1);
    const scaled = gatherRows(all, torch.arange(256), { dtype: torch.float32, scale: 1 / 255 });
    expect([...scaled.toTypedArray()]).toEqual(Array.from({ length: 256 }, (_, i) => Math.fround(i / 255)));
  });

  it.each([1 / 255, 1 / 256, 1 / 3, 1 / 127.5, 2, 1 / 0.1, 1e-30, 1e30, 1 / 0xfffffe])(
    "divides by the inverse of a scale of %d in float32, for rows of any length",
    (scale) => {
      const divisor = torch.tensor(Math.fround(1 / scale), { dtype: torch.float32 });
      for (const length of [1, 15, 16, 17, 33, 256]) {
        const source = torch.tensor(Uint8Array.from({ length: 3 * length }, (_, i) => i % 256)).reshape(3, length);
        const rows = gatherRows(source, torch.tensor([2, 0, 1]), { dtype: torch.float32, scale });
        expect(rows.tolist()).toEqual(source.index([2, 0, 1]).float().div(divisor).tolist());
      }
    },
  );

  it("keeps every other type as it is, and converts between them", () => {
    for (const from of [torch.float32, torch.float64, torch.int32, torch.uint8, torch.bool]) {
      const source = bytes.to(from);
      expect(gatherRows(source, order).tolist()).toEqual(source.index(order).tolist());
      for (const to of [torch.float32, torch.float64, torch.int32]) {
        expect(gatherRows(source, order, { dtype: to }).tolist()).toEqual(source.index(order).to(to).tolist());
      }
    }
  });

  it("takes sources and indices in any layout", () => {
    expect(gatherRows(bytes.t(), torch.tensor([36, 1])).tolist()).toEqual(bytes.t().index([36, 1]).tolist());
    const spread = torch
      .tensor([
        [4, 9],
        [0, 9],
        [-1, 9],
      ])
      .select(1, 0);
    expect(gatherRows(bytes, spread).tolist()).toEqual(bytes.index([4, 0, 4]).tolist());
    expect(gatherRows(bytes, order.to(torch.float32)).tolist()).toEqual(gatherRows(bytes, order).tolist());
    expect(gatherRows(torch.arange(5), order).tolist()).toEqual([4, 0, 4, 2]);
  });

  it("refuses rows that are not there", () => {
    expect(codeOf(() => gatherRows(bytes, torch.tensor([5])))).toBe("index-range");
    expect(codeOf(() => gatherRows(bytes, torch.tensor([-6])))).toBe("index-range");
    expect(codeOf(() => new TensorDataset(bytes).getBatch(torch.tensor([7])))).toBe("index-range");
  });
});

describe("data sets", () => {
  it("of tensors share their memory, and need one length", () => {
    const x = torch.arange(6).reshape(3, 2);
    const data = new TensorDataset(x, torch.ones(3));
    expect(data.length).toBe(3);
    expect(data.getItem(2).map((t) => t.tolist())).toEqual([[4, 5], 1]);
    x.fill_(7);
    expect(data.getItem(0)[0]!.tolist()).toEqual([7, 7]);
    expect(new TensorDataset(x.t()).getItem(0)[0]!.tolist()).toEqual([7, 7, 7]);
    expect(codeOf(() => new TensorDataset(x, torch.ones(4)))).toBe("dataset-length");
    expect(codeOf(() => new TensorDataset())).toBe("dataset-length");
    expect(codeOf(() => new TensorDataset(torch.tensor(1)))).toBe("dataset-length");
  });

  it("are split into parts that share no sample", () => {
    const letters = [..."abcdefgh"];
    const parts = randomSplit(letters, [5, 3]);
    expect(parts.map((p) => p.length)).toEqual([5, 3]);
    const all = parts.flatMap((p) => Array.from({ length: p.length }, (_, i) => p.getItem(i)));
    expect([...all].sort()).toEqual(letters);
    expect(codeOf(() => randomSplit(letters, [5, 2]))).toBe("split-lengths");
  });

  it("can be a part of another one, batched too", () => {
    const data = new TensorDataset(torch.arange(10).mul(2));
    const part = new Subset<readonly torch.Tensor[], readonly torch.Tensor[]>(data, [7, 1, 3]);
    expect(part.length).toBe(3);
    const [first] = new DataLoader(part, { batchSize: 3 });
    expect(first![0]!.tolist()).toEqual([14, 2, 6]);
  });
});
