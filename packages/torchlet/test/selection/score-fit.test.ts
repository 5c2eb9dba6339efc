// Cross-validation of networks that `fit` trains: fresh models, the same options, reproducible folds.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const S = torch.selection;
const { nn } = torch;

torch.manualSeed(0);
const X = torch.randn(60, 3).mul(torch.tensor([1, 10, 100]));
const y = X.matmul(torch.tensor([[1], [0.1], [0.01]])).add(torch.randn(60, 1).mul(0.1));

const options: torch.selection.FoldFitOptions = {
  loss: new nn.MSELoss(),
  optimizer: (parameters) => new torch.optim.SGD(parameters, { lr: 0.1 }),
  batchSize: 12,
  epochs: 8,
};

describe("scoreFit", () => {
  it("trains a new model a fold, scores on what it has not seen, the same for the same seed", async () => {
    const cross = () =>
      S.crossValidate(
        S.scoreFit(() => new nn.Linear(3, 1), { ...options, metrics: { mae: new torch.metrics.MeanAbsoluteError() } }),
        X,
        y,
        {
          cv: new S.KFold(3, { shuffle: true, seed: 0 }),
          seed: 1,
          preprocess: () => new S.StandardScaler(),
          returnModels: true,
        },
      );
    const [first, second] = [await cross(), await cross()];
    expect(first.folds.map((it) => it.scores)).toEqual(second.folds.map((it) => it.scores));
    expect(Object.keys(first.mean).sort()).toEqual(["loss", "mae", "trainLoss"]);
    expect(first.mean["loss"]).toBeLessThan(0.1);
    const models = first.folds.map((it) => it.model!);
    expect(new Set(models).size).toBe(3);
    // The score is that of the model which is returned.
    const [{ test, train }] = [...new S.KFold(3, { shuffle: true, seed: 0 }).split(X)] as [torch.selection.Fold];
    const scaler = new S.StandardScaler().fit(S.takeSamples(X, train));
    const predictions = models[0]!(scaler.transform(S.takeSamples(X, test)));
    const loss = nn.functional.mseLoss(predictions, S.takeSamples(y, test)).item();
    expect(first.folds[0]!.scores["loss"]).toBeCloseTo(loss, 6);
  });

  it("chooses among settings by the loss", async () => {
    const { chosen, results } = await S.validationCurve(
      (lr: number) =>
        S.scoreFit(() => new nn.Linear(3, 1), { ...options, optimizer: (p) => new torch.optim.SGD(p, { lr }) }),
      X,
      y,
      { candidates: [1e-4, 0.1], cv: 3, seed: 0, preprocess: () => new S.StandardScaler() },
    );
    expect(chosen).toBe(0.1);
    expect(results[0]!.mean["loss"]).toBeGreaterThan(results[1]!.mean["loss"]!);
  });

  it("scores by the best epoch where early stopping restored it, and stops at a signal", async () => {
    const run = S.scoreFit(() => new nn.Linear(3, 1), { ...options, epochs: 60, earlyStopping: { patience: 1 } });
    const result = await S.crossValidate(run, X, y, { cv: 2, seed: 0, preprocess: () => new S.StandardScaler() });
    expect(Number.isFinite(result.mean["loss"])).toBe(true);
    const controller = new AbortController();
    const aborting = S.scoreFit(() => new nn.Linear(3, 1), {
      ...options,
      callbacks: { onEpochEnd: () => controller.abort(new Error("enough")) },
    });
    const stopped = S.crossValidate(aborting, X.div(100), y, { cv: 2, signal: controller.signal });
    await expect(stopped).rejects.toThrow("enough");
  });
});
