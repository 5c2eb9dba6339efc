// Networks before and during training, with the standard deviations of their layers.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { deviations, type Norm, network, scaleOf } from "./networks.js";

/** Initial weights that the experiment compares. */
export const inits = {
  "std 0.01": (weight: Tensor) => nn.init.normal_(weight, { std: 0.01 }),
  He: (weight: Tensor) => nn.init.kaimingNormal_(weight, { nonlinearity: "relu" }),
  "std 1": (weight: Tensor) => nn.init.normal_(weight),
} as const;

/** Standard deviations of 20 layers in the first pass. */
export function atStart(norm: Norm, init: (weight: Tensor) => unknown): number[] {
  const { net, watched } = network({ inputs: 128, width: 128, depth: 20, outputs: 1 }, norm, init);
  return deviations(net, watched, () => torch.noGrad(() => net(torch.randn(256, 128))));
}

/** Every so many steps: the standard deviation of each layer, and the one that its gamma and beta say. */
export interface LoggedStep {
  readonly step: number;
  readonly std: readonly number[];
  /** Empty where there is no gamma. */
  readonly scale: readonly number[];
}

/** A trained network, in evaluation mode. */
export interface Trained {
  readonly net: nn.Sequential;
  /** What comes before each ReLU. */
  readonly watched: readonly nn.Module[];
  readonly log: readonly LoggedStep[];
}

/** The book's training loop, with a look at all layers every tenth step. */
export async function train(
  norm: Norm,
  trainIter: torch.utils.data.DataLoader,
  { numEpochs, depth, lr, signal }: { numEpochs: number; depth: number; lr: number; signal: AbortSignal },
): Promise<Trained> {
  const { net, watched } = network({ inputs: 784, width: 64, depth, outputs: 10 }, norm, inits.He);
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr });
  const log: LoggedStep[] = [];
  let step = 0;
  for (let epoch = 0; epoch < numEpochs && !signal.aborted; epoch++) {
    for (const [X, y] of trainIter) {
      const update = () => {
        updater.zeroGrad();
        loss(net(X!), y!).backward();
        updater.step();
      };
      if (step % 10 === 0) {
        // What γ and β say is that of before the update, as the layers' outputs are.
        const scale = affineLayers(watched).map(scaleOf);
        log.push({ step, std: deviations(net, watched, update), scale });
        await torch.utils.data.breathe();
        if (signal.aborted) break;
      } else update();
      step++;
    }
  }
  net.eval();
  return { net, watched, log };
}

/** The normalizations that have gamma and beta. */
export function affineLayers(watched: readonly nn.Module[]): nn.BatchNorm1d[] {
  return watched.filter((layer) => layer instanceof nn.BatchNorm1d).filter(({ affine }) => affine);
}

/** With gamma and beta drawn at random: how far the layers' standard deviations are from what these two say. */
export function drawnScales(): number {
  const { net, watched } = network({ inputs: 128, width: 128, depth: 5, outputs: 1 }, "affine", inits.He);
  const layers = affineLayers(watched);
  for (const { weight, bias } of layers) {
    nn.init.normal_(weight!);
    nn.init.normal_(bias!);
  }
  const std = deviations(net, watched, () => torch.noGrad(() => net(torch.randn(256, 128))));
  return Math.max(...layers.map((layer, i) => Math.abs(std[i]! / scaleOf(layer) - 1)));
}
