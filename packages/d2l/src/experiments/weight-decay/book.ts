// The book's cells: 200 inputs against 20 samples, with the penalty written out and with the optimizer's decay.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import type { ImageLoader } from "../../toolkit/index.js";
import * as d2l from "../../toolkit/index.js";

/** What both trainings are given. */
export interface Setting {
  readonly numInputs: number;
  readonly batchSize: number;
  readonly numEpochs: number;
  readonly lr: number;
  /** Standard deviation of the initial weights. */
  readonly sigma: number;
  readonly trainIter: ImageLoader;
  readonly testIter: ImageLoader;
  /** Whether steps are compiled: the same numbers, one call into the engine a step. */
  readonly compile: boolean;
  /** The caption of the curves. */
  readonly caption?: string;
  /** All training inputs, for what is computed rather than trained. */
  readonly X: Tensor;
}

/** What a training ended with. */
export interface Trained {
  /** The weights before and after, as columns. */
  readonly before: Tensor;
  readonly w: Tensor;
  /** The bias before and after. */
  readonly biases: readonly [before: number, after: number];
  readonly norm: number;
  /** Losses as they were last drawn: after the last epoch whose number 5 divides. */
  readonly trainLoss: number;
  readonly testLoss: number;
  /** Seconds of the steps, without evaluation and drawing. */
  readonly seconds: number;
}

/** y = 0.05 + sum of 0.01 x_i + noise of standard deviation 0.01. */
export function makeSetting(options: {
  readonly nTrain: number;
  readonly numInputs: number;
  readonly batchSize: number;
  readonly numEpochs: number;
  readonly lr: number;
  readonly sigma?: number;
  readonly compile?: boolean;
}): Setting {
  const { nTrain, numInputs, batchSize, numEpochs, lr, sigma = 1, compile = true } = options;
  const nTest = 100;
  const [trueW, trueB] = [torch.ones(numInputs, 1).mul(0.01), 0.05];
  const trainData = d2l.syntheticData(trueW, trueB, nTrain);
  const trainIter = d2l.loadArray(trainData, batchSize);
  const testData = d2l.syntheticData(trueW, trueB, nTest);
  const testIter = d2l.loadArray(testData, batchSize, false);
  return { numInputs, batchSize, numEpochs, lr, sigma, trainIter, testIter, compile, X: trainData[0] };
}

export function initParams(numInputs: number, sigma = 1): [w: Tensor, b: Tensor] {
  const w = torch.normal(0, sigma, [numInputs, 1], { requiresGrad: true });
  const b = torch.zeros(1, { requiresGrad: true });
  return [w, b];
}

export function l2Penalty(w: Tensor): Tensor {
  return torch.sum(w.pow(2)).div(2);
}

export function l1Penalty(w: Tensor): Tensor {
  return torch.sum(torch.abs(w));
}

/** From scratch: the penalty is a part of the loss. `penalty` is another one for the exercises. */
export function train(lambd: number, setting: Setting, id: string, penalty = l2Penalty): Trained {
  const { trainIter, testIter, batchSize, numEpochs, lr } = setting;
  const [w, b] = initParams(setting.numInputs, setting.sigma);
  const before = w.detach().clone();
  const net = (X: Tensor) => d2l.linreg(X, w, b);
  const loss = d2l.squaredLoss;
  const legend = ["train", "test"];
  const animator = new d2l.Animator({
    id,
    caption: setting.caption,
    xlabel: "epochs",
    ylabel: "loss",
    yscale: "log",
    xlim: [5, numEpochs],
    legend,
  });
  const timer = new d2l.Timer();
  timer.stop();
  const update = (X: Tensor, y: Tensor) => {
    // The penalty is one number: broadcasting adds it to the loss of every sample.
    const l = loss(net(X), y).add(penalty(w).mul(lambd));
    l.sum().backward();
    d2l.sgd([w, b], lr, batchSize);
  };
  const step = setting.compile ? torch.compile(update) : update;
  let losses: [train: number, test: number] = [Number.NaN, Number.NaN];
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    timer.start();
    for (const [X, y] of trainIter) step(X!, y!);
    timer.stop();
    if ((epoch + 1) % 5 === 0) {
      losses = [d2l.evaluateLoss(net, trainIter, loss), d2l.evaluateLoss(net, testIter, loss)];
      animator.add(epoch + 1, losses);
    }
  }
  return {
    before,
    w: w.detach(),
    biases: [0, b.item()],
    norm: torch.norm(w.detach()).item(),
    trainLoss: losses[0],
    testLoss: losses[1],
    seconds: timer.sum(),
  };
}

/** With layers: the optimizer decays the weight, and only the weight. */
export function trainConcise(wd: number, setting: Setting, id: string): Trained {
  const { trainIter, testIter, numEpochs, lr } = setting;
  const net = new nn.Sequential(new nn.Linear(setting.numInputs, 1));
  for (const param of net.parameters()) param.data.normal_();
  const { weight, bias } = net[0] as nn.Linear;
  const before = weight.detach().clone();
  const biasBefore = bias!.item();
  const loss = new nn.MSELoss({ reduction: "none" });
  // The bias has no decay.
  const trainer = new torch.optim.SGD([{ params: weight, weightDecay: wd }, { params: bias! }], { lr });
  const legend = ["train", "test"];
  const animator = new d2l.Animator({
    id,
    caption: setting.caption,
    xlabel: "epochs",
    ylabel: "loss",
    yscale: "log",
    xlim: [5, numEpochs],
    legend,
  });
  const timer = new d2l.Timer();
  timer.stop();
  const update = (X: Tensor, y: Tensor) => {
    trainer.zeroGrad();
    const l = loss(net(X), y);
    l.mean().backward();
    trainer.step();
  };
  const step = setting.compile ? torch.compile(update) : update;
  let losses: [train: number, test: number] = [Number.NaN, Number.NaN];
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    timer.start();
    for (const [X, y] of trainIter) step(X!, y!);
    timer.stop();
    if ((epoch + 1) % 5 === 0) {
      losses = [d2l.evaluateLoss(net, trainIter, loss), d2l.evaluateLoss(net, testIter, loss)];
      animator.add(epoch + 1, losses);
    }
  }
  return {
    before: before.t(),
    w: weight.detach().t(),
    biases: [biasBefore, bias!.item()],
    norm: weight.detach().norm().item(),
    trainLoss: losses[0],
    testLoss: losses[1],
    seconds: timer.sum(),
  };
}
