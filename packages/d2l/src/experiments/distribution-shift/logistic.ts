// Linear models with a weight for every sample, and what tells two sets of samples apart.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** Minimizes a mean loss over all samples at once. */
function minimize(net: nn.Linear, objective: () => Tensor): void {
  const optimizer = new torch.optim.LBFGS(net.parameters(), { maxIter: 50, lineSearchFn: "strong_wolfe" });
  optimizer.step(() => {
    optimizer.zeroGrad();
    const l = objective();
    l.backward();
    return l;
  });
}

/** A line, or softmax regression, trained with a loss that has a weight for each sample: mean of β_i ℓ(f(x_i), y_i). */
export function fitWeighted(
  net: nn.Linear,
  loss: (yHat: Tensor, y: Tensor) => Tensor,
  X: Tensor,
  y: Tensor,
  beta: Tensor = torch.ones(X.shape[0]!),
): nn.Linear {
  minimize(net, () => loss(net(X), y).reshape(-1).mul(beta).mean());
  return net;
}

/**
 * Logistic regression that tells target samples (+1) from source samples (-1).
 *
 * With as many of one as of the other, its score h(x) is an estimate of log p(x) / q(x).
 */
export function tellApart(source: Tensor, target: Tensor): nn.Linear {
  const X = torch.cat([source, target]);
  const z = torch.cat([torch.zeros(source.shape[0]!), torch.ones(target.shape[0]!)]);
  const loss = new nn.BCEWithLogitsLoss();
  const net = new nn.Linear(X.shape[1]!, 1);
  minimize(net, () => loss(net(X).reshape(-1), z));
  return net;
}

/** The weights min(exp(h(x)), c) of source samples, x given as the features that h was trained on. */
export function importanceWeights(h: nn.Linear, source: Tensor, clip: number): Tensor {
  return torch.noGrad(() => h(source).reshape(-1).exp().clamp({ max: clip }));
}

/**
 * The classifier two-sample test: standard deviations by which a classifier beats guessing on samples that it has not seen.
 *
 * Half of the samples of each set train it, the others test it.
 */
export function twoSampleTest(source: Tensor, target: Tensor): number {
  const half = source.shape[0]! >> 1;
  const rest = source.shape[0]! - half;
  const h = tellApart(source.narrow(0, 0, half), target.narrow(0, 0, half));
  const right = torch.noGrad(() => {
    const onSource = h(source.narrow(0, half, rest))
      .le(0)
      .sum()
      .item();
    return (
      onSource +
      h(target.narrow(0, half, rest))
        .gt(0)
        .sum()
        .item()
    );
  });
  return (right - rest) / Math.sqrt(rest / 2);
}

/** The confusion matrix C[i, j] = share of samples of class j that are taken for class i. */
export function confusionMatrix(predicted: Tensor, labels: Tensor, classes: number): Tensor {
  const cells = predicted.mul(classes).add(labels).to(torch.int32);
  const counts = torch
    .bincount(cells, { minlength: classes ** 2 })
    .to(torch.float32)
    .reshape(classes, classes);
  return counts.div(counts.sum(0, { keepdim: true }));
}
