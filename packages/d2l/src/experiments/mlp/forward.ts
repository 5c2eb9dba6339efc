// One hidden layer as the notes write it, and what becomes of layers without an activation.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** A hidden layer of m units on n inputs and k outputs, by hand and with layers that hold the same weights. */
export function byHandAndWithLayers(n: number, m: number, k: number, samples: number): [Tensor, Tensor] {
  const X = torch.randn(samples, n);
  // h = relu(W1 x + b1), o = W2 h + b2, for each x as a column.
  const [W1, b1] = [torch.randn(m, n), torch.randn(m, 1)];
  const [W2, b2] = [torch.randn(k, m), torch.randn(k, 1)];
  const h = torch.relu(W1.matmul(X.t()).add(b1));
  const o = W2.matmul(h).add(b2);
  const net = new nn.Sequential(new nn.Linear(n, m), new nn.ReLU(), new nn.Linear(m, k));
  net.loadStateDict({ "0.weight": W1, "0.bias": b1.reshape(m), "2.weight": W2, "2.bias": b2.reshape(k) });
  return [o.t(), torch.noGrad(() => net(X))];
}

/** How far two layers are from the one layer that their weights multiply to, relative to the outputs: without and with relu. */
export function collapse(widths: readonly [number, number, number], samples: number): { affine: number; relu: number } {
  const [n, m, k] = widths;
  const X = torch.randn(samples, n);
  const [W1, b1] = [torch.randn(n, m), torch.randn(m)];
  const [W2, b2] = [torch.randn(m, k), torch.randn(k)];
  const W = W1.matmul(W2);
  const b = b1.matmul(W2).add(b2);
  const one = X.matmul(W).add(b);
  const hidden = X.matmul(W1).add(b1);
  const distance = (h: Tensor) => h.matmul(W2).add(b2).sub(one).abs().max().item() / one.abs().max().item();
  return { affine: distance(hidden), relu: distance(torch.relu(hidden)) };
}

/** The ranks of a product of two linear layers through some units, and of a single layer. */
export function ranks(inputs: number, between: number, outputs: number): [product: number, single: number] {
  const product = torch.randn(inputs, between).matmul(torch.randn(between, outputs));
  return [torch.linalg.matrixRank(product).item(), torch.linalg.matrixRank(torch.randn(inputs, outputs)).item()];
}
