// What exploding and vanishing gradients do to training: learning rates in half precision, deep sigmoid networks.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** Three arms of a spiral, one a class. */
export function spirals(n: number, noise = 0.15): [X: Tensor, y: Tensor] {
  const r = torch.rand(n);
  const y = torch.arange(n).remainder(3).to(torch.int32);
  const angle = r
    .mul(4)
    .add(y.mul((2 * Math.PI) / 3))
    .add(torch.randn(n).mul(noise));
  return [torch.stack([r.mul(angle.cos()), r.mul(angle.sin())], 1).mul(2), y];
}

/** How a training ended. */
export interface Ending {
  readonly first: number;
  readonly last: number;
  /** The share of parameters that are not exactly what they were. */
  readonly moved: number;
}

/** A small ReLU network trained with every parameter, activation and gradient rounded to its format. */
export function trainRounded(round: (x: Tensor) => Tensor, lr: number, steps: number): Ending {
  const [X, y] = spirals(60);
  const params = [
    [2, 16],
    [16, 16],
    [16, 3],
  ].flatMap(([numIn, numOut]) => [
    new nn.Parameter(round(torch.randn(numIn!, numOut!).mul(Math.sqrt(2 / numIn!)))),
    new nn.Parameter(round(torch.randn(numOut!).mul(0.1))),
  ]);
  const [W1, b1, W2, b2, W3, b3] = params as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  const net = (X: Tensor) => {
    const H1 = torch.relu(round(X.matmul(W1).add(b1)));
    const H2 = torch.relu(round(H1.matmul(W2).add(b2)));
    return round(H2.matmul(W3).add(b3));
  };
  const loss = new nn.CrossEntropyLoss();
  const begun = params.map((param) => param.data.clone());
  const step = torch.compile((X: Tensor, y: Tensor) => {
    for (const param of params) param.grad = null;
    const l = loss(net(X), y);
    l.backward();
    torch.noGrad(() => {
      for (const param of params) param.copy_(round(param.sub(round(param.grad!).mul(lr))));
    });
    return l;
  });
  let first = Number.NaN;
  let last = Number.NaN;
  const input = round(X);
  for (let t = 0; t < steps; t++) {
    last = step(input, y).item();
    if (t === 0) first = last;
    if (!Number.isFinite(last)) break;
  }
  step.dispose();
  const changed = params.map((param, i) => param.data.ne(begun[i]!).sum().item());
  const total = params.reduce((sum, param) => sum + param.numel(), 0);
  return { first, last, moved: changed.reduce((a, b) => a + b) / total };
}

/** A network of `depth` hidden layers of 16 units, as PyTorch would initialize it. */
export function deepMlp(depth: number, activation: () => nn.Module): nn.Sequential {
  const layers: nn.Module[] = [];
  for (let i = 0; i < depth; i++) layers.push(new nn.Linear(i === 0 ? 2 : 16, 16), activation());
  return new nn.Sequential(...layers, new nn.Linear(16, 3));
}

const weightsOf = (net: nn.Sequential) =>
  net.modules().flatMap((module) => (module instanceof nn.Linear ? [module.weight] : []));

/** The norm of the loss's gradient with respect to each layer's weights. */
export function gradientNorms(net: nn.Sequential, X: Tensor, y: Tensor): { norms: number[]; bottom: Tensor } {
  net.zeroGrad();
  new nn.CrossEntropyLoss()(net(X), y).backward();
  const weights = weightsOf(net);
  return { norms: weights.map(({ grad }) => grad!.norm().item()), bottom: weights[0]!.grad!.clone() };
}

/** What training made of a network. */
export interface Trained {
  readonly loss: number;
  /** How far each layer's weights went, over their length before. */
  readonly changes: readonly number[];
}

/** Full-batch gradient descent. */
export function trainDeep(net: nn.Sequential, X: Tensor, y: Tensor, lr: number, steps: number): Trained {
  const begun = weightsOf(net).map((weight) => weight.data.clone());
  const loss = new nn.CrossEntropyLoss();
  const optimizer = new torch.optim.SGD(net.parameters(), { lr });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l;
  });
  for (let t = 0; t < steps; t++) step(X, y);
  step.dispose();
  const changes = weightsOf(net).map((weight, i) => weight.data.sub(begun[i]!).norm().item() / begun[i]!.norm().item());
  return { loss: torch.noGrad(() => loss(net(X), y).item()), changes };
}
