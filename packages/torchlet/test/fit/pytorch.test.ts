// The weights after training equal PyTorch's on recorded runs (fixtures/record.py): clipping, accumulation, weights, schedules.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";
import { learnable, type Run, recordedData, recordedModel, runs, type State, sgd, valuesOf } from "./support.js";

const { nn } = torch;
const { lrScheduler } = torch.optim;
const [X, y, w] = recordedData(1, 50);

/** float32 sums of other orders: a millionth of a value, and of values near 0 a millionth of a tenth. */
function expectEqual(got: State, want: State): void {
  for (const [name, values] of Object.entries(want)) expect(firstFar(got[name]!, values, 1e-6, 1e-7), name).toBeNull();
}

type Options = Partial<torch.FitOptions>;
const momentum = sgd(0.1, 0.9);
const base: torch.FitOptions = {
  data: [X, y],
  batchSize: 16,
  shuffle: false,
  epochs: 3,
  loss: new nn.CrossEntropyLoss(),
  optimizer: momentum,
};
const classWeight = [0.2, 1, 3];
const cases: [name: string, options: Options][] = [
  ["plain", {}],
  ["plain", { loss: (p: torch.Tensor, t: torch.Tensor) => nn.functional.crossEntropy(p, t) }],
  ["plain", { loss: new nn.CrossEntropyLoss({ reduction: "none" }) }],
  ["adam", { optimizer: (p) => new torch.optim.Adam(p, { lr: 0.01 }) }],
  ["clipNorm", { clipGradNorm: 0.3 }],
  ["clipValue", { clipGradValue: 0.05 }],
  ["accumulate", { batchSize: 7, accumulateSteps: 4 }],
  [
    "accumulate",
    { batchSize: 7, accumulateSteps: 4, loss: (p: torch.Tensor, t: torch.Tensor) => nn.functional.crossEntropy(p, t) },
  ],
  ["classWeight", { classWeight }],
  ["classWeight", { loss: new nn.CrossEntropyLoss({ weight: torch.tensor(classWeight) }) }],
  [
    "classWeight",
    {
      classWeight,
      loss: (p: torch.Tensor, t: torch.Tensor) => nn.functional.crossEntropy(p, t, { reduction: "none" }),
    },
  ],
  ["classWeightAccumulate", { classWeight, batchSize: 7, accumulateSteps: 4 }],
  [
    "classWeightAccumulate",
    { loss: new nn.CrossEntropyLoss({ weight: torch.tensor(classWeight) }), batchSize: 7, accumulateSteps: 4 },
  ],
  ["sampleWeight", { data: [X, y, w] }],
  ["sampleWeightAccumulate", { data: [X, y, w], batchSize: 7, accumulateSteps: 4 }],
  ["perStep", { scheduler: { scheduler: (o) => new lrScheduler.ExponentialLR(o, 0.8), interval: "step" } }],
  ["perEpoch", { scheduler: (o) => new lrScheduler.StepLR(o, 1, 0.3) }],
  ["plateau", { scheduler: (o) => new lrScheduler.ReduceLROnPlateau(o, { factor: 0.2, patience: 0, threshold: 0.5 }) }],
];

describe("weights after three epochs are PyTorch's", () => {
  it.each(cases)("%s %o", async (name, options) => {
    const run = runs[name] as Run;
    const net = recordedModel(run.initial);
    const history = await torch.fit(net, { ...base, ...options });
    expectEqual(valuesOf(net), run.final);
    expect(
      firstFar(
        history.epochs.map((e) => e.train.loss),
        run.losses,
        1e-6,
      ),
    ).toBeNull();
  });

  it.each(cases)("%s %o: the same bits without compiling", async (name, options) => {
    const run = runs[name] as Run;
    const [compiled, plain] = [recordedModel(run.initial), recordedModel(run.initial)];
    const histories = [
      await torch.fit(compiled, { ...base, ...options }),
      await torch.fit(plain, { ...base, ...options, compile: false }),
    ];
    expect(valuesOf(compiled)).toEqual(valuesOf(plain));
    expect(histories[0]!.epochs).toEqual(histories[1]!.epochs);
  });
});

describe("early stopping", () => {
  const early = [X.narrow(0, 0, 48), learnable(X, y).narrow(0, 0, 48)] as const;
  const [XV, yV] = recordedData(2, 30);
  const validation = [XV, learnable(XV, yV)] as const;

  it("ends with the weights and buffers of PyTorch's best epoch", async () => {
    const run = runs["early"] as Run;
    const net = recordedModel(run.initial);
    const history = await torch.fit(net, {
      ...base,
      data: early,
      optimizer: sgd(0.02, 0.9),
      validation,
      epochs: 40,
      earlyStopping: { patience: 3 },
    });
    const values = history.epochs.map((e) => e.validation!.loss);
    // Batch normalization divides: its rounding is a few times that of the layers.
    expect(firstFar(values, run.values, 2e-5)).toBeNull();
    expect(history.best).toEqual({ epoch: run.best, value: values[run.best - 1] });
    expect(history.epochs.length).toBe(run.epochs);
    expect(history.stopped).toBe("earlyStopping");
    expect(history.restoredBest).toBe(true);
    for (const [name, want] of Object.entries(run.final)) {
      expect(firstFar(valuesOf(net)[name]!, want, 2e-5, 2e-6), name).toBeNull();
    }
  });

  it("restores them bit for bit", async () => {
    const run = runs["early"] as Run;
    const kept: State[] = [];
    const train = async (restoreBest: boolean) => {
      const net = recordedModel(run.initial);
      const history = await torch.fit(net, {
        ...base,
        data: early,
        optimizer: sgd(0.02, 0.9),
        validation,
        epochs: 40,
        earlyStopping: { patience: 3, restoreBest },
        callbacks: { onEpochEnd: ({ epoch }) => void (kept[epoch] = valuesOf(net)) },
      });
      return { net, history };
    };
    const { net, history } = await train(true);
    expect(valuesOf(net)).toEqual(kept[history.best!.epoch]);
    const last = await train(false);
    expect(valuesOf(last.net)).toEqual(kept[last.history.epochs.length]);
    expect(last.history.restoredBest).toBe(false);
  });
});
