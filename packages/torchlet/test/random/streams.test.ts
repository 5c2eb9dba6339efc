// Random streams, initial values and the order of batches, equal to PyTorch's for the same seed.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { decodeTensor, expectEqual, fixture, type Recorded } from "../support/cases.js";
import { firstFar } from "../support/compare.js";

const { nn } = torch;
const f64 = { dtype: torch.float64 };

/** The recorded Python calls, as calls here. */
const CALLS: Record<string, () => torch.Tensor> = {
  "rand(1)": () => torch.rand(1),
  "rand(2)": () => torch.rand(2),
  "rand(3)": () => torch.rand(3),
  "rand(5)": () => torch.rand(5),
  "rand(100)": () => torch.rand(100),
  "rand(3, 7)": () => torch.rand(3, 7),
  "rand(5, dtype=torch.float64)": () => torch.rand(5, f64),
  "rand(17, dtype=torch.float64)": () => torch.rand([17], f64),
  "randn(1, dtype=torch.float64)": () => torch.randn(1, f64),
  "randn(20, 5)": () => torch.randn([20, 5]),
  "normal(0, 0.01, (4, 4))": () => torch.normal(0, 0.01, [4, 4]),
  "normal(2, 3, (40,))": () => torch.normal(2, 3, [40]),
  "empty(50).normal_(1, 0.5)": () => torch.empty(50).normal_(1, 0.5),
  "empty(9).normal_(-1, 2)": () => torch.empty(9).normal_(-1, 2),
  "normal(torch.arange(1.0, 6), 2)": () => torch.normal(torch.arange(1, 6).float(), 2),
  "normal(0, torch.arange(1.0, 6))": () => torch.normal(0, torch.arange(1, 6).float()),
  "normal(torch.arange(1.0, 21), torch.arange(1.0, 21))": () =>
    torch.normal(torch.arange(1, 21).float(), torch.arange(1, 21).float()),
  "empty(9).uniform_(-2, 3)": () => torch.empty(9).uniform_(-2, 3),
  "empty(20).uniform_(0, 1e-3)": () => torch.empty(20).uniform_(0, 1e-3),
  "empty(5, dtype=torch.float64).uniform_(-1, 1)": () => torch.empty(5, f64).uniform_(-1, 1),
  "randperm(60000)[:32]": () => torch.randperm(60_000).narrow(0, 0, 32),
  "randint(0, 10, (20,))": () => torch.randint(0, 10, [20]),
  "randint(5, 1000000, (20,))": () => torch.randint(5, 1_000_000, [20]),
  "randint(2, (3, 3))": () => torch.randint(2, [3, 3]),
  "randint(-5, 5, (9,))": () => torch.randint(-5, 5, [9]),
  "randint(0, 3, (4,))": () => torch.randint(3, [4]),
  "randint(0, 2**28 - 1, (5,))": () => torch.randint(0, 2 ** 28 - 1, [5]),
  "randint(0, 2**28, (5,))": () => torch.randint(0, 2 ** 28, [5]),
  "randint(0, 2**31 - 1, (5,))": () => torch.randint(0, 2 ** 31 - 1, [5]),
  "randint(-(2**31), 2**31 - 1, (5,))": () => torch.randint(-(2 ** 31), 2 ** 31 - 1, [5]),
  "bernoulli(torch.full((40,), 0.3))": () => torch.bernoulli(torch.full([40], 0.3)),
  "bernoulli(torch.full((10,), 0.3, dtype=torch.float64))": () => torch.bernoulli(torch.full([10], 0.3, f64)),
  "bernoulli(torch.tensor([0.0, 1.0]))": () => torch.bernoulli(torch.tensor([0, 1], { dtype: torch.float32 })),
  "empty(40).bernoulli_(0.5)": () => torch.empty(40).bernoulli_(0.5),
  "empty(3).bernoulli_(0.5)": () => torch.empty(3).bernoulli_(0.5),
  "dropout(torch.ones(64), 0.5)": () => nn.functional.dropout(torch.ones(64), 0.5),
  "dropout(torch.ones(8, 8), 0.2)": () => nn.functional.dropout(torch.ones(8, 8), 0.2),
  "empty(20).exponential_(1.5)": () => torch.empty(20).exponential_(1.5),
  "empty(5, dtype=torch.float64).exponential_(1)": () => torch.empty(5, f64).exponential_(1),
};
for (const n of [1, 2, 3, 5, 7, 15, 16, 17, 20, 32, 33]) CALLS[`randn(${n})`] = () => torch.randn(n);
for (const n of [3, 15, 16, 17, 33]) CALLS[`randn(${n}, dtype=torch.float64)`] = () => torch.randn(n, f64);
for (const n of [0, 1, 2, 5, 10, 100]) CALLS[`randperm(${n})`] = () => torch.randperm(n);

type Row =
  | { kind: "stream"; name: string; calls: [string, Recorded][] }
  | { kind: "seed"; seed: string; out: [Recorded, Recorded, Recorded] }
  | { kind: "init"; name: string; shape: number[]; options: Record<string, number | string>; out: Recorded }
  | { kind: "gain"; name: Parameters<typeof nn.init.calculateGain>[0]; param?: number; out: number }
  | {
      kind: "linear";
      shape: [number, number];
      bias: boolean;
      weight: Recorded;
      biasValues: Recorded | null;
      after: Recorded;
    }
  | { kind: "network"; state: Record<string, Recorded> }
  | {
      kind: "loader";
      n: number;
      batchSize: number;
      shuffle: boolean;
      dropLast: boolean;
      epochs: number[][][];
      after: Recorded;
    }
  | { kind: "generator loader"; epochs: number[][][]; after: Recorded; afterDefault: Recorded }
  | { kind: "split"; lengths: number[]; out: number[][] };

const rows = fixture<Row>("random");
const of = <K extends Row["kind"]>(kind: K) =>
  rows.filter((row): row is Extract<Row, { kind: K }> => row.kind === kind);

/** Uniform numbers are the same bits; logarithms, sines and cosines may differ in the last one. */
function expectSame(got: torch.Tensor, want: Recorded, what = ""): void {
  expect([...got.shape], what).toEqual(want.shape);
  expect(got.dtype.name, what).toBe(want.dtype);
  const wanted = decodeTensor(want).toTypedArray();
  const far = firstFar(
    got.toTypedArray(),
    wanted,
    want.dtype === "float64" ? 1e-13 : 4e-7,
    want.dtype === "int32" ? 0 : 1e-6,
  );
  expectEqual(far === null ? null : `${what}: ${far}`);
}

describe("streams", () => {
  it.each(of("stream").map((row) => [row.name, row.calls] as const))("%s", (_, calls) => {
    torch.manualSeed(42);
    for (const [call, out] of calls) {
      const body = CALLS[call];
      if (body === undefined) throw new Error(`no such call: ${call}`);
      expectSame(body(), out, call);
    }
  });

  it("of uniform numbers are the same to the last bit", () => {
    const uniform = of("stream").find((row) => row.name === "uniform")!;
    torch.manualSeed(42);
    for (const [call, out] of uniform.calls) expect(CALLS[call]!().tolist()).toEqual(decodeTensor(out).tolist());
  });
});

describe("seeds", () => {
  it.each(of("seed").map((row) => [row.seed, row.out] as const))("%s", (seed, [uniform, normal, order]) => {
    const big = BigInt(seed);
    const seeds: (number | bigint)[] = Number.isSafeInteger(Number(seed)) ? [big, Number(seed)] : [big];
    for (const s of seeds) {
      torch.manualSeed(s);
      expectSame(torch.rand(3), uniform);
      expectSame(torch.randn(2), normal);
      expectSame(torch.randperm(6), order);
    }
  });
});

describe("initial values", () => {
  type Initializer = (x: torch.Tensor, options: object) => torch.Tensor;
  it.each(of("init").map((row) => [row.name, row] as const))("%s", (name, { shape, options, out }) => {
    torch.manualSeed(42);
    const x = torch.empty(shape);
    const init = nn.init as unknown as Record<string, Initializer>;
    const filled = name === "constant_" ? nn.init.constant_(x, Number(options["val"])) : init[name]!(x, options);
    expect(filled).toBe(x);
    expectSame(x, out);
  });

  it.each(of("gain").map((row) => [row.name, row] as const))("gain of %s", (name, { param, out }) => {
    expect(nn.init.calculateGain(name, param)).toBeCloseTo(out, 12);
  });

  it.each(of("linear").map((row) => [`${row.shape}, bias ${row.bias}`, row] as const))("Linear %s", (_, row) => {
    torch.manualSeed(42);
    const layer = new nn.Linear(row.shape[0], row.shape[1], { bias: row.bias });
    expectSame(layer.weight.data.flatten().narrow(0, 0, row.weight.shape[0]!), row.weight);
    if (row.biasValues === null) expect(layer.bias).toBe(null);
    else expectSame(layer.bias!.data, row.biasValues);
    expectSame(torch.rand(2), row.after);
  });

  it("of a network of Linear layers", () => {
    torch.manualSeed(42);
    const net = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
    const state = net.stateDict();
    const [{ state: want }] = of("network") as [Extract<Row, { kind: "network" }>];
    expect(Object.keys(state)).toEqual(Object.keys(want));
    for (const [name, values] of Object.entries(want)) {
      expectSame(state[name]!.flatten().narrow(0, 0, values.shape[0]!), values, name);
    }
  });
});

describe("the order of batches", () => {
  const { DataLoader, TensorDataset, randomSplit } = torch.utils.data;
  const visit = (loader: Iterable<readonly torch.Tensor[]>) => Array.from(loader, ([x]) => x!.tolist());

  it.each(of("loader").map((row) => [JSON.stringify({ ...row, epochs: undefined, after: undefined }), row] as const))(
    "%s",
    (_, { n, batchSize, shuffle, dropLast, epochs, after }) => {
      torch.manualSeed(42);
      const loader = new DataLoader(new TensorDataset(torch.arange(n)), { batchSize, shuffle, dropLast });
      for (const epoch of epochs) expect(visit(loader)).toEqual(epoch);
      expect(loader.length).toBe(epochs[0]!.length);
      expectSame(torch.rand(3), after);
    },
  );

  it("from a generator of one's own", () => {
    const [row] = of("generator loader") as [Extract<Row, { kind: "generator loader" }>];
    torch.manualSeed(42);
    const generator = new torch.Generator().manualSeed(7);
    const loader = new DataLoader(new TensorDataset(torch.arange(9)), { batchSize: 4, shuffle: true, generator });
    for (const epoch of row.epochs) expect(visit(loader)).toEqual(epoch);
    expectSame(torch.rand(3, { generator }), row.after);
    expectSame(torch.rand(2), row.afterDefault);
  });

  it("of a random split", () => {
    const [row] = of("split") as [Extract<Row, { kind: "split" }>];
    torch.manualSeed(42);
    const parts = randomSplit(
      Array.from({ length: 50 }, (_, i) => i),
      row.lengths,
    );
    expect(parts.map((p) => [...p.indices])).toEqual(row.out);
  });
});
