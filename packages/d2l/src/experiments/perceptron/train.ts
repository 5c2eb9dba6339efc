// The perceptron: what it answers, and how it learns, as in the notes' pseudo-code.
import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** A separating plane: <w, x> + b > 0 on one side. */
export interface Plane {
  readonly w: Tensor;
  readonly b: number;
}

/** σ(<w, x> + b) for a batch (n, d) or one sample (d): 1 where the argument is above 0, else 0. */
export function perceptron(X: Tensor, { w, b }: Plane): Tensor {
  return X.matmul(w).add(b).gt(0).to(torch.int32);
}

/** Labels 0 and 1, as the perceptron answers, to -1 and +1, as its rule wants them. */
export const toSigns = (bits: Tensor) => bits.mul(2).sub(1);

/** Labels -1 and +1 to 0 and 1. */
export const toBits = (signs: Tensor) => signs.gt(0).to(torch.int32);

/** What a training came to. */
export interface Trained extends Plane {
  /** Updates: the mistakes that it made. */
  readonly mistakes: number;
  readonly epochs: number;
  /** Whether a whole pass had no update. */
  readonly converged: boolean;
}

/** How it is trained. */
export interface TrainOptions {
  /** Scales every update. Default: 1. */
  readonly lr?: number;
  /** Passes after which it is given up. Default: 10,000. */
  readonly maxEpochs?: number;
  /** False leaves b at 0: for samples that have a constant 1 of their own. Default: true. */
  readonly bias?: boolean;
  /** Sees the plane after every update. */
  readonly onUpdate?: (plane: Plane, mistakes: number) => void;
}

/**
 * Trains a perceptron: every sample on the wrong side is added to w, until a pass has none.
 *
 * @param X samples (n, d), visited in this order
 * @param y labels (n), -1 or +1
 */
export function trainPerceptron(X: Tensor, y: Tensor, options: TrainOptions = {}): Trained {
  const { lr = 1, maxEpochs = 10_000, bias = true, onUpdate } = options;
  const labels = y.tolist() as number[];
  const samples = X.unbind().map((x, i) => [x, labels[i]!] as const);

  const w = torch.zeros(X.shape[1]!, { dtype: X.dtype });
  let b = 0;
  let mistakes = 0;
  for (let epoch = 1; epoch <= maxEpochs; epoch++) {
    const before = mistakes;
    for (const [xi, yi] of samples) {
      if (yi * (w.dot(xi).item() + b) <= 0) {
        w.add_(xi.mul(lr * yi));
        if (bias) b += lr * yi;
        mistakes++;
        onUpdate?.({ w: w.clone(), b }, mistakes);
      }
    }
    if (mistakes === before) return { w, b, mistakes, epochs: epoch, converged: true };
  }
  return { w, b, mistakes, epochs: maxEpochs, converged: false };
}
