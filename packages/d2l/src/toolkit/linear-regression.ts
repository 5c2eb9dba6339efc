// The pieces of linear regression from scratch.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/**
 * Data of a linear model: X ~ N(0, 1), y = Xw + b + noise of standard deviation 0.01.
 *
 * @param w shape (d) or (d, 1)
 * @returns X of shape (numExamples, d), y of shape (numExamples, 1)
 */
export function syntheticData(w: Tensor, b: number | Tensor, numExamples: number): [Tensor, Tensor] {
  const X = torch.normal(0, 1, [numExamples, w.shape[0]!]);
  let y = torch.matmul(X, w).add(b);
  y = y.add(torch.normal(0, 0.01, y.shape));
  return [X, y.reshape(-1, 1)];
}

/** The linear model: `Xw + b`. */
export function linreg(X: Tensor, w: Tensor, b: Tensor | number): Tensor {
  return torch.matmul(X, w).add(b);
}

/** Half the squared error, element by element. */
export function squaredLoss(yHat: Tensor, y: Tensor): Tensor {
  return yHat.sub(y.reshape(yHat.shape)).pow(2).div(2);
}

/** A step of minibatch stochastic gradient descent: `p -= lr * grad / batchSize`; the gradients are set to zero. */
export function sgd(params: Iterable<Tensor>, lr: number, batchSize: number): void {
  torch.noGrad(() => {
    for (const param of params) {
      param.sub_(param.grad!, { alpha: lr / batchSize });
      param.grad!.zero_();
    }
  });
}

/** A loader over tensors: shuffled for training, in order otherwise. */
export function loadArray(
  dataArrays: readonly Tensor[],
  batchSize: number,
  isTrain = true,
): torch.utils.data.DataLoader {
  return new torch.utils.data.DataLoader(new torch.utils.data.TensorDataset(...dataArrays), {
    batchSize,
    shuffle: isTrain,
  });
}
