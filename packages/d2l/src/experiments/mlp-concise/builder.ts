// A multilayer perceptron from a list of widths.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** Activation functions by name. */
export const activations = {
  relu: nn.ReLU,
  tanh: nn.Tanh,
  sigmoid: nn.Sigmoid,
  prelu: nn.PReLU,
  gelu: nn.GELU,
  silu: nn.SiLU,
  none: nn.Identity,
} as const;

/** Ways to fill the weights; biases stay as nn.Linear makes them, but with `"zeros"`. */
export const inits: Readonly<Record<string, (layer: nn.Linear) => void>> = {
  book: ({ weight }) => nn.init.normal_(weight, { std: 0.01 }),
  default: () => {},
  xavier: ({ weight }) => nn.init.xavierUniform_(weight),
  he: ({ weight }) => nn.init.kaimingNormal_(weight, { nonlinearity: "relu" }),
  zeros: ({ weight, bias }) => {
    nn.init.zeros_(weight);
    if (bias) nn.init.zeros_(bias);
  },
};

/**
 * Flatten, then Linear and activation by turns; nothing after the last Linear.
 *
 * @param widths the inputs, each hidden layer, the outputs: `[784, 256, 10]`
 */
export function mlpOf(widths: readonly number[], activation = "relu", init = "book"): nn.Sequential {
  const Activation = activations[activation as keyof typeof activations];
  const layers = widths.slice(1).flatMap((width, i) => {
    const linear = new nn.Linear(widths[i]!, width);
    return i === widths.length - 2 ? [linear] : [linear, new Activation()];
  });
  const net = new nn.Sequential(new nn.Flatten(), ...layers);
  net.apply((m) => {
    if (m instanceof nn.Linear) inits[init]!(m);
  });
  return net;
}

/** The three hidden layers of the notes written out, with the weights of such a network. */
export function deepByHand(net: nn.Sequential, x: Tensor): Tensor {
  const [W1, b1, W2, b2, W3, b3, W4, b4] = net.parameters() as unknown as Tensor[] & { length: 8 };
  const sigma = torch.relu;
  const h1 = sigma(x.matmul(W1!.t()).add(b1!));
  const h2 = sigma(h1.matmul(W2!.t()).add(b2!));
  const h3 = sigma(h2.matmul(W3!.t()).add(b3!));
  return h3.matmul(W4!.t()).add(b4!);
}
