// Hidden units that begin equal: what keeps them so, and what does not.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { dropoutLayer } from "../../toolkit/dropout.js";

/** The largest difference between slices of a tensor along a dimension. */
export function spread(W: Tensor, dim: number): number {
  return W.data.amax(dim).sub(W.data.amin(dim)).abs().max().item();
}

/** How far apart hidden units are after training, and how far the first weight has moved. */
export interface Symmetry {
  readonly spread: number;
  readonly moved: number;
  readonly W1: Tensor;
}

/** A network with one hidden layer whose weights are all the same number, trained by 200 steps of SGD. */
export function trainConstant(dropout: number, numHiddens = 8, value = 0.5, steps = 200): Symmetry {
  const [numInputs, numOutputs] = [4, 3];
  const X = torch.randn(64, numInputs);
  const y = torch.randint(0, numOutputs, [64]).to(torch.int32);
  const W1 = new nn.Parameter(torch.full([numInputs, numHiddens], value));
  const b1 = new nn.Parameter(torch.zeros(numHiddens));
  const W2 = new nn.Parameter(torch.full([numHiddens, numOutputs], value));
  const b2 = new nn.Parameter(torch.zeros(numOutputs));
  const net = (X: Tensor) => {
    const H = torch.tanh(X.matmul(W1).add(b1));
    return dropoutLayer(H, dropout).matmul(W2).add(b2);
  };
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD([W1, b1, W2, b2], { lr: 0.1 });
  for (let i = 0; i < steps; i++) {
    updater.zeroGrad();
    loss(net(X), y).backward();
    updater.step();
  }
  return {
    spread: Math.max(spread(W1, 1), spread(b1, 0), spread(W2, 0)),
    moved: W1.data.sub(value).abs().max().item(),
    W1: W1.data,
  };
}

/** A convolution whose kernels are all the same number, trained a little. */
export function trainConstantChannels(): Omit<Symmetry, "W1"> {
  const conv = new nn.Conv2d(1, 4, 3);
  const head = new nn.Linear(4 * 36, 3);
  for (const param of [...conv.parameters(), ...head.parameters()]) nn.init.constant_(param, 0.1);
  const net = new nn.Sequential(conv, new nn.ReLU(), new nn.Flatten(), head);
  const X = torch.randn(32, 1, 8, 8);
  const y = torch.randint(0, 3, [32]).to(torch.int32);
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.01 });
  for (let i = 0; i < 50; i++) {
    updater.zeroGrad();
    loss(net(X), y).backward();
    updater.step();
  }
  return { spread: spread(conv.weight, 0), moved: conv.weight.data.sub(0.1).abs().max().item() };
}

/** The largest difference that exchanging hidden units makes to a network's outputs. */
export function permuted(): number {
  const net = new nn.Sequential(new nn.Linear(6, 20), new nn.Tanh(), new nn.Linear(20, 3));
  const [first, , last] = [...net] as [nn.Linear, nn.Module, nn.Linear];
  const X = torch.randn(50, 6);
  return torch.noGrad(() => {
    const before = net(X);
    const order = torch.randperm(20);
    first.weight.copy_(first.weight.indexSelect(0, order));
    first.bias!.copy_(first.bias!.indexSelect(0, order));
    last.weight.copy_(last.weight.indexSelect(1, order));
    return net(X).sub(before).abs().max().item();
  });
}
