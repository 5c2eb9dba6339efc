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

/** Whether a batch of one sample is taken. */
export function takesOne(layer: nn.BatchNorm1d): "taken" | "refused" {
  try {
    layer(torch.ones(1, layer.numFeatures));
    return "taken";
  } catch (error) {
    if (error instanceof ValueError) return "refused";
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
