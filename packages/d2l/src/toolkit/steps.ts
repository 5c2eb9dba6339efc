// Steps of training and evaluation, compiled where that is safe: the same numbers in less time.
import * as torch from "torchlet";
import { optim, type Tensor } from "torchlet";
import type { Loss, Net, Updater } from "./types.js";

/** How many predictions are right, as a tensor of one number. */
export function countCorrect(yHat: Tensor, y: Tensor): Tensor {
  const predicted = yHat.ndim > 1 && yHat.shape[1]! > 1 ? yHat.argmax(1) : yHat;
  return predicted.to(y.dtype).eq(y).sum();
}

/** The sum of the losses of a batch and the number of right predictions, before the update that they cause. */
export type TrainStep = (X: Tensor, y: Tensor) => [loss: Tensor, correct: Tensor];

function plainStep(net: Net, loss: Loss, updater: Updater): TrainStep {
  return (X, y) => {
    const yHat = net(X);
    const l = loss(yHat, y);
    if (updater instanceof optim.Optimizer) {
      updater.zeroGrad();
      l.mean().backward();
      updater.step();
    } else {
      l.sum().backward();
      updater(X.shape[0]!);
    }
    return [l.sum(), countCorrect(yHat, y)];
  };
}

interface CompiledStep {
  readonly net: Net;
  readonly loss: Loss;
  readonly step: TrainStep;
}
const trainSteps = new WeakMap<object, CompiledStep>();
const countSteps = new WeakMap<object, (X: Tensor, y: Tensor) => Tensor>();

/**
 * One training step of a model. Of torchlet's own layers, losses and optimizers it is compiled (`torch.compile`); with a model,
 * a loss or an updater of the user's own it runs one operation after another, since JavaScript in them must run every time.
 */
export function trainStepOf(net: Net, loss: Loss, updater: Updater): TrainStep {
  if (!torch.isBuiltin(net, loss, updater)) return plainStep(net, loss, updater);
  const known = trainSteps.get(updater);
  if (known?.net === net && known.loss === loss) return known.step;
  const step = torch.compile(plainStep(net, loss, updater), { fullgraph: false, name: "trainStep" });
  trainSteps.set(updater, { net, loss, step });
  return step;
}

/** The number of right predictions of a model on a batch; compiled where that is safe. */
export function countStepOf(net: Net): (X: Tensor, y: Tensor) => Tensor {
  const plain = (X: Tensor, y: Tensor) => countCorrect(net(X), y);
  if (!torch.isBuiltin(net)) return plain;
  let step = countSteps.get(net);
  if (step === undefined) {
    step = torch.compile(plain, { fullgraph: false, name: "countCorrect" });
    countSteps.set(net, step);
  }
  return step;
}
