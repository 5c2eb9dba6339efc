// Networks with and without batch normalization, and the standard deviation of what their activation functions are given.
import { nn, type Tensor } from "torchlet";

/** Nothing, batch normalization alone, or with gamma and beta. */
export type Norm = "none" | "plain" | "affine";

/** A hidden layer of the network, whose output is what ReLU is given. */
type Watched = nn.Linear | nn.BatchNorm1d;

/** Hidden layers of one width with ReLU; `watched` are the modules just before each ReLU. */
export function network(
  sizes: { readonly inputs: number; readonly width: number; readonly depth: number; readonly outputs: number },
  norm: Norm,
  init: (weight: Tensor) => unknown,
): { net: nn.Sequential; watched: Watched[] } {
  const modules: nn.Module[] = [new nn.Flatten()];
  const watched: Watched[] = [];
  for (let i = 0; i < sizes.depth; i++) {
    const linear = new nn.Linear(i === 0 ? sizes.inputs : sizes.width, sizes.width);
    init(linear.weight);
    nn.init.zeros_(linear.bias!);
    const last = norm === "none" ? linear : new nn.BatchNorm1d(sizes.width, { affine: norm === "affine" });
    modules.push(...(last === linear ? [linear] : [linear, last]), new nn.ReLU());
    watched.push(last);
  }
  return { net: new nn.Sequential(...modules, new nn.Linear(sizes.width, sizes.outputs)), watched };
}

/** Calls the body, and gives the standard deviations of the watched layers in its forward pass. */
export function deviations(net: nn.Sequential, watched: readonly nn.Module[], body: () => void): number[] {
  using recorder = nn.utils.recordLayers(net, { filter: (module) => watched.includes(module) });
  body();
  return recorder.records.filter(({ kind }) => kind === "activation").map(({ statistics }) => statistics.std);
}

/** The standard deviation that gamma and beta alone give a layer: that of all units together. */
export function scaleOf(layer: nn.BatchNorm1d): number {
  const [gamma, beta] = [nn.utils.statisticsOf(layer.weight!), nn.utils.statisticsOf(layer.bias!)];
  return Math.sqrt(gamma.mean ** 2 + gamma.std ** 2 + beta.std ** 2);
}
