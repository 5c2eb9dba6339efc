// Eight trainings that end in NaN, each with the change that saves it.
import * as torch from "torchlet";
import { type Localized, nn, type Tensor } from "torchlet";
import type { Finding } from "./finding.js";

/** Everything that a training needs; made anew for each run, so that nothing is carried over. */
export interface Training {
  readonly net: nn.Module;
  readonly data: readonly [X: Tensor, y: Tensor];
  readonly loss: (yHat: Tensor, y: Tensor) => Tensor;
  readonly lr: number;
  readonly clipGradNorm?: number;
}

/** A cause of NaN, and what helps. */
export interface Patient {
  readonly name: Localized;
  /** What is expected to be found. */
  readonly finding: Finding;
  readonly sick: () => Training;
  readonly cures: readonly { readonly name: Localized; readonly cured: () => Training }[];
}

/** Samples that a step is made with. */
export const batchSize = 32;

const [samples, features, classes] = [256, 10, 3];

/** Samples whose class is the largest of three linear functions. */
function labelled(): [Tensor, Tensor] {
  const X = torch.randn(samples, features);
  return [X, X.matmul(torch.randn(features, classes)).argmax(1)];
}

/** Samples with a linear target and a little noise. */
function measured(): [Tensor, Tensor] {
  const X = torch.randn(samples, features);
  return [X, X.matmul(torch.randn(features, 1)).add(torch.randn(samples, 1).mul(0.1))];
}

/** Hidden layers with an activation function in between, and He's initialization. */
export function mlp(
  numInputs: number,
  numHiddens: number,
  depth: number,
  numOutputs: number,
  activation: () => nn.Module = () => new nn.ReLU(),
): nn.Sequential {
  const layers: nn.Module[] = [];
  for (let i = 0; i < depth; i++) {
    layers.push(new nn.Linear(i === 0 ? numInputs : numHiddens, numHiddens), activation());
  }
  const net = new nn.Sequential(...layers, new nn.Linear(numHiddens, numOutputs));
  net.apply((module) => {
    if (module instanceof nn.Linear) nn.init.kaimingNormal_(module.weight, { nonlinearity: "relu" });
  });
  return net;
}

const mse = (yHat: Tensor, y: Tensor) => nn.functional.mseLoss(yHat, y);
const crossEntropy = (o: Tensor, y: Tensor) => nn.functional.crossEntropy(o, y);

/** The book's first softmax: exp over its sum. */
export const naiveSoftmax = (o: Tensor) => {
  const e = o.exp();
  return e.div(e.sum(1, true));
};
/** With the maximum subtracted: nothing overflows, but small probabilities become 0. */
export const shiftedSoftmax = (o: Tensor) => naiveSoftmax(o.sub(o.amax(1, true)));
/** The book's cross entropy: -log of the probability of the right class. */
const negativeLog = (p: Tensor, y: Tensor) => p.gather(1, y.reshape(-1, 1)).log().neg().mean();

/** Batch normalization as one would write it from its formula. */
class Standardize extends nn.Module {
  constructor(readonly eps: number) {
    super();
  }
  /** A name that a minifier leaves alone. */
  override describe(): string {
    return "Standardize";
  }
  override forward(h: Tensor): Tensor {
    const variance = h.sub(h.mean(0)).square().mean(0);
    return h.sub(h.mean(0)).div(variance.add(this.eps).sqrt());
  }
}

/** A hidden layer one unit of which is always 0, and a normalization behind it. */
function withDeadUnit(normalization: nn.Module): nn.Module {
  const hidden = new nn.Linear(features, 32);
  torch.noGrad(() => hidden.bias!.select(0, 5).fill_(-20));
  return new nn.Sequential(hidden, new nn.ReLU(), normalization, new nn.Linear(32, classes));
}

/** Pairs of samples with their distance; one pair in eight is one sample twice. */
function pairs(): [Tensor, Tensor] {
  const X = torch.randn(samples, 2, features);
  const same = torch.arange(samples).remainder(8).eq(0);
  const first = X.select(1, 0);
  const second = torch.where(same.reshape(-1, 1), first, X.select(1, 1));
  return [torch.stack([first, second], 1), first.sub(second).square().sum(1).sqrt()];
}
/** Distances of what the network makes of the two. */
const distanceLoss = (eps: number) => (e: Tensor, y: Tensor) =>
  mse(e.select(1, 0).sub(e.select(1, 1)).square().sum(1).add(eps).sqrt(), y);

const rootOf = (h: Tensor) => torch.where(h.gt(0), h.sqrt(), torch.zerosLike(h));
/** The same roots; what is not wanted is replaced before they are taken. */
const safeRootOf = (h: Tensor) =>
  torch.where(h.gt(0), rootOf(torch.where(h.gt(0), h, torch.onesLike(h))), torch.zerosLike(h));
const positive = (): [Tensor, Tensor] => {
  const [X, y] = measured();
  return [X, rootOf(y)];
};

const wide = 200;
const scaled = (): [Tensor, Tensor] => {
  const [X, y] = labelled();
  return [X.mul(wide), y];
};
const linear = () => new nn.Linear(features, classes);
const regression = () => ({ net: mlp(features, 64, 3, 1), data: measured(), loss: mse });

/** Layers of the network with the bad initialization, and their width. */
export const [deep, width] = [40, 128];
/** A deep network of linear layers, as in the notes' derivation, with the given initialization. */
export function deepNet(init: (weight: Tensor) => unknown): nn.Sequential {
  const hidden = Array.from({ length: deep }, (_, i) => new nn.Linear(i === 0 ? features : width, width));
  const net = new nn.Sequential(...hidden, new nn.Linear(width, classes));
  net.apply((module) => {
    if (module instanceof nn.Linear) init(module.weight);
  });
  return net;
}
export const standardNormal = (weight: Tensor) => nn.init.normal_(weight);
export const xavier = (weight: Tensor) => nn.init.xavierNormal_(weight);
const deepTraining = (init: (weight: Tensor) => unknown) => ({
  net: deepNet(init),
  data: labelled(),
  loss: crossEntropy,
  lr: 0.02,
  clipGradNorm: 1,
});
const withHole = (): [Tensor, Tensor] => {
  const [X, y] = measured();
  torch.noGrad(() => X.select(0, hole.sample).select(0, hole.column).fill_(Number.NaN));
  return [X, y];
};
/** Where a value is missing. */
export const hole = { sample: 137, column: 4 };
const filled = (): [Tensor, Tensor] => {
  const [X, y] = withHole();
  const mean = X.nanmean(0);
  return [torch.where(X.isnan(), mean, X), y];
};

/** The patients, by the names of their claims. */
export const patients = {
  learningRate: {
    name: { en: "learning rate too large", zh: "学习率过大" },
    finding: { code: "learning-rate-too-large" },
    sick: () => ({ ...regression(), lr: 0.5 }),
    cures: [
      { name: { en: "a fiftieth of it", zh: "降为五十分之一" }, cured: () => ({ ...regression(), lr: 0.01 }) },
      {
        name: { en: "half of it, gradients clipped to norm 0.1", zh: "减半并把梯度范数裁剪到 0.1" },
        cured: () => ({ ...regression(), lr: 0.25, clipGradNorm: 0.1 }),
      },
    ],
  },
  exponential: {
    name: { en: "exp overflows", zh: "exp 溢出" },
    finding: { code: "overflow", operation: "Exp" },
    sick: () => ({ net: linear(), data: scaled(), loss: (o, y) => negativeLog(naiveSoftmax(o), y), lr: 0.001 }),
    cures: [
      {
        name: { en: "cross entropy of logits", zh: "作用于 logits 的交叉熵" },
        cured: () => ({ net: linear(), data: scaled(), loss: crossEntropy, lr: 0.001 }),
      },
    ],
  },
  logarithm: {
    name: { en: "log of 0", zh: "对 0 取对数" },
    finding: { code: "log-of-zero", operation: "Log" },
    sick: () => ({ net: linear(), data: scaled(), loss: (o, y) => negativeLog(shiftedSoftmax(o), y), lr: 0.001 }),
    cures: [
      {
        name: { en: "log-sum-exp", zh: "log-sum-exp" },
        cured: () => ({
          net: linear(),
          data: scaled(),
          loss: (o, y) =>
            torch
              .logsumexp(o, 1, true)
              .sub(o.gather(1, y.reshape(-1, 1)))
              .mean(),
          lr: 0.001,
        }),
      },
      {
        name: { en: "inputs of unit variance", zh: "方差为 1 的输入" },
        cured: () => ({
          net: linear(),
          data: labelled(),
          loss: (o, y) => negativeLog(shiftedSoftmax(o), y),
          lr: 0.5,
        }),
      },
    ],
  },
  division: {
    name: { en: "division by 0", zh: "除以 0" },
    finding: { code: "division-by-zero", operation: "Div" },
    sick: () => ({ net: withDeadUnit(new Standardize(0)), data: labelled(), loss: crossEntropy, lr: 0.1 }),
    cures: [
      {
        name: { en: "1e-5 under the root", zh: "根号内加 1e-5" },
        cured: () => ({ net: withDeadUnit(new Standardize(1e-5)), data: labelled(), loss: crossEntropy, lr: 0.1 }),
      },
    ],
  },
  root: {
    name: { en: "root at 0", zh: "在 0 处开方" },
    finding: { code: "root-of-zero", operation: "Sqrt backward" },
    sick: () => ({ net: new nn.Linear(features, 8), data: pairs(), loss: distanceLoss(0), lr: 0.02 }),
    cures: [
      {
        name: { en: "1e-12 under the root", zh: "根号内加 1e-12" },
        cured: () => ({ net: new nn.Linear(features, 8), data: pairs(), loss: distanceLoss(1e-12), lr: 0.02 }),
      },
    ],
  },
  masked: {
    name: { en: "masked roots", zh: "被掩蔽的平方根" },
    finding: { code: "root-of-zero", operation: "Sqrt" },
    sick: () => ({ net: new nn.Linear(features, 1), data: positive(), loss: (h, y) => mse(rootOf(h), y), lr: 0.05 }),
    cures: [
      {
        name: { en: "masked before the root too", zh: "开方之前也掩蔽" },
        cured: () => ({
          net: new nn.Linear(features, 1),
          data: positive(),
          loss: (h, y) => mse(safeRootOf(h), y),
          lr: 0.05,
        }),
      },
    ],
  },
  initialization: {
    name: { en: "bad initialization", zh: "初始化不当" },
    finding: { code: "overflow", operation: "Addmm" },
    sick: () => deepTraining(standardNormal),
    cures: [{ name: { en: "Xavier's initialization", zh: "Xavier 初始化" }, cured: () => deepTraining(xavier) }],
  },
  data: {
    name: { en: "NaN in the data", zh: "数据中有 NaN" },
    finding: {
      code: "nan-in-data",
      operation: "LinearRelu",
      place: { batch: Math.floor(hole.sample / batchSize) + 1, sample: hole.sample % batchSize, column: hole.column },
    },
    sick: () => ({ net: mlp(features, 64, 1, 1), data: withHole(), loss: mse, lr: 0.01 }),
    cures: [
      {
        name: { en: "the column's mean in its place", zh: "用该列均值填补" },
        cured: () => ({ net: mlp(features, 64, 1, 1), data: filled(), loss: mse, lr: 0.01 }),
      },
    ],
  },
} as const satisfies Record<string, Patient>;

/** The name of a patient. */
export type PatientId = keyof typeof patients;
