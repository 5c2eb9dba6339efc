// Fifty layers without bias: what is left of a signal at their end, and of a gradient at their beginning.
import * as torch from "torchlet";
import { type Localized, nn, type Tensor } from "torchlet";

export const activations = {
  linear: (x: Tensor) => x,
  tanh: (x: Tensor) => torch.tanh(x),
  relu: (x: Tensor) => torch.relu(x),
  sigmoid: (x: Tensor) => torch.sigmoid(x),
  "4 sigmoid - 2": (x: Tensor) => torch.sigmoid(x).mul(4).sub(2),
};

export type Activation = keyof typeof activations;
export const activationNames = Object.keys(activations) as Activation[];

export const initializers = {
  "std 0.01": (W: Tensor) => nn.init.normal_(W, 0, 0.01),
  "std 1": (W: Tensor) => nn.init.normal_(W, 0, 1),
  Xavier: (W: Tensor) => nn.init.xavierNormal_(W),
  He: (W: Tensor) => nn.init.kaimingNormal_(W, { nonlinearity: "relu" }),
  /** Whatever nn.Linear begins with. */
  "torch default": (W: Tensor) => {
    const [numOut, numIn] = W.shape as [number, number];
    return torch.noGrad(() => W.copy_(new nn.Linear(numIn, numOut, { bias: false }).weight));
  },
};

export type Initializer = keyof typeof initializers;
export const initializerNames = Object.keys(initializers) as Initializer[];

/** What readers call them. */
export const titles: Readonly<Record<Activation | Initializer, Localized>> = {
  linear: { en: "linear", zh: "线性" },
  tanh: { en: "tanh", zh: "tanh" },
  relu: { en: "relu", zh: "relu" },
  sigmoid: { en: "sigmoid", zh: "sigmoid" },
  "4 sigmoid - 2": { en: "4 sigmoid - 2", zh: "4 sigmoid - 2" },
  "std 0.01": { en: "std 0.01", zh: "标准差 0.01" },
  "std 1": { en: "std 1", zh: "标准差 1" },
  Xavier: { en: "Xavier", zh: "Xavier" },
  He: { en: "He", zh: "He" },
  "torch default": { en: "PyTorch's default", zh: "PyTorch 默认" },
};

/** [standard deviation of the last activations, that of the gradient at the input]. */
export type Ends = readonly [forward: number, backward: number];

/** In double precision: what was multiplied fifty times has squares that single precision cannot hold. */
const spread = (x: Tensor) => x.data.to(torch.float64).std().item();

/** Sends X through the layers and a gradient of unit variance back. */
export function throughLayers(X: Tensor, weights: readonly Tensor[], activation: (x: Tensor) => Tensor): Ends {
  const x = X.detach().requiresGrad_();
  let h = x;
  for (const W of weights) h = activation(h.matmul(W));
  h.backward(torch.randn(h.shape));
  return [spread(h), spread(x.grad!)];
}

/** 4 sigmoid(x) - 2 as a layer. */
class AdjustedSigmoid extends nn.Module {
  override forward(x: Tensor): Tensor {
    return activations["4 sigmoid - 2"](x);
  }
}

const modules = {
  linear: () => new nn.Identity(),
  tanh: () => new nn.Tanh(),
  relu: () => new nn.ReLU(),
  sigmoid: () => new nn.Sigmoid(),
  "4 sigmoid - 2": () => new AdjustedSigmoid(),
};

/** The layers as a network. */
export function deepNet(depth: number, width: number, init: Initializer, activation: Activation): nn.Sequential {
  const net = new nn.Sequential(
    ...Array.from({ length: depth }, () => [
      new nn.Linear(width, width, { bias: false }),
      modules[activation](),
    ]).flat(),
  );
  net.apply((module) => {
    if (module instanceof nn.Linear) initializers[init](module.weight);
  });
  return net;
}

/** Mean and standard deviation of every layer's activations, and the standard deviation of their gradients. */
export interface Recorded {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly gradient: readonly number[];
}

/** Sends X through a network and a gradient of unit variance back, with a recorder listening. */
export function recorded(net: nn.Sequential, X: Tensor): Recorded {
  using recorder = nn.utils.recordLayers(net, { filter: (_, path) => Number(path) % 2 === 1 });
  const out = net(X);
  out.backward(torch.randn(out.shape));
  const of = (kind: string) => recorder.records.filter((record) => record.kind === kind).map((r) => r.statistics);
  return {
    mean: of("activation").map(({ mean }) => mean),
    std: of("activation").map(({ std }) => std),
    gradient: of("gradient")
      .map(({ std }) => std)
      .reverse(),
  };
}
