// Splitters against scikit-learn's recorded folds; shuffled ones by their properties.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf, errorOf } from "../support/errors.js";

const S = torch.selection;

interface Recorded {
  readonly splits: readonly {
    readonly name: keyof typeof WAYS;
    readonly args: readonly [number, object?];
    readonly n: number;
    readonly y: readonly (number | string)[] | null;
    readonly groups: readonly number[] | null;
    readonly folds: readonly torch.selection.Fold[];
  }[];
  readonly stratifiedTrainTest: readonly [readonly number[], readonly number[]];
  readonly trainTestSizes: readonly [number, number | null, number | null, number, number][];
}
const recorded = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as Recorded;

const WAYS = {
  KFold: (k: number) => new S.KFold(k),
  LeaveOneOut: () => new S.LeaveOneOut(),
  TimeSeriesSplit: (k: number, options?: object) => new S.TimeSeriesSplit(k, options),
  StratifiedKFold: (k: number) => new S.StratifiedKFold(k, { onWarning: () => {} }),
  GroupKFold: (k: number) => new S.GroupKFold(k),
  LeaveOneGroupOut: () => new S.LeaveOneGroupOut(),
  StratifiedGroupKFold: (k: number) => new S.StratifiedGroupKFold(k, { onWarning: () => {} }),
};

const ascending = (a: number, b: number) => a - b;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("scikit-learn's folds", () => {
  it.each(recorded.splits.map((it, i) => [i, it.name, it] as const))("%i: %s", (_, name, it) => {
    const splitter = WAYS[name](...it.args);
    const folds = [...splitter.split(it.n, it.y, it.groups)];
    expect(folds).toEqual(it.folds);
    expect(splitter.getNSplits(it.n, it.y, it.groups)).toBe(folds.length);
  });

  it("sizes of trainTestSplit", () => {
    for (const [n, testSize, trainSize, train, test] of recorded.trainTestSizes) {
      const [a, b] = S.trainTestSplit(torch.arange(n), { testSize, trainSize });
      expect([a.shape[0], b.shape[0]]).toEqual([train, test]);
    }
  });

  it("classes of a stratified trainTestSplit", () => {
    const y = [...new Array(57).fill(0), ...new Array(30).fill(1), ...new Array(13).fill(2)] as number[];
    const counts = S.trainTestSplit(y, { testSize: 0.23, stratify: y, seed: 3 }).map((part) =>
      range(3).map((c) => part.filter((v) => v === c).length),
    );
    expect(counts).toEqual(recorded.stratifiedTrainTest);
  });
});

describe("shuffled splitters", () => {
  const y = range(40).map((i) => (i % 4 === 0 ? "rare" : "common"));
  const groups = range(40).map((i) => Math.floor(i / 3));
  const make = {
    KFold: (seed: number) => new S.KFold(5, { shuffle: true, seed }),
    StratifiedKFold: (seed: number) => new S.StratifiedKFold(5, { shuffle: true, seed }),
    GroupKFold: (seed: number) => new S.GroupKFold(5, { shuffle: true, seed }),
    StratifiedGroupKFold: (seed: number) => new S.StratifiedGroupKFold(5, { shuffle: true, seed }),
  };

  it.each(Object.entries(make))("%s tests every sample once, the same way for the same seed", (_, by) => {
    const folds = [...by(1).split(40, y, groups)];
    expect(folds.flatMap((f) => f.test).sort(ascending)).toEqual(range(40));
    for (const { train, test } of folds) expect([...train, ...test].sort(ascending)).toEqual(range(40));
    const again = by(1);
    expect([...again.split(40, y, groups)]).toEqual(folds);
    expect([...again.split(40, y, groups)]).toEqual(folds);
    expect([...by(2).split(40, y, groups)]).not.toEqual(folds);
  });

  it("seed 0 is a seed", () => {
    expect([...make.KFold(0).split(40)]).toEqual([...make.KFold(0).split(40)]);
  });

  it("StratifiedKFold gives each fold its share of each class", () => {
    for (const { test } of make.StratifiedKFold(1).split(40, y)) {
      expect(test.filter((i) => y[i] === "rare").length).toBe(2);
      expect(test.length).toBe(8);
    }
  });

  it.each(["GroupKFold", "StratifiedGroupKFold"] as const)("%s keeps groups together", (name) => {
    for (const { train, test } of make[name](3).split(40, y, groups)) {
      const learned = new Set(train.map((i) => groups[i]));
      expect(test.some((i) => learned.has(groups[i]!))).toBe(false);
    }
  });

  it("RepeatedKFold makes passes in orders of their own", () => {
    const splitter = new S.RepeatedKFold({ nSplits: 4, nRepeats: 3, seed: 0 });
    const folds = [...splitter.split(10)];
    expect([folds.length, splitter.getNSplits(), splitter.foldsPerPass(), splitter.nRepeats]).toEqual([12, 12, 4, 3]);
    const passes = [0, 4, 8].map((at) => folds.slice(at, at + 4));
    for (const pass of passes) expect(pass.flatMap((f) => f.test).sort(ascending)).toEqual(range(10));
    expect(passes[0]).not.toEqual(passes[1]);
    expect([...splitter.split(10)]).toEqual(folds);
  });

  it("ShuffleSplit and its relatives give parts of the sizes that are asked for", () => {
    for (const { train, test } of new S.ShuffleSplit(3, { testSize: 0.2, trainSize: 5, seed: 0 }).split(21)) {
      expect([train.length, test.length, new Set([...train, ...test]).size]).toEqual([5, 5, 10]);
    }
    for (const { train, test } of new S.StratifiedShuffleSplit(2, { testSize: 8, seed: 0 }).split(40, y)) {
      const rare = (part: readonly number[]) => part.filter((i) => y[i] === "rare").length;
      expect([train.length, test.length, rare(train), rare(test)]).toEqual([32, 8, 8, 2]);
      expect([...train, ...test].sort(ascending)).toEqual(range(40));
    }
    for (const { train, test } of new S.GroupShuffleSplit(2, { testSize: 4, seed: 0 }).split(40, null, groups)) {
      expect(new Set(test.map((i) => groups[i])).size).toBe(4);
      expect(train.some((i) => test.some((j) => groups[i] === groups[j]))).toBe(false);
    }
  });

  it("draws from the default generator unless told otherwise", () => {
    const draw = () => [...new S.KFold(3, { shuffle: true }).split(9)];
    torch.manualSeed(5);
    const first = draw();
    expect(draw()).not.toEqual(first);
    torch.manualSeed(5);
    expect(draw()).toEqual(first);
  });
});

describe("trainValidationTestSplit", () => {
  const X = torch.arange(100, { dtype: torch.float32 }).reshape(50, 2);
  const y = torch.arange(50).remainder(5);

  it("parts of a number, of tensors, of a data set", () => {
    const three = S.trainValidationTestSplit(11, { seed: 0 });
    expect([three.train.length, three.validation.length, three.test.length]).toEqual([5, 3, 3]);
    expect([...three.train, ...three.validation, ...three.test].sort(ascending)).toEqual(range(11));

    const lists = S.trainValidationTestSplit([X, y], { seed: 0, stratify: y });
    expect(lists.train[0].shape).toEqual([30, 2]);
    for (const [part, each] of [
      [lists.train, 6],
      [lists.validation, 2],
      [lists.test, 2],
    ] as const) {
      expect(range(5).map((c) => part[1].eq(c).sum().item())).toEqual(new Array(5).fill(each));
      expect(part[0].select(1, 0).div(2).remainder(5).tolist()).toEqual(part[1].tolist());
    }

    const data = new torch.utils.data.TensorDataset(X, y);
    const sets = S.trainValidationTestSplit(data, { sizes: { train: 40, validation: 4, test: 6 }, seed: 0 });
    expect(sets.test.length).toBe(6);
    const [[first]] = [...new torch.utils.data.DataLoader(sets.test, { batchSize: 6 })];
    expect(first!.tolist()).toEqual(sets.indices.test.map((i) => [2 * i, 2 * i + 1]));
  });

  it("whole groups, every part with some", () => {
    for (const seed of range(20)) {
      const groups = range(50).map((i) => (i < 40 ? 0 : i % 3));
      const { indices } = S.trainValidationTestSplit(50, { groups, seed });
      const kinds = [indices.train, indices.validation, indices.test].map((p) => [...new Set(p.map((i) => groups[i]))]);
      expect(kinds.map((k) => k.length)).toEqual([1, 1, 1]);
      expect(new Set(kinds.flat()).size).toBe(3);
    }
  });

  it("tells of equal samples in different parts, and refuses a sample in two", () => {
    const twice = torch.cat([X, X.narrow(0, 0, 10)]);
    const told: torch.TorchletError[] = [];
    const { duplicates, indices } = S.trainValidationTestSplit([twice], { seed: 1, onWarning: (w) => told.push(w) });
    expect(told.map((w) => w.code)).toEqual(["split-duplicates"]);
    expect(duplicates.length).toBeGreaterThan(0);
    for (const { parts, indices: pair } of duplicates) {
      expect(Math.abs(pair[0] - pair[1])).toBe(50);
      expect(indices[parts[0] as "train"]).toContain(pair[0]);
      expect(indices[parts[1] as "test"]).toContain(pair[1]);
    }
    const options = { data: twice, onDuplicates: "throw" } as const;
    expect(codeOf(() => S.checkDisjoint({ a: [0], b: [50] }, options))).toBe("split-duplicates");
    expect(S.checkDisjoint({ a: [0, 50], b: [1] }, options)).toEqual([]);
    expect(S.checkDisjoint({ a: [0], b: [50] }, { data: twice, onDuplicates: "allow" })).toEqual([]);
    const error = errorOf(() => S.checkDisjoint({ train: [1, 2], test: [2] }));
    expect([error.code, error.rule.en, error.rule.zh]).toEqual([
      "split-overlap",
      "sample 2 is in train and in test",
      "样本 2 同时在 train 与 test 中",
    ]);
    expect(codeOf(() => S.checkDisjoint({ train: [1, 1] }))).toBe("split-overlap");
  });

  it("finds equal rows in columns, arrays, bytes and data sets alike", () => {
    const holders: torch.selection.Samples[] = [
      { name: ["a", "b", "a"], size: [1, 2, 1] },
      ["a", "b", "a"],
      [torch.tensor([1, 2]), torch.tensor([3, 4]), torch.tensor([1, 2])],
      Uint8Array.of(7, 8, 7),
      torch.tensor(
        [
          [1, 2, 3],
          [0, 0, 0],
          [1, 2, 3],
        ],
        { dtype: torch.uint8 },
      ),
      new torch.utils.data.TensorDataset(torch.tensor([5, 6, 5]), torch.arange(3)),
    ];
    for (const data of holders) {
      expect(S.checkDisjoint({ a: [0], b: [1, 2] }, { data, onWarning: () => {} })).toEqual([
        { parts: ["a", "b"], indices: [0, 2] },
      ]);
    }
    expect(S.checkDisjoint({ a: [0], b: [1] }, { data: { v: [1, "1"] } })).toEqual([]);
  });
});

describe("takeSamples", () => {
  it("keeps the kind of holder", () => {
    expect(S.takeSamples(torch.tensor([[1], [2], [3]]), [2, 0]).tolist()).toEqual([[3], [1]]);
    expect(S.takeSamples(["a", "b", "c"], [2, 2, 0, 1])).toEqual(["c", "c", "a", "b"]);
    expect(S.takeSamples(Float64Array.of(1.5, 2.5), [1, 0, 1, 1])).toEqual(Float64Array.of(2.5, 1.5, 2.5, 2.5));
    expect(S.takeSamples({ a: [1, 2], b: ["x", null] }, [1])).toEqual({ a: [2], b: [null] });
  });
});

describe("refusals", () => {
  const rows: [string, () => unknown][] = [
    ["count", () => new S.KFold(1)],
    ["count", () => new S.KFold(2.5)],
    ["too-many-splits", () => new S.KFold(5).split(4)],
    ["seed-without-shuffle", () => new S.KFold(5, { seed: 1 })],
    ["seed-and-generator", () => new S.KFold(2, { shuffle: true, seed: 1, generator: new torch.Generator() }).split(4)],
    ["stratify-labels", () => new S.StratifiedKFold(2).split(4)],
    ["stratify-continuous", () => new S.StratifiedKFold(2).split(3, [0.5, 1, 2])],
    ["too-many-splits", () => new S.StratifiedKFold(3).split(4, [0, 0, 1, 1])],
    ["labels-shape", () => new S.StratifiedKFold(2).split(2, torch.zeros(2, 3))],
    ["length-mismatch", () => new S.StratifiedKFold(2).split(4, [0, 0, 1])],
    ["groups-missing", () => new S.GroupKFold(2).split(4)],
    ["too-many-splits", () => new S.GroupKFold(3).split(4, null, [0, 0, 1, 1])],
    ["too-many-splits", () => new S.LeaveOneGroupOut().split(4, null, [0, 0, 0, 0])],
    ["too-many-splits", () => new S.TimeSeriesSplit(5).split(5)],
    ["too-many-splits", () => new S.TimeSeriesSplit(3, { testSize: 5 }).split(15)],
    ["part-size", () => S.trainTestSplit(torch.zeros(4), { testSize: 4 })],
    ["part-size", () => S.trainTestSplit(torch.zeros(4), { testSize: 3, trainSize: 2 })],
    ["part-size", () => S.trainTestSplit(torch.zeros(1))],
    ["small-class", () => S.trainTestSplit([0, 0, 0, 1], { stratify: [0, 0, 0, 1] })],
    ["length-mismatch", () => S.trainTestSplit(torch.zeros(4), torch.zeros(3))],
    ["stratify-without-shuffle", () => S.trainTestSplit([0, 1], { stratify: [0, 1], shuffle: false })],
    ["split-lengths", () => S.trainValidationTestSplit(10, { fractions: { train: 0.5, validation: 0.2, test: 0.2 } })],
    ["split-lengths", () => S.trainValidationTestSplit(10, { sizes: { train: 5, validation: 2, test: 2 } })],
    ["part-size", () => S.trainValidationTestSplit(2)],
    ["column-length", () => new S.KFold(2).split({ a: [1, 2], b: [1] })],
    ["samples-scalar", () => new S.KFold(2).split(torch.tensor(1))],
    ["sample-count", () => new S.KFold(2).split(-1)],
  ];
  it.each(rows.map(([code, body], i) => [i, code, body] as const))("%i: %s", (_, code, body) => {
    expect(codeOf(body)).toBe(code);
  });

  it("warns where a class is smaller than the number of folds", () => {
    const told: string[] = [];
    const onWarning = (w: torch.TorchletError) => told.push(w.code);
    new S.StratifiedKFold(3, { onWarning }).split(7, [0, 0, 0, 0, 0, 1, 1]);
    expect(told).toEqual(["small-class"]);
  });
});
