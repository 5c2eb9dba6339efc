// The book's exercise: what happens where a non-linearity is applied to a whole minibatch?
import * as torch from "torchlet";
import { nn, type Tensor, ValueError } from "torchlet";

/** Answers of a network in training mode, batch by batch; its running statistics are left as they were. */
export function answers(net: nn.Sequential, X: Tensor, batchSize: number): Tensor {
  return torch.noGrad(() => {
    const buffers = net.buffers().map((buffer) => [buffer, buffer.clone()] as const);
    net.train();
    const parts: Tensor[] = [];
    for (let i = 0; i + batchSize <= X.shape[0]!; i += batchSize) {
      parts.push(net(X.index(torch.slice(i, i + batchSize))).argmax(1));
    }
    net.eval();
    for (const [buffer, copy] of buffers) buffer.copy_(copy);
    return torch.cat(parts);
  });
}

/** Answers of a network in evaluation mode. */
export function evaluated(net: nn.Sequential, X: Tensor): Tensor {
  net.eval();
  return torch.noGrad(() => net(X).argmax(1));
}

/** The share of answers that are right. */
export function accuracyOf(answered: Tensor, y: Tensor): number {
  return answered
    .eq(y.index(torch.slice(0, answered.shape[0]!)))
    .to(torch.float32)
    .mean()
    .item();
}

/** Batches that the test pictures are taken in. */
export const batchSizes = [2, 4, 8, 16, 32, 64, 128, 256] as const;

/** Accuracies of one network on the same pictures. */
export interface Judged {
  /** By running statistics. */
  readonly evaluation: number;
  /** By statistics of batches, a size each. */
  readonly bySize: readonly number[];
  /** In batches of 100: with all classes in each, and with one. */
  readonly mixed: number;
  readonly sorted: number;
}

/** Tests a network on pictures, in evaluation mode and in batches. */
export function judge(net: nn.Sequential, X: Tensor, y: Tensor): Judged {
  const order = torch.argsort(y, { stable: true });
  return {
    evaluation: accuracyOf(evaluated(net, X), y),
    bySize: batchSizes.map((size) => accuracyOf(answers(net, X, size), y)),
    mixed: accuracyOf(answers(net, X, 100), y),
    sorted: accuracyOf(answers(net, X.index(order), 100), y.index(order)),
  };
}

/** The share of answers that change when the pictures are shuffled: in training mode, eight at a time, and in evaluation mode. */
export function changedByShuffling(net: nn.Sequential, X: Tensor): { training: number; evaluation: number } {
  const shuffled = torch.randperm(X.shape[0]!);
  const changed = (answer: (Xs: Tensor) => Tensor) =>
    1 - accuracyOf(answer(X.index(shuffled)), answer(X).index(shuffled));
  return { training: changed((Xs) => answers(net, Xs, 8)), evaluation: changed((Xs) => evaluated(net, Xs)) };
}

/** Whether a batch of one sample is taken. */
export function takesOne(layer: nn.BatchNorm1d): boolean {
  try {
    layer(torch.ones(1, layer.numFeatures));
    return true;
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}

/** How far one sample's output depends on every sample of its batch: the gradient at each input, in the batch's order. */
export function influences(samples: number): number[] {
  const x = torch.randn(samples, 1).requiresGrad_();
  const layer = new nn.BatchNorm1d(1);
  layer(x).index(0, 0).backward();
  return x.grad!.reshape(-1).tolist() as number[];
}
