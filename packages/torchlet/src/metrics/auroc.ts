// The area under the ROC curve: how often a member of a class scores higher than one that is not.
import { ShapeError } from "../errors/index.js";
import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { readWeights, targetClasses } from "./inputs.js";
import { Metric } from "./metric.js";

/**
 * The probability that a member scores higher than one that is not, ties counting half, from sorted scores.
 *
 * NaN where there are none of either kind, or where a score is NaN.
 */
export function areaUnderRoc(
  scores: ArrayLike<number>,
  isMember: (i: number) => boolean,
  weights: ArrayLike<number>,
): number {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i);
  order.sort((a, b) => scores[a]! - scores[b]!);
  let [below, members, pairs] = [0, 0, 0];
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]!]!;
    if (Number.isNaN(score)) return NaN;
    let [inTie, othersInTie] = [0, 0];
    for (; i < order.length && scores[order[i]!] === score; i++) {
      const at = order[i]!;
      if (isMember(at)) inTie += weights[at]!;
      else othersInTie += weights[at]!;
    }
    pairs += inTie * (below + othersInTie / 2);
    below += othersInTie;
    members += inTie;
  }
  return pairs / (members * below);
}

/**
 * The area under the ROC curve (Hanley and McNeil, 1982): of two classes, or of several one against the rest, the mean over the
 * classes that have both members and others.
 *
 * Scores (n), (n, 1) or (n, 2) are of two classes; (n, classes) of more are probabilities, or logits where any of them lies
 * outside 0 to 1. All scores are kept until `compute`.
 *
 * @throws ShapeError where shapes do not fit, or differ from batch to batch
 *
 * @example
 * const auc = new torch.metrics.AUROC();
 * auc.update(torch.tensor([0.1, 0.4, 0.35, 0.8]), torch.tensor([0, 0, 1, 1]));
 * auc.compute(); // 0.75
 */
export class AUROC extends Metric {
  override readonly higherIsBetter = true;
  private columns = 0;
  private readonly scores: number[] = [];
  private readonly labels: number[] = [];
  private readonly weights: number[] = [];

  override update(preds: Tensor, target: Tensor, weight?: Tensor | null): void {
    const truth = targetClasses("AUROC", preds, target).toTypedArray();
    const columns = preds.ndim > 1 ? preds.shape[1]! : 1;
    if (preds.ndim > 2 || (this.columns !== 0 && columns !== this.columns)) {
      throw new ShapeError("auroc-shape", {
        path: "AUROC",
        rule: {
          en: `scores must have shape (n) or (n, classes), the same in every batch, got ${formatShape(preds.shape)}`,
          zh: `得分的形状必须是 (n) 或 (n, classes)，且各批次相同，得到的是 ${formatShape(preds.shape)}`,
        },
        received: [...preds.shape],
      });
    }
    this.columns = columns;
    const weights = readWeights("AUROC", weight, truth.length);
    for (const score of preds.toTypedArray()) this.scores.push(score);
    for (let i = 0; i < truth.length; i++) {
      this.labels.push(truth[i]!);
      this.weights.push(weights?.[i] ?? 1);
    }
  }

  override compute(): number {
    const { columns, labels, weights } = this;
    const n = labels.length;
    if (columns <= 2) {
      const scores =
        columns === 1
          ? this.scores
          : Array.from({ length: n }, (_, i) => this.scores[2 * i + 1]! - this.scores[2 * i]!);
      return areaUnderRoc(scores, (i) => labels[i] === 1, weights);
    }
    const probabilities = this.probabilities();
    let [sum, classes] = [0, 0];
    for (let c = 0; c < columns; c++) {
      const members = labels.reduce((k, label) => k + (label === c ? 1 : 0), 0);
      if (members === 0 || members === n) continue;
      const scores = Float64Array.from({ length: n }, (_, i) => probabilities[i * columns + c]!);
      sum += areaUnderRoc(scores, (i) => labels[i] === c, weights);
      classes++;
    }
    return sum / classes;
  }

  private probabilities(): ArrayLike<number> {
    const { scores, columns } = this;
    if (scores.every((s) => s >= 0 && s <= 1)) return scores;
    const out = new Float64Array(scores.length);
    for (let row = 0; row < scores.length; row += columns) {
      let [largest, total] = [-Infinity, 0];
      for (let c = 0; c < columns; c++) largest = Math.max(largest, scores[row + c]!);
      for (let c = 0; c < columns; c++) total += out[row + c] = Math.exp(scores[row + c]! - largest);
      for (let c = 0; c < columns; c++) out[row + c]! /= total;
    }
    return out;
  }

  override reset(): void {
    this.columns = this.scores.length = this.labels.length = this.weights.length = 0;
  }

  protected override numbers(): Record<string, Float64Array> {
    return {
      scores: Float64Array.from(this.scores),
      labels: Float64Array.from(this.labels),
      weights: Float64Array.from(this.weights),
    };
  }

  protected override takeNumbers(numbers: Record<string, Float64Array>): void {
    this.reset();
    for (const name of ["scores", "labels", "weights"] as const) for (const v of numbers[name]!) this[name].push(v);
    this.columns = this.labels.length === 0 ? 0 : this.scores.length / this.labels.length;
  }
}
