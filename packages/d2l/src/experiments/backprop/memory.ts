// What training keeps of the forward pass until the backward pass has used it.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** Bytes of what the graph of a tensor keeps, without parameters and data: the stored activations. */
export function storedBytes(output: Tensor, given: readonly Tensor[]): number {
  const own = new Set(given.map(({ storage }) => storage));
  return torch.autograd
    .savedTensors(output)
    .filter(({ storage }) => !own.has(storage))
    .reduce((sum, tensor) => sum + tensor.numel() * tensor.elementSize(), 0);
}

/** Layers of equal width on a batch: bytes that training and prediction have stored when the output is there. */
export function activationBytes(layers: number, batchSize: number, width: number) {
  const net = new nn.Sequential(
    ...Array.from({ length: layers }, () => [new nn.Linear(width, width), new nn.Tanh()]).flat(),
  );
  const X = torch.randn(batchSize, width);
  const given = [X, ...net.parameters()];
  return {
    training: storedBytes(net(X), given),
    prediction: torch.noGrad(() => storedBytes(net(X), given)),
  };
}
