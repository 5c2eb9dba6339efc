// What backpropagation costs: numbers that the forward pass has to keep for it, and time.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** The largest difference, as a share of the largest number. */
export function difference(a: Tensor, b: Tensor): number {
  return a.sub(b).abs().max().item() / Math.max(1e-30, b.abs().max().item());
}

/** Bytes of what the graph of a tensor keeps, without parameters and data: the stored activations. */
export function storedBytes(output: Tensor, given: readonly Tensor[]): number {
  const own = new Set(given.map(({ storage }) => storage));
  return torch.autograd
    .savedTensors(output)
    .filter(({ storage }) => !own.has(storage))
    .reduce((sum, tensor) => sum + tensor.numel() * tensor.elementSize(), 0);
}

/** Bytes stored for a number of layers, or of samples. */
export interface Stored {
  readonly size: number;
  readonly training: number;
  readonly prediction: number;
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

/** Milliseconds of a gradient and of second derivatives by so many parameters. */
export interface Cost {
  readonly parameters: number;
  readonly gradient: number;
  /** Second derivatives times a vector. */
  readonly product: number;
  /** All of them. */
  readonly all: number;
}

/** Milliseconds of a call, the best of some. */
export function milliseconds(f: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    f();
    return performance.now() - begun;
  });
  // Some clocks of browsers tick only every tenth of a millisecond.
  return Math.max(0.001, Math.min(...times));
}
