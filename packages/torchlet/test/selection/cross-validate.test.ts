// Cross-validation: what a fold is told, what is gathered, how is chosen; nested, curves, predictions; refusals.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";

const S = torch.selection;
const { mseLoss } = torch.nn.functional;

const X = torch.arange(24, { dtype: torch.float32 }).reshape(12, 2);
const y = torch.arange(12, { dtype: torch.float32 }).reshape(12, 1);

async function codeOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "nothing was thrown",
    (error: unknown) => (error instanceof torch.TorchletError ? error.code : Promise.reject(error)),
  );
}

describe("crossValidate", () => {
  it("gives each fold its samples, and gathers mean, deviation and standard error", async () => {
    const told: number[] = [];
    const result = await S.crossValidate(
      ([XTrain, yTrain], [XVal, yVal], { fold, indices }) => {
        expect(XTrain.shape).toEqual([9, 2]);
        expect(yTrain.select(1, 0).tolist()).toEqual(indices.train);
        expect(XVal.select(1, 0).div(2).tolist()).toEqual(indices.test);
        expect(yVal.select(1, 0).tolist()).toEqual(indices.test);
        return { error: [1, 2, 3, 6][fold]!, other: fold };
      },
      X,
      y,
      { cv: 4, onFold: (it) => told.push(it.fold) },
    );
    expect(told).toEqual([0, 1, 2, 3]);
    expect(result.folds.map((it) => [it.scores["error"], it.trainSize, it.validationSize])).toEqual([
      [1, 9, 3],
      [2, 9, 3],
      [3, 9, 3],
      [6, 9, 3],
    ]);
    expect(result.mean).toEqual({ error: 3, other: 1.5 });
    expect(result.std["error"]).toBeCloseTo(Math.sqrt(14 / 3), 12);
    expect(result.standardError["error"]).toBeCloseTo(Math.sqrt(14 / 3) / 2, 12);
    for (const it of result.folds) expect(it.seconds).toBeGreaterThanOrEqual(0);
  });

  it("a fold's randomness depends on the seed and the fold alone", async () => {
    const draws = async (seed: number | null, waste: number) => {
      const result = await S.crossValidate(
        () => {
          const first = torch.rand(1).item();
          torch.rand(waste);
          return first;
        },
        X,
        y,
        { cv: 3, seed },
      );
      return result.folds.map((it) => it.scores["score"]);
    };
    torch.manualSeed(9);
    const before = torch.getRngState();
    const first = await draws(0, 1);
    expect(torch.getRngState()).toEqual(before);
    expect(new Set(first).size).toBe(3);
    expect(await draws(0, 100)).toEqual(first);
    expect(await draws(1, 1)).not.toEqual(first);
    // Without a seed, the default generator decides.
    const unseeded = await draws(null, 1);
    expect(await draws(null, 1)).not.toEqual(unseeded);
    torch.manualSeed(9);
    expect(await draws(null, 1)).toEqual(unseeded);
  });

  it("takes splitters, groups, lists of folds, and data of other kinds", async () => {
    const groups = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
    const sizes = async (options: torch.selection.CrossValidateOptions<torch.selection.Samples>) =>
      (await S.crossValidate(() => 0, X as torch.selection.Samples, y, options)).folds.map((it) => it.validationSize);
    expect(await sizes({ cv: new S.LeaveOneGroupOut(), groups })).toEqual([4, 4, 4]);
    expect(await sizes({ cv: [{ train: [0, 1], test: [5] }] })).toEqual([1]);
    expect(await sizes({ cv: new S.StratifiedKFold(3), stratify: groups })).toEqual([4, 4, 4]);
    const words = await S.crossValidate(
      ([a], [b]) => a.name.length * 10 + b.name.length,
      { name: ["a", "b", "c"] },
      [1, 2, 3],
      {
        cv: 3,
      },
    );
    expect(words.folds.map((it) => it.scores["score"])).toEqual([21, 21, 21]);
  });

  it("keeps models where asked to", async () => {
    const run = () => ({ scores: 1, model: new torch.nn.Linear(1, 1) });
    const kept = await S.crossValidate(run, X, y, { cv: 2, returnModels: true, seed: 0 });
    expect(kept.folds.map((it) => it.model instanceof torch.nn.Linear)).toEqual([true, true]);
    expect(kept.folds[0]!.model).not.toBe(kept.folds[1]!.model);
    const dropped = await S.crossValidate(run, X, y, { cv: 2 });
    expect(dropped.folds[0]!.model).toBeUndefined();
  });

  it("repeated passes do not make the standard error smaller by their number", async () => {
    const result = await S.crossValidate((_, __, { fold }) => fold % 2, X, y, {
      cv: new S.RepeatedKFold({ nSplits: 4, nRepeats: 25, seed: 0 }),
    });
    expect(result.folds.length).toBe(100);
    expect(result.standardError["score"]).toBe(result.std["score"]! / 2);
  });

  it("stops at a signal, between two folds", async () => {
    const controller = new AbortController();
    let runs = 0;
    const twice = () => {
      if (++runs === 2) controller.abort(new Error("enough"));
      return 0;
    };
    const run = S.crossValidate(twice, X, y, { signal: controller.signal });
    await expect(run).rejects.toThrow("enough");
    expect(runs).toBe(2);
  });

  it("refuses", async () => {
    const zero = () => 0;
    expect(await codeOf(S.crossValidate(zero, X, y.narrow(0, 0, 3)))).toBe("length-mismatch");
    expect(await codeOf(S.crossValidate(zero, X, y, { cv: 13 }))).toBe("too-many-splits");
    expect(await codeOf(S.crossValidate(zero, X, y, { cv: [] }))).toBe("no-folds");
    expect(await codeOf(S.crossValidate(zero, X, y, { cv: [{ train: [0], test: [] }] }))).toBe("empty-part");
    expect(await codeOf(S.crossValidate(zero, X, y, { cv: [{ train: [0, 1], test: [1] }] }))).toBe("split-overlap");
    const tensorScore = () => torch.tensor(1) as unknown as number;
    expect(await codeOf(S.crossValidate(tensorScore, X, y))).toBe("score-kind");
    for (const nothing of [null, undefined, "1", { loss: null }]) {
      expect(await codeOf(S.crossValidate(() => nothing as unknown as number, X, y))).toBe("score-kind");
    }
    const names = (_: unknown, __: unknown, { fold }: torch.selection.FoldContext) => ({ [`s${fold}`]: 1 });
    expect(await codeOf(S.crossValidate(names, X, y))).toBe("score-names");
    const state = torch.getRngState();
    const failing = S.crossValidate(() => Promise.reject(new TypeError("mine")), X, y, { seed: 1 });
    await expect(failing).rejects.toThrow(TypeError);
    expect(torch.getRngState()).toEqual(state);
  });
});

/** Mean of the training targets: the simplest model. */
class Mean {
  value = Number.NaN;
  fit(_: torch.Tensor, target: torch.Tensor): void {
    this.value = target.mean().item();
  }
  predict(features: torch.Tensor): torch.Tensor {
    return torch.full([features.shape[0]!, 1], this.value);
  }
}

describe("estimators", () => {
  it("are fitted and scored in each fold", async () => {
    const mse = (target: torch.Tensor, p: torch.Tensor) => mseLoss(p, target).item();
    const result = await S.crossValidate(
      S.scoreEstimator(() => new Mean(), mse),
      X,
      y,
      { cv: 2, returnModels: true },
    );
    // Folds 0..5 and 6..11: means 8.5 and 2.5, variance 35/12 each, distance 6.
    expect(result.folds.map((it) => (it.model as Mean).value)).toEqual([8.5, 2.5]);
    expect(result.mean["score"]).toBeCloseTo(36 + 35 / 12, 4);
  });

  it("crossValPredict predicts each sample by a model that has not seen it, in order", async () => {
    const cv = new S.KFold(4, { shuffle: true, seed: 1 });
    const got = await S.crossValPredict(
      ([, target], features, { indices }) => {
        expect(target.select(1, 0).tolist()).toEqual(indices.train);
        return features.narrow(1, 0, 1).div(2);
      },
      X,
      y,
      { cv },
    );
    expect(got.tolist()).toEqual(y.tolist());
    const all = (features: torch.Tensor) => torch.zeros(features.shape[0]!);
    expect(await codeOf(S.crossValPredict((_, f) => all(f), X, y, { cv: new S.ShuffleSplit(2) }))).toBe(
      "not-a-partition",
    );
    expect(await codeOf(S.crossValPredict((_, f) => all(f), X, y, { cv: [{ train: [0], test: [1] }] }))).toBe(
      "not-a-partition",
    );
    expect(await codeOf(S.crossValPredict(() => torch.zeros(2), X, y))).toBe("prediction-count");
  });
});

describe("choose", () => {
  const result = (mean: number, standardError: number): torch.selection.CrossValidation => ({
    folds: [],
    mean: { score: mean },
    std: { score: 0 },
    standardError: { score: standardError },
    seconds: 0,
    seed: 0,
  });

  it("by the best mean, or the first within one standard error of it", () => {
    const results = [result(9, 1), result(5.1, 1), result(4.9, 9), result(4, 1), result(4.5, 1)];
    expect(S.choose(results)).toEqual({ index: 3, best: 3, threshold: 4, means: [9, 5.1, 4.9, 4, 4.5] });
    expect(S.choose(results, { rule: "oneStandardError" })).toMatchObject({ index: 2, best: 3, threshold: 5 });
    const upside = results.map((r) => result(-r.mean["score"]!, r.standardError["score"]!));
    expect(S.choose(upside, { rule: "oneStandardError", direction: "maximize" })).toMatchObject({
      index: 2,
      best: 3,
      threshold: -5,
    });
    expect(S.choose([result(Number.NaN, 1), result(Number.POSITIVE_INFINITY, 1), result(2, Number.NaN)]).index).toBe(2);
    expect(S.choose([result(3, 1), result(2, Number.NaN)], { rule: "oneStandardError" }).index).toBe(1);
  });

  it("refuses", async () => {
    expect(await codeOf((async () => S.choose([result(Number.NaN, 1)]))())).toBe("no-finite-score");
    expect(await codeOf((async () => S.choose([result(1, 1)], { score: "loss" }))())).toBe("score-name");
  });
});

describe("curves", () => {
  it("validationCurve runs all candidates on the same folds with the same seeds", async () => {
    const seen: string[] = [];
    const { results, chosen, choice } = await S.validationCurve(
      (shift: number) =>
        (_, [features], { fold, seed }) => {
          seen.push(`${fold} ${seed} ${features.tolist()}`);
          return Math.abs(shift - 2) + fold;
        },
      X,
      y,
      { candidates: [0, 1, 2, 3], cv: new S.KFold(3, { shuffle: true }), seed: 4 },
    );
    expect([results.length, chosen, choice.index]).toEqual([4, 2, 2]);
    expect(new Set(seen).size).toBe(3);
    expect(await codeOf(S.validationCurve(() => () => 0, X, y, { candidates: [] }))).toBe("no-candidates");
  });

  it("learningCurve takes the first samples of each training part", async () => {
    const sizes: number[][] = [];
    const { trainSizes, results } = await S.learningCurve(
      ([features, target]) => {
        sizes.push(target.select(1, 0).tolist() as number[]);
        return features.shape[0]!;
      },
      X,
      y,
      { cv: 3, trainSizes: [0.25, 5, 1] },
    );
    expect(trainSizes).toEqual([2, 5, 8]);
    expect(results.map((r) => r.mean["score"])).toEqual([2, 5, 8]);
    expect(sizes[0]).toEqual([4, 5]);
    expect(await codeOf(S.learningCurve(() => 0, X, y, { cv: 3, trainSizes: [9] }))).toBe("part-size");
  });
});

describe("nestedCrossValidate", () => {
  it("chooses without the outer test part, and reports what was chosen", async () => {
    const { outer, folds, note, optimism, innerMean } = await S.nestedCrossValidate(
      (shrink: number) =>
        ([, target], [, truth]) =>
          mseLoss(torch.full(truth.shape, target.mean().item() * shrink), truth).item(),
      X,
      y,
      { candidates: [0, 1], cv: new S.KFold(3, { shuffle: true, seed: 0 }), innerCv: 2, seed: 0 },
    );
    expect(folds.map((it) => it.fold)).toEqual([0, 1, 2]);
    for (const it of folds) {
      expect(it.innerScore).toBe(Math.min(...it.choice.means));
      expect(it.outerScore).toBe(outer.folds[it.fold]!.scores["score"]);
      expect(it.chosen).toBe([0, 1][it.choice.index]);
    }
    expect(optimism).toBeCloseTo(outer.mean["score"]! - innerMean, 12);
    expect(note.en).toContain("unbiased");
    expect(note.zh).toContain("无偏");
  });

  it("inner folds keep groups together, and never see the outer test part", async () => {
    const groups = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
    const all: number[] = [];
    await S.nestedCrossValidate(
      () => (train, validation) => {
        const learned = (train[1].select(1, 0).tolist() as number[]).map((i) => groups[i]!);
        const tested = (validation[1].select(1, 0).tolist() as number[]).map((i) => groups[i]!);
        expect(learned.some((g) => tested.includes(g))).toBe(false);
        all.push(learned.length + tested.length);
        return 0;
      },
      X,
      y,
      { candidates: ["a"], cv: new S.GroupKFold(3), innerCv: new S.GroupKFold(2), groups },
    );
    expect(all).toEqual([8, 8, 8, 8, 8, 8, 12, 12, 12]);
  });
});

describe("preprocess", () => {
  it("is fitted on the training part of each fold, and kept beside it", async () => {
    const made: torch.selection.StandardScaler[] = [];
    await S.crossValidate(
      ([features], [others], { preprocess, indices }) => {
        expect(preprocess).toBe(made.at(-1));
        expect(firstFar(features.mean(0).toTypedArray(), [0, 0], 0, 1e-6)).toBeNull();
        const mean = indices.train.reduce((sum, i) => sum + 2 * i, 0) / indices.train.length;
        expect(made.at(-1)!.mean[0]).toBeCloseTo(mean, 10);
        expect(others.shape).toEqual([3, 2]);
        return 0;
      },
      X,
      y,
      {
        cv: 4,
        preprocess: () => {
          made.push(new S.StandardScaler());
          return made.at(-1)!;
        },
      },
    );
    expect(made.length).toBe(4);
  });

  it("turns columns into a matrix", async () => {
    const columns = { size: [1, 2, 3, 4, 5, 6], kind: ["a", "b", "a", "b", "a", "b"] };
    const result = await S.crossValidate(([features]) => features.shape[1]!, columns, [1, 2, 3, 4, 5, 6], {
      cv: 3,
      preprocess: () =>
        new S.ColumnTransformer([
          { name: "n", transformer: new S.StandardScaler(), columns: ["size"] },
          { name: "t", transformer: new S.OneHotEncoder(), columns: ["kind"] },
        ]),
    });
    expect(result.mean["score"]).toBe(3);
  });
});
