// How much of a gradient passes through a stack of layers.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** A layer: what it makes of h. */
export type Layer = (h: Tensor) => Tensor;

/** Makes a new layer of a width, with weights of its own. */
export type MakeLayer = (width: number) => Layer;

function linear(width: number, init?: (W: Tensor) => Tensor): nn.Linear {
  const layer = new nn.Linear(width, width);
  if (init !== undefined) {
    init(layer.weight);
    nn.init.zeros_(layer.bias!);
  }
  return layer;
}

const activations = {
  sigmoid: (x: Tensor) => torch.sigmoid(x),
  tanh: (x: Tensor) => torch.tanh(x),
  relu: (x: Tensor) => torch.relu(x),
};
type Activation = keyof typeof activations;

/** h -> σ(W h + b) */
export function plain(activation: Activation, init?: (W: Tensor) => Tensor): MakeLayer {
  return (width) => {
    const f = linear(width, init);
    return (h) => activations[activation](f(h));
  };
}

/** h -> h + σ(W h + b): what is multiplied is 1 + f', no longer f'. */
export function residual(activation: Activation): MakeLayer {
  return (width) => {
    const f = plain(activation)(width);
    return (h) => h.add(f(h));
  };
}

/** h -> σ(normalize(W h + b)), each sample to mean 0 and variance 1. */
export function normalized(activation: Activation, std: number): MakeLayer {
  return (width) => {
    const f = linear(width, (W) => nn.init.normal_(W, 0, std));
    // Single precision shall not decide: 50 layers of standard deviation 0.01 have variances near the usual eps.
    const norm = new nn.LayerNorm(width, { eps: 1e-12 });
    return (h) => activations[activation](norm(f(h)));
  };
}

/** The norm of the gradient at the input over that at the output. */
export function passed(make: MakeLayer, depth: number, width = 64, batch = 32): number {
  const x = torch.randn(batch, width, { requiresGrad: true });
  let h: Tensor = x;
  for (let i = 0; i < depth; i++) h = make(width)(h);
  const gradient = torch.randn(h.shape);
  h.backward(gradient);
  return x.grad!.norm().item() / gradient.norm().item();
}
