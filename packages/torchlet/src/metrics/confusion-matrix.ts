// Counts of predicted classes for each true one: the confusion matrix, and what precision and recall are made of.
import { ValueError } from "../errors/index.js";
import { tensor } from "../ops/creation.js";
import type { Tensor } from "../tensor/tensor.js";
import { type ClassOptions, checkChoice, classPairs } from "./inputs.js";
import { Metric } from "./metric.js";

function grown(values: Float64Array, length: number): Float64Array {
  if (values.length >= length) return values;
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}

/** For each class: samples predicted right, predicted at all, and of this class. Grows with the classes that come. */
export class ClassCounts {
  truePositives: Float64Array = new Float64Array(0);
  predicted: Float64Array = new Float64Array(0);
  actual: Float64Array = new Float64Array(0);

  /** @param predicted -1 where it does not matter which wrong class it was */
  add(actual: number, predicted: number, weight: number): void {
    const length = Math.max(actual, predicted) + 1;
    if (this.actual.length < length) {
      this.truePositives = grown(this.truePositives, length);
      this.predicted = grown(this.predicted, length);
      this.actual = grown(this.actual, length);
    }
    this.actual[actual]! += weight;
    if (predicted >= 0) this.predicted[predicted]! += weight;
    if (actual === predicted) this.truePositives[actual]! += weight;
  }

  reset(): void {
    this.truePositives = new Float64Array(0);
    this.predicted = new Float64Array(0);
    this.actual = new Float64Array(0);
  }

  take(truePositives: Float64Array, predicted: Float64Array, actual: Float64Array): void {
    this.truePositives = Float64Array.from(truePositives);
    this.predicted = Float64Array.from(predicted);
    this.actual = Float64Array.from(actual);
  }
}

/** Options of `ConfusionMatrix`. */
export interface ConfusionMatrixOptions extends ClassOptions {
  /** How many classes there are. Default: as many as scores, or as have appeared. */
  readonly numClasses?: number;
  /** Shares of the true class ("true"), of the predicted one ("pred"), or of all samples. Default: "none", counts. */
  readonly normalize?: "none" | "true" | "pred" | "all";
}

/**
 * How often each true class (row) was predicted as each class (column), a float64 matrix (classes, classes).
 *
 * @throws ShapeError where shapes do not fit, ValueError for what is no class
 *
 * @example
 * const matrix = new torch.metrics.ConfusionMatrix();
 * matrix.update(torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0]));
 * matrix.compute(); // [[1, 1], [0, 1]]
 */
export class ConfusionMatrix extends Metric<Tensor> {
  override readonly higherIsBetter = null;
  private classes: number;
  private counts: Float64Array;
  readonly normalize: "none" | "true" | "pred" | "all";

  constructor(readonly options: ConfusionMatrixOptions = {}) {
    super();
    const { numClasses = 0, normalize = "none" } = options;
    if (!Number.isInteger(numClasses) || numClasses < 0) {
      throw new ValueError("metric-classes", {
        path: "ConfusionMatrix",
        rule: {
          en: `numClasses must be a positive integer, got ${numClasses}`,
          zh: `numClasses 必须是正整数，得到的是 ${numClasses}`,
        },
        received: numClasses,
      });
    }
    checkChoice("ConfusionMatrix", "normalize", normalize, ["none", "true", "pred", "all"]);
    this.normalize = normalize;
    this.classes = numClasses;
    this.counts = new Float64Array(numClasses * numClasses);
  }

  override update(preds: Tensor, target: Tensor, weight?: Tensor | null): void {
    const pairs = classPairs("ConfusionMatrix", preds, target, weight, this.options);
    const { ignoreIndex, numClasses } = this.options;
    let needed = Math.max(this.classes, pairs.classes);
    for (let i = 0; i < pairs.samples; i++) {
      if (pairs.target[i] === ignoreIndex) continue;
      needed = Math.max(needed, pairs.target[i]! + 1, pairs.predicted[i]! + 1);
    }
    if (numClasses !== undefined && needed > numClasses) {
      throw new ValueError("metric-class", {
        path: "ConfusionMatrix",
        rule: {
          en: `class ${needed - 1} came, numClasses says there are ${numClasses}`,
          zh: `出现了类别 ${needed - 1}，而 numClasses 声明共有 ${numClasses} 类`,
        },
        expected: numClasses,
        received: needed - 1,
      });
    }
    this.grow(needed);
    for (let i = 0; i < pairs.samples; i++) {
      const truth = pairs.target[i]!;
      if (truth === ignoreIndex) continue;
      this.counts[truth * this.classes + pairs.predicted[i]!]! += pairs.weights?.[i] ?? 1;
    }
  }

  private grow(classes: number): void {
    if (classes <= this.classes) return;
    const larger = new Float64Array(classes * classes);
    for (let row = 0; row < this.classes; row++) {
      larger.set(this.counts.subarray(row * this.classes, (row + 1) * this.classes), row * classes);
    }
    this.classes = classes;
    this.counts = larger;
  }

  override compute(): Tensor {
    const { classes: n, counts, normalize } = this;
    const out = counts.slice();
    const divisors = new Float64Array(n);
    let all = 0;
    for (let i = 0; i < n * n; i++) {
      all += counts[i]!;
      divisors[normalize === "true" ? Math.floor(i / n) : i % n]! += counts[i]!;
    }
    if (normalize !== "none") {
      for (let i = 0; i < n * n; i++) {
        const by = normalize === "all" ? all : divisors[normalize === "true" ? Math.floor(i / n) : i % n]!;
        // A class without samples has no shares: 0, as in scikit-learn.
        out[i] = by === 0 ? 0 : out[i]! / by;
      }
    }
    return tensor(out).reshape([n, n]);
  }

  override reset(): void {
    this.counts.fill(0);
  }

  protected override numbers(): Record<string, Float64Array> {
    return { counts: this.counts };
  }

  protected override takeNumbers({ counts }: Record<string, Float64Array>): void {
    this.counts = counts!.slice();
    this.classes = Math.sqrt(counts!.length);
  }
}
