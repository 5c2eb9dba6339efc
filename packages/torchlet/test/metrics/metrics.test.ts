// Metrics against scikit-learn's recorded values: in one batch, in batches with a short last one, with weights.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";

const { metrics } = torch;
const f = metrics.functional;
type Values = Record<string, number | number[][]>;
const recorded = JSON.parse(readFileSync(new URL("fixtures/metrics.json", import.meta.url), "utf8")) as Record<
  "scores" | "preds" | "target",
  number[][]
> &
  Record<"labels" | "weights" | "single" | "binary", number[]> &
  Record<"plain" | "weighted", Values>;
const float64 = { dtype: torch.float64 };
const scores = torch.tensor(recorded.scores, float64);
const labels = torch.tensor(recorded.labels);
const weights = torch.tensor(recorded.weights, float64);
const single = torch.tensor(recorded.single, float64);
const binary = torch.tensor(recorded.binary);
const preds = torch.tensor(recorded.preds, float64);
const target = torch.tensor(recorded.target, float64);

type Make = () => torch.metrics.Metric<number | torch.Tensor>;
type Case = [name: string, make: Make, preds: torch.Tensor, target: torch.Tensor];
const averages = ["micro", "macro", "weighted", "binary"] as const;
const classScores = (name: string, Kind: typeof metrics.Precision | typeof metrics.Recall | typeof metrics.F1Score) =>
  averages.map(
    (average): Case => [
      `${name}.${average}`,
      () => new Kind({ average }),
      average === "binary" ? single : scores,
      average === "binary" ? binary : labels,
    ],
  );
const cases: Case[] = [
  ["accuracy", () => new metrics.Accuracy(), scores, labels],
  ["accuracy", () => new metrics.Accuracy(), scores.to(torch.float32), labels],
  ["accuracy", () => new metrics.Accuracy(), scores.argmax(1), labels],
  ["accuracy", () => new metrics.Accuracy(), scores, torch.nn.functional.oneHot(labels, 4)],
  ["balanced", () => new metrics.Accuracy({ average: "macro" }), scores, labels],
  ["top2", () => new metrics.TopKAccuracy(2), scores, labels],
  ["confusion", () => new metrics.ConfusionMatrix(), scores, labels],
  ["confusionTrue", () => new metrics.ConfusionMatrix({ normalize: "true" }), scores, labels],
  ["confusionPred", () => new metrics.ConfusionMatrix({ normalize: "pred" }), scores, labels],
  ["confusionAll", () => new metrics.ConfusionMatrix({ normalize: "all", numClasses: 4 }), scores, labels],
  ["auc", () => new metrics.AUROC(), single, binary],
  ["auc", () => new metrics.AUROC(), single.reshape(-1, 1), binary],
  ["auc", () => new metrics.AUROC(), torch.stack([single.neg(), single], 1), binary],
  ["aucMacro", () => new metrics.AUROC(), scores, labels],
  ["aucMacro", () => new metrics.AUROC(), torch.softmax(scores, 1), labels],
  ["mse", () => new metrics.MeanSquaredError(), preds, target],
  ["rmse", () => new metrics.MeanSquaredError({ squared: false }), preds, target],
  ["mae", () => new metrics.MeanAbsoluteError(), preds, target],
  ["r2", () => new metrics.R2Score(), preds, target],
  ["logRmse", () => new metrics.LogRmse(), preds, target],
  ...classScores("precision", metrics.Precision),
  ...classScores("recall", metrics.Recall),
  ...classScores("f1", metrics.F1Score),
];

/** Sums of doubles agree to their rounding. */
function expectValue(metric: torch.metrics.Metric<number | torch.Tensor>, want: number | number[][]): void {
  const value = metric.compute();
  const got = value instanceof torch.Tensor ? [...value.toTypedArray()] : [value];
  const expected = Array.isArray(want) ? want.flat() : [want];
  expect(got.length).toBe(expected.length);
  expected.forEach((v, i) => {
    expect(got[i]).toBeCloseTo(v, 12);
  });
}

function inBatches(
  metric: torch.metrics.Metric<unknown>,
  p: torch.Tensor,
  t: torch.Tensor,
  w: torch.Tensor | null,
): void {
  const n = t.shape[0]!;
  for (let from = 0; from < n; from += 10) {
    const part = (x: torch.Tensor) => x.narrow(0, from, Math.min(10, n - from));
    metric.update(part(p), part(t), w === null ? null : part(w));
  }
}

describe("metrics equal scikit-learn's", () => {
  it.each(cases)("%s", (name, make, p, t) => {
    const metric = make();
    metric.update(p, t);
    expectValue(metric, recorded.plain[name]!);
    metric.reset();
    inBatches(metric, p, t, null);
    expectValue(metric, recorded.plain[name]!);
    const weighted = make();
    inBatches(weighted, p, t, weights);
    expectValue(weighted, recorded.weighted[name]!);
    // A saved state goes on where it was.
    const copy = make();
    copy.loadStateDict(weighted.stateDict());
    expectValue(copy, recorded.weighted[name]!);
    copy.update(p, t);
    weighted.update(p, t);
    expect(String(copy.compute())).toBe(String(weighted.compute()));
  });

  it("functions of one batch give the same", () => {
    const { plain, weighted } = recorded;
    expect(f.accuracy(scores, labels)).toBeCloseTo(plain["accuracy"] as number, 12);
    expect(f.accuracy(scores, labels, { average: "macro", weight: weights })).toBeCloseTo(
      weighted["balanced"] as number,
      12,
    );
    expect(f.topKAccuracy(scores, labels, 2)).toBeCloseTo(plain["top2"] as number, 12);
    expect(f.confusionMatrix(scores, labels).tolist()).toEqual(plain["confusion"]);
    expect(f.precision(scores, labels)).toBeCloseTo(plain["precision.macro"] as number, 12);
    expect(f.recall(scores, labels, { average: "micro" })).toBeCloseTo(plain["recall.micro"] as number, 12);
    expect(f.f1Score(single, binary, { average: "binary" })).toBeCloseTo(plain["f1.binary"] as number, 12);
    expect(f.meanSquaredError(preds, target)).toBeCloseTo(plain["mse"] as number, 12);
    expect(f.meanAbsoluteError(preds, target)).toBeCloseTo(plain["mae"] as number, 12);
    expect(f.r2Score(preds, target)).toBeCloseTo(plain["r2"] as number, 12);
    expect(f.logRmse(preds, target)).toBeCloseTo(plain["logRmse"] as number, 12);
    expect(f.auroc(single, binary)).toBeCloseTo(plain["auc"] as number, 12);
  });
});

describe("at the edges", () => {
  it("an empty metric is NaN", () => {
    expect(new metrics.Accuracy().compute()).toBeNaN();
    expect(new metrics.AUROC().compute()).toBeNaN();
    expect(new metrics.R2Score().compute()).toBeNaN();
    expect(new metrics.Precision().compute()).toBeNaN();
    expect(new metrics.Mean().compute()).toBeNaN();
  });

  it("NaN in predictions is not hidden", () => {
    const p = torch.tensor([1, NaN], float64);
    const t = torch.tensor([1, 2], float64);
    for (const Kind of [metrics.MeanSquaredError, metrics.MeanAbsoluteError, metrics.LogRmse, metrics.R2Score]) {
      const metric = new Kind();
      metric.update(p, t);
      expect(metric.compute(), Kind.name).toBeNaN();
    }
    expect(f.auroc(p, torch.tensor([0, 1]))).toBeNaN();
    // NaN is no largest score of the right class.
    expect(f.topKAccuracy(torch.tensor([[NaN, 0, 1]]), torch.tensor([0]), 2)).toBe(0);
  });

  it("AUROC is NaN where one class is missing, and 1/2 where all scores are the same", () => {
    expect(f.auroc(torch.tensor([0.1, 0.2]), torch.tensor([1, 1]))).toBeNaN();
    expect(f.auroc(torch.tensor([0.5, 0.5, 0.5]), torch.tensor([0, 1, 0]))).toBe(0.5);
  });

  it("R2 of targets far from 0 keeps its digits", () => {
    const t = torch.tensor([0, 1, 2, 3], float64).add(1e8);
    expect(f.r2Score(t.add(0.5), t)).toBeCloseTo(1 - 1 / 5, 9);
    expect(f.r2Score(torch.tensor([2, 2]), torch.tensor([2, 2]))).toBe(1);
    expect(f.r2Score(torch.tensor([2, 3]), torch.tensor([2, 2]))).toBe(0);
  });

  it("leaves out ignored samples, and takes logits by their threshold", () => {
    const p = torch.tensor([0, 1, 1]);
    const t = torch.tensor([0, 1, -100]);
    expect(f.accuracy(p, t, { ignoreIndex: -100 })).toBe(1);
    expect(codeOf(() => f.accuracy(p, t))).toBe("metric-class");
    expect(f.accuracy(torch.tensor([-1, 0.3, 2]), torch.tensor([0, 1, 1]), { threshold: 0 })).toBe(1);
  });

  it("a matrix grows with the classes that come", () => {
    const matrix = new metrics.ConfusionMatrix();
    matrix.update(torch.tensor([0]), torch.tensor([1]));
    matrix.update(torch.tensor([2]), torch.tensor([2]));
    expect(matrix.compute().tolist()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it("Mean weighs values", () => {
    const mean = new metrics.Mean();
    mean.update(1, 3);
    mean.update(torch.tensor([5, 7]));
    expect(mean.compute()).toBe((3 + 12) / 5);
    mean.reset();
    expect(mean.compute()).toBeNaN();
  });

  it("refuses what does not fit, in both languages", () => {
    expect(codeOf(() => f.meanSquaredError(torch.ones(3), torch.ones(4)))).toBe("metric-shapes");
    expect(codeOf(() => f.meanSquaredError(torch.ones(3), torch.ones(3), { weight: torch.ones(2) }))).toBe(
      "metric-weights",
    );
    expect(codeOf(() => f.accuracy(torch.ones(3, 4), torch.tensor([0, 1, 4])))).toBe("metric-class");
    expect(codeOf(() => new metrics.Accuracy({ topK: 0 }))).toBe("metric-top-k");
    expect(codeOf(() => f.topKAccuracy(torch.ones(2, 3), torch.tensor([0, 1]), 4))).toBe("metric-top-k");
    expect(codeOf(() => new metrics.Precision({ average: "all" as "micro" }))).toBe("metric-option");
    expect(codeOf(() => new metrics.ConfusionMatrix({ numClasses: -1 }))).toBe("metric-classes");
    expect(
      codeOf(() => new metrics.ConfusionMatrix({ numClasses: 2 }).update(torch.tensor([2]), torch.tensor([0]))),
    ).toBe("metric-class");
    expect(codeOf(() => f.auroc(torch.ones(2, 3, 4), torch.zeros([2, 4], { dtype: torch.int32 })))).toBe("auroc-shape");
    expect(codeOf(() => new metrics.Accuracy().loadStateDict({}))).toBe("metric-state");
    torch.setLocale("zh");
    try {
      expect(() => f.meanSquaredError(torch.ones(3), torch.ones(4))).toThrow("不匹配");
    } finally {
      torch.setLocale(null);
    }
  });

  it("(n) and (n, 1) are the same", () => {
    expect(f.meanSquaredError(torch.tensor([1, 2]), torch.tensor([[1], [4]]))).toBe(2);
  });
});
