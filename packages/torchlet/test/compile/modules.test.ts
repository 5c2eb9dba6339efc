// Every module of torch.nn in a compiled training step: the same bits as uncompiled, or a refusal with its reason.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { agree, runCompiled, stateOf, type Wrap } from "./support.js";

const { nn } = torch;
type Module = torch.nn.Module;
type Make = () => unknown;

let seed = 0;
/** Random numbers of a shape, others in each call. */
const draw = (...shape: number[]) => torch.randn(shape, { generator: new torch.Generator().manualSeed(++seed) });
const integers = (high: number, ...shape: number[]) =>
  torch.randint(0, high, shape, { generator: new torch.Generator().manualSeed(++seed) });

/** Twelve training steps of a module on inputs that change, switched to evaluation for three of them. */
function train(make: Make, inputs: () => torch.Tensor[]) {
  return (wrap: Wrap) => {
    seed = 0;
    const module = make() as Module;
    const parameters = module.parameters();
    const scale = new nn.Parameter(torch.ones(1));
    const optimizer = new torch.optim.SGD([...parameters, scale], { lr: 0.01, momentum: 0.9 });
    const step = wrap((...given: torch.Tensor[]) => {
      optimizer.zeroGrad();
      const [first, ...rest] = given;
      const scaled = first!.dtype.isFloatingPoint ? first!.mul(scale) : first!;
      const out: unknown = (module as unknown as (...x: torch.Tensor[]) => unknown)(scaled, ...rest);
      const all = [out].flat(3).filter((t): t is torch.Tensor => t instanceof torch.Tensor);
      const l = all.map((t) => (t.requiresGrad ? t.square().sum() : torch.zeros([]))).reduce((a, b) => a.add(b));
      l.backward();
      optimizer.step();
      return [l.detach(), ...all.map((t) => t.detach())];
    });
    const results: torch.Tensor[] = [];
    for (let i = 0; i < 12; i++) {
      module.train(i < 6 || i > 8);
      results.push(...step(...inputs()));
    }
    return [...results, ...stateOf(module, optimizer), scale.grad ?? scale.detach()];
  };
}

const matrix = () => [draw(6, 10)];
const signal = () => [draw(3, 4, 9)];
const image = () => [draw(2, 4, 7, 8)];
const sequence = () => [draw(5, 3, 4)];
const pair = () => [draw(6, 5), draw(6, 5)];
const inUnit = () => [draw(6, 5).sigmoid().mul(0.5), draw(6, 5).sigmoid()];
const signs = () => [draw(6, 5), integers(2, 6, 5).mul(2).sub(1).to(torch.float32)];
const scores = () => [draw(6, 5), integers(5, 6)];

const LAYERS: Record<string, readonly [Make, () => torch.Tensor[]]> = {
  Linear: [() => new nn.Linear(10, 4), matrix],
  "Linear without bias": [() => new nn.Linear(10, 4, { bias: false }), matrix],
  LazyLinear: [() => new nn.LazyLinear(4), matrix],
  Bilinear: [() => new nn.Bilinear(4, 3, 2), () => [draw(6, 4), draw(6, 3)]],
  Identity: [() => new nn.Identity(), matrix],
  Flatten: [() => new nn.Flatten(), image],
  Sequential: [
    () => new nn.Sequential(new nn.Linear(10, 8), new nn.ReLU(), new nn.Linear(8, 8), new nn.Tanh()),
    matrix,
  ],
  Dropout: [() => new nn.Dropout(0.3), matrix],
  BatchNorm1d: [() => new nn.BatchNorm1d(10), matrix],
  "BatchNorm1d of sequences": [() => new nn.BatchNorm1d(4, { momentum: 0.3 }), signal],
  "BatchNorm1d without statistics": [() => new nn.BatchNorm1d(10, { trackRunningStats: false }), matrix],
  BatchNorm2d: [() => new nn.BatchNorm2d(4), image],
  BatchNorm3d: [() => new nn.BatchNorm3d(4), () => [draw(2, 4, 3, 4, 5)]],
  LayerNorm: [() => new nn.LayerNorm(10), matrix],
  "LayerNorm over two dimensions": [() => new nn.LayerNorm([7, 8]), image],
  GroupNorm: [() => new nn.GroupNorm(2, 4), image],
  InstanceNorm1d: [() => new nn.InstanceNorm1d(4), signal],
  InstanceNorm2d: [() => new nn.InstanceNorm2d(4, { affine: true, trackRunningStats: true }), image],
  RMSNorm: [() => new nn.RMSNorm(10), matrix],
  Conv1d: [() => new nn.Conv1d(4, 6, 3, { padding: 1 }), signal],
  Conv2d: [() => new nn.Conv2d(4, 6, 3, { stride: 2, padding: 1 }), image],
  "Conv2d in groups": [() => new nn.Conv2d(4, 4, 3, { groups: 2 }), image],
  MaxPool1d: [() => new nn.MaxPool1d(2), signal],
  MaxPool2d: [() => new nn.MaxPool2d(2), image],
  AvgPool1d: [() => new nn.AvgPool1d(2), signal],
  AvgPool2d: [() => new nn.AvgPool2d(2), image],
  RNN: [() => new nn.RNN(4, 6), sequence],
  LSTM: [() => new nn.LSTM(4, 6, { numLayers: 2 }), sequence],
  GRU: [() => new nn.GRU(4, 6, { batchFirst: true }), sequence],
  RNNCell: [() => new nn.RNNCell(4, 6), () => [draw(3, 4)]],
  LSTMCell: [() => new nn.LSTMCell(4, 6), () => [draw(3, 4)]],
  GRUCell: [() => new nn.GRUCell(4, 6), () => [draw(3, 4)]],
  Embedding: [() => new nn.Embedding(7, 4), () => [integers(7, 5, 2)]],
  "Embedding with padding": [() => new nn.Embedding(7, 4, { paddingIdx: 2 }), () => [integers(7, 5, 2)]],
  Softmax: [() => new nn.Softmax(1), matrix],
  LogSoftmax: [() => new nn.LogSoftmax(1), matrix],
  Softmin: [() => new nn.Softmin(1), matrix],
  Softmax2d: [() => new nn.Softmax2d(), image],
  PReLU: [() => new nn.PReLU(), matrix],
  RReLU: [() => new nn.RReLU(), matrix],
  GLU: [() => new nn.GLU(), matrix],
  Threshold: [() => new nn.Threshold(0.1, 20), matrix],
  CosineSimilarity: [() => new nn.CosineSimilarity(), pair],
  PairwiseDistance: [() => new nn.PairwiseDistance(), pair],
};

/** Activations that take one tensor and need no argument. */
const ACTIVATIONS = [
  "ReLU",
  "Sigmoid",
  "Tanh",
  "ELU",
  "SELU",
  "CELU",
  "GELU",
  "SiLU",
  "Mish",
  "Softplus",
  "Softsign",
  "Softshrink",
  "Hardshrink",
  "Hardtanh",
  "Hardsigmoid",
  "Hardswish",
  "LeakyReLU",
  "LogSigmoid",
  "ReLU6",
  "Tanhshrink",
]; // prettier-ignore

const LOSSES: Record<string, () => torch.Tensor[]> = {
  MSELoss: pair,
  L1Loss: pair,
  SmoothL1Loss: pair,
  HuberLoss: pair,
  CrossEntropyLoss: scores,
  NLLLoss: () => [torch.logSoftmax(draw(6, 5), 1), integers(5, 6)],
  BCELoss: inUnit,
  BCEWithLogitsLoss: () => [draw(6, 5), draw(6, 5).sigmoid()],
  KLDivLoss: () => [torch.logSoftmax(draw(6, 5), 1), torch.softmax(draw(6, 5), 1)],
  PoissonNLLLoss: () => [draw(6, 5), draw(6, 5).abs()],
  GaussianNLLLoss: () => [draw(6, 5), draw(6, 5), draw(6, 5).abs().add(0.1)],
  SoftMarginLoss: signs,
  HingeEmbeddingLoss: signs,
  MarginRankingLoss: () => [draw(6), draw(6), integers(2, 6).mul(2).sub(1).to(torch.float32)],
  CosineEmbeddingLoss: () => [draw(6, 5), draw(6, 5), integers(2, 6).mul(2).sub(1)],
  TripletMarginLoss: () => [draw(6, 5), draw(6, 5), draw(6, 5)],
  MultiMarginLoss: scores,
  MultiLabelMarginLoss: () => [draw(6, 5), integers(5, 6, 5)],
  TripletMarginWithDistanceLoss: () => [draw(6, 5), draw(6, 5), draw(6, 5)],
  MultiLabelSoftMarginLoss: () => [draw(6, 5), integers(2, 6, 5).to(torch.float32)],
};

/** Modules that a step cannot contain, with a part of the reason. */
const REFUSED: Record<string, string> = {
  // They check that their arguments, which the step has computed, are probabilities or variances.
  BCELoss: "item() reads a value",
  GaussianNLLLoss: "item() reads a value",
  // Its labels end at the first negative one.
  MultiLabelMarginLoss: "computed inside the step",
};

/** What no step calls: bases, containers, parameters and functions. */
const NOT_CALLED = new Set([
  "Module",
  "Loss",
  "ModuleList",
  "ModuleDict",
  "ParameterList",
  "ParameterDict",
  "Parameter",
]);

const constructors = nn as unknown as Record<string, new (...args: unknown[]) => Module>;
const cases: [string, Make, () => torch.Tensor[]][] = [
  ...Object.entries(LAYERS).map(([name, [make, inputs]]): [string, Make, () => torch.Tensor[]] => [name, make, inputs]),
  ...ACTIVATIONS.map((name): [string, Make, () => torch.Tensor[]] => [name, () => new constructors[name]!(), matrix]),
  ...Object.entries(LOSSES).flatMap(([name, inputs]) =>
    ["mean", "sum", "none"].map((reduction): [string, Make, () => torch.Tensor[]] => [
      `${name} (${reduction})`,
      () => new constructors[name]!({ reduction }),
      inputs,
    ]),
  ),
];

describe("in a compiled training step", () => {
  it.each(cases)("%s", (name, make, inputs) => {
    const reason = REFUSED[name.split(" ")[0]!];
    if (reason !== undefined) {
      expect(() => runCompiled(train(make, inputs))).toThrowError(expect.objectContaining({ code: "not-capturable" }));
      expect(() => runCompiled(train(make, inputs))).toThrowError(reason);
      return;
    }
    const { replayed, eager } = agree(train(make, inputs));
    expect(replayed).toBeGreaterThanOrEqual(9);
    expect(eager).toBe(0);
  });
});

it("every module of torch.nn is among them", () => {
  const tested = new Set(cases.map(([name]) => name.split(" ")[0]));
  const all = Object.entries(nn).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  expect(all.filter((name) => /^[A-Z]/.test(name) && !tested.has(name) && !NOT_CALLED.has(name))).toEqual([]);
});
