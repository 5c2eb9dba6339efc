// Leaks in numbers: what mixing, choosing on the test set and fitting the preprocessing on everything do to an estimate.
import { afterEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";

const S = torch.selection;
const float = { dtype: torch.float32 } as const;

/** The share of samples whose nearest training sample has their label. */
function nearestNeighbour(
  [X, y]: torch.selection.Part<torch.Tensor, torch.Tensor>,
  [XTest, yTest]: torch.selection.Part<torch.Tensor, torch.Tensor>,
): number {
  const nearest = torch.cdist(XTest, X).argmin(1);
  return torch.indexSelect(y, 0, nearest).eq(yTest).to(torch.float32).mean().item();
}

/** Features and coin tosses: no model can be right more than half of the time. */
function coins(seed: number, n: number, d: number): [torch.Tensor, torch.Tensor] {
  const generator = new torch.Generator().manualSeed(seed);
  return [torch.randn([n, d], { generator }), torch.randint(2, [n], { generator })];
}

describe("mixing training and validation samples", () => {
  it("gives an optimistic estimate: a neighbour looks perfect on coin tosses", () => {
    const [X, y] = coins(0, 300, 5);
    const { train, validation } = S.trainValidationTestSplit([X, y], { seed: 0 });
    const honest = nearestNeighbour(train, validation);
    const mixed: torch.selection.Part<torch.Tensor, torch.Tensor> = [
      torch.cat([train[0], validation[0]]),
      torch.cat([train[1], validation[1]]),
    ];
    expect(nearestNeighbour(mixed, validation)).toBe(1);
    // 60 tosses: 0.5 within four standard deviations.
    expect(Math.abs(honest - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 60));
  });

  it("copies across the split are found, and make the estimate optimistic", async () => {
    const [X, y] = coins(1, 150, 5);
    const [XTwice, yTwice] = [torch.cat([X, X]), torch.cat([y, y])];
    const groups = Array.from({ length: 300 }, (_, i) => i % 150);
    const accuracy = async (cv: torch.selection.Splitter) =>
      (await S.crossValidate(nearestNeighbour, XTwice, yTwice, { cv, groups, seed: 0 })).mean["score"]!;
    expect(await accuracy(new S.KFold(5, { shuffle: true, seed: 0 }))).toBeGreaterThan(0.8);
    expect(Math.abs((await accuracy(new S.GroupKFold(5))) - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 150));
    const { duplicates } = S.trainValidationTestSplit([XTwice, yTwice], { seed: 0, onWarning: () => {} });
    expect(duplicates.length).toBeGreaterThan(0);
    expect(S.trainValidationTestSplit([XTwice, yTwice], { seed: 0, groups }).duplicates).toEqual([]);
  });
});

describe("choosing on the test set", () => {
  it("is optimistic: the best of 100 random models on 100 coin tosses; fresh tosses tell", () => {
    const [X, y] = coins(2, 10_100, 20);
    const models = torch.randn([20, 100], { generator: new torch.Generator().manualSeed(3) });
    const right = X.matmul(models).gt(0).eq(y.reshape(-1, 1).eq(1)).to(torch.float32);
    const onTest = right.narrow(0, 0, 100).mean(0);
    const best = onTest.argmax().item();
    // The expected maximum of 100 draws of a mean of 100 tosses is 0.5 + 2.51 * 0.05 (2.5076: order statistics of the normal).
    expect(onTest.max().item()).toBeGreaterThan(0.58);
    expect(onTest.mean().item()).toBeLessThan(0.53);
    const fresh = right.narrow(0, 100, 10_000).select(1, best).mean().item();
    expect(Math.abs(fresh - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 10_000));
  });

  it("nested cross-validation sees through it", async () => {
    const [X, y] = coins(4, 100, 20);
    const models = torch.randn([20, 50], { generator: new torch.Generator().manualSeed(5) });
    const { outer, innerMean, optimism } = await S.nestedCrossValidate(
      (model: number) =>
        (_, [features, labels]) =>
          features.matmul(models.select(1, model)).gt(0).eq(labels.eq(1)).to(torch.float32).mean().item(),
      X,
      y,
      { candidates: Array.from({ length: 50 }, (_, i) => i), direction: "maximize", seed: 0 },
    );
    expect(innerMean).toBeGreaterThan(0.57);
    expect(outer.mean["score"]).toBeLessThan(innerMean);
    expect(optimism).toBeGreaterThan(0);
  });
});

describe("preprocessing fitted on all samples", () => {
  it("leaks: features chosen with the validation labels predict coin tosses", async () => {
    const [X, y] = coins(6, 60, 2000);
    /** Keeps the features that go with the labels most. */
    class MostCorrelated {
      private columns = torch.zeros(0);
      fit(features: torch.Tensor, labels: torch.selection.Samples | null = null): this {
        const sign = (labels as torch.Tensor).to(torch.float32).mul(2).sub(1);
        const strength = features.mul(sign.reshape(-1, 1)).mean(0).abs();
        this.columns = strength.argsort(0, true).narrow(0, 0, 20);
        return this;
      }
      transform(features: torch.Tensor): torch.Tensor {
        return torch.indexSelect(features, 1, this.columns);
      }
    }
    const options = { cv: new S.StratifiedKFold(5), seed: 0 };
    const leaking = await S.crossValidate(nearestNeighbour, new MostCorrelated().fit(X, y).transform(X), y, options);
    const honest = await S.crossValidate(nearestNeighbour, X, y, {
      ...options,
      preprocess: () => new MostCorrelated(),
    });
    expect(leaking.mean["score"]).toBeGreaterThan(0.8);
    expect(Math.abs(honest.mean["score"]! - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 60));
  });

  it("leaks: a scaler that has seen the test part takes a shift away", () => {
    const train = torch.tensor([[0], [1], [2]], float);
    const test = torch.tensor([[10]], float);
    const honest = new S.StandardScaler().fit(train).transform(test).item();
    const leaking = new S.StandardScaler()
      .fit(torch.cat([train, test]))
      .transform(test)
      .item();
    expect(honest).toBeCloseTo(9 / Math.sqrt(2 / 3), 4);
    expect(leaking).toBeLessThan(2);
  });
});

describe("TestSet", () => {
  afterEach(() => torch.setLocale(null));
  const data = [torch.zeros(2, 1), torch.ones(2)] as const;

  it("warns from the second use on, with the lines of all uses", () => {
    const told: torch.TorchletError[] = [];
    const set = new S.TestSet(data, { onWarning: (w) => told.push(w), name: "holdout" });
    expect(set.evaluate(([, labels]) => labels.sum().item(), { label: "first" })).toBe(2);
    expect(told).toEqual([]);
    set.use({ label: "again" });
    expect(told.map((w) => [w.code, w.path])).toEqual([["test-set-reuse", "holdout"]]);
    expect(told[0]!.rule.en).toMatch(
      /^used 2 times \(first .*leaks\.test\.ts:\d+:\d+; again .*leaks\.test\.ts:\d+:\d+\)/,
    );
    expect(told[0]!.rule.zh).toMatch(/^已使用 2 次/);
    const lines = set.uses.map((use) => Number(/:(\d+):\d+$/.exec(use.line!)![1]));
    expect(lines[1]! - lines[0]!).toBe(2);
    set.use();
    expect(told.length).toBe(2);
  });

  it("throws or keeps quiet where asked to", () => {
    const strict = new S.TestSet(data, { onReuse: "throw" });
    strict.use();
    let ran = false;
    expect(codeOf(() => strict.evaluate(() => (ran = true)))).toBe("test-set-reuse");
    expect([ran, strict.uses.length]).toEqual([false, 1]);
    const quiet = new S.TestSet(data, { onReuse: "allow", onWarning: () => expect.unreachable() });
    quiet.use();
    expect(quiet.use()).toBe(data);
    expect(quiet.uses.length).toBe(2);
  });

  it("knows the same content elsewhere, where asked to", () => {
    const told: string[] = [];
    const options = { identity: "content", onWarning: (w: torch.TorchletError) => told.push(w.code) } as const;
    const make = (last: number) => [torch.tensor([[1, 2, last]]), new Float64Array([last])];
    new S.TestSet(make(3), options).use();
    new S.TestSet(make(4), options).use();
    expect(told).toEqual([]);
    new S.TestSet(make(3), options).use();
    expect(told).toEqual(["test-set-reuse"]);
    class Odd extends torch.utils.data.Dataset {
      override readonly length = 1;
      override getItem(): readonly torch.Tensor[] {
        return [];
      }
    }
    expect(codeOf(() => new S.TestSet(new Odd(), options))).toBe("test-set-content");
  });
});
