// What a run does on its way: iteration, abort, callbacks, progress, data of all kinds, options that are refused.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf, errorOf } from "../support/errors.js";
import { classes, network, sgd, valuesOf } from "./support.js";

const { nn } = torch;
const { DataLoader, TensorDataset } = torch.utils.data;
const [X, y] = classes();

type Options = Partial<torch.FitOptions>;
const base: torch.FitOptions = {
  data: [X, y],
  loss: new nn.CrossEntropyLoss(),
  optimizer: sgd(0.1),
  epochs: 3,
  seed: 0,
};

describe("a run is a promise and a loop", () => {
  it("both give the same training", async () => {
    const [waited, looped] = [network(), network()];
    const history = await torch.fit(waited, { ...base, epochs: 4 });
    const run = torch.fit(looped, { ...base, epochs: 4, everySteps: 4 });
    const events: torch.FitEvent[] = [];
    for await (const event of run) events.push(event);
    expect(events.map(({ kind }) => kind)).toEqual(Array(4).fill(["step", "step", "epoch"]).flat());
    expect(events.filter(({ kind }) => kind === "epoch")).toEqual(history.epochs.map((e) => ({ kind: "epoch", ...e })));
    expect(valuesOf(looped)).toEqual(valuesOf(waited));
    expect((await run).epochs).toEqual(history.epochs);
    expect(history.stepLosses.length).toBe(32);
    expect(history.gradNorms.length).toBe(32);
    expect(history.stopped).toBe("epochs");
  });

  it("runs once, however often it is waited for", async () => {
    let starts = 0;
    const run = torch.fit(network(), { ...base, callbacks: { onStart: () => void starts++ } });
    const [a, b] = await Promise.all([run, run]);
    expect(a).toBe(b);
    expect(await run.finally(() => {})).toBe(a);
    expect(starts).toBe(1);
    expect(codeOf(() => run[Symbol.asyncIterator]())).toBe("fit-begun");
  });

  it("begins with waiting or looping, not before", async () => {
    let starts = 0;
    const run = torch.fit(network(), { ...base, callbacks: { onStart: () => void starts++ } });
    await Promise.resolve();
    expect(starts).toBe(0);
    await run;
    expect(starts).toBe(1);
  });

  it("breaking out of the loop ends it", async () => {
    let stops = 0;
    const net = network();
    const run = torch.fit(net, { ...base, epochs: 100, callbacks: { onStop: () => void stops++ } });
    for await (const event of run) if (event.epoch === 2) break;
    const history = await run;
    expect(history.stopped).toBe("break");
    expect(history.interrupted).toBe(true);
    expect(history.epochs.length).toBe(2);
    expect(stops).toBe(1);
    expect(net.training).toBe(false);
  });

  it("errors reach whoever waits, and whoever loops", async () => {
    const bad: Options = { loss: () => torch.zeros(1).backward() as never };
    await expect(torch.fit(network(), { ...base, ...bad })).rejects.toThrow(torch.TorchletError);
    const run = torch.fit(network(), { ...base, ...bad });
    await expect(
      (async () => {
        for await (const _ of run) throw new Error("no event was expected");
      })(),
    ).rejects.toThrow(torch.AutogradError);
    await expect(run.catch((error: unknown) => (error as Error).name)).resolves.toBe("AutogradError");
  });

  it("others have their turn while it runs", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await torch.fit(network(), { ...base, epochs: 60, batchSize: 8 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

describe("ending early", () => {
  it("by a signal, at the next step", async () => {
    const controller = new AbortController();
    const callbacks = { onStep: ({ step }: torch.FitContext) => void (step === 11 && controller.abort()) };
    const history = await torch.fit(network(), { ...base, epochs: 100, signal: controller.signal, callbacks });
    expect(history.interrupted).toBe(true);
    expect(history.stopped).toBe("signal");
    expect(history.epochs.length).toBe(1);
    expect(history.stepLosses.length).toBe(11);
    expect(history.partial).toMatchObject({ epoch: 2, batches: 3 });
    expect(history.partial!.train.loss).toBeGreaterThan(0);
  });

  it("by a signal that was given before", async () => {
    const net = network();
    const before = valuesOf(net);
    const history = await torch.fit(net, { ...base, signal: AbortSignal.abort() });
    expect(history.epochs).toEqual([]);
    expect(valuesOf(net)).toEqual(before);
  });

  it("by maxSteps, with the epoch measured", async () => {
    const history = await torch.fit(network(), { ...base, epochs: undefined, maxSteps: 11, validation: [X, y] });
    expect(history.stopped).toBe("maxSteps");
    expect(history.epochs.map(({ step, batches }) => [step, batches])).toEqual([
      [8, 8],
      [11, 3],
    ]);
    expect(history.epochs[1]!.validation).not.toBeNull();
  });

  it("by a callback", async () => {
    const history = await torch.fit(network(), { ...base, callbacks: { onEpochEnd: (context) => context.stop() } });
    expect(history.stopped).toBe("callback");
    expect(history.interrupted).toBe(false);
    expect(history.epochs.length).toBe(1);
  });
});

describe("on its way", () => {
  it("callbacks come in order, and promises are waited for", async () => {
    const seen: string[] = [];
    const note = (name: string) => async (context: torch.FitContext) => {
      await Promise.resolve();
      seen.push(`${name} ${context.epoch}.${context.step}`);
    };
    const callbacks = [
      { onStart: note("start"), onEpochStart: note("begin"), onEpochEnd: note("end"), onStop: note("stop") },
      { onStep: note("step") },
    ];
    await torch.fit(network(), { ...base, epochs: 2, batchSize: 128, callbacks });
    const epoch = (e: number) => [
      `begin ${e}.${2 * e - 2}`,
      `step ${e}.${2 * e - 1}`,
      `step ${e}.${2 * e}`,
      `end ${e}.${2 * e}`,
    ];
    expect(seen).toEqual(["start 0.0", ...epoch(1), ...epoch(2), "stop 2.4"]);
  });

  it("progress knows how much is left", async () => {
    const seen: torch.FitProgress[] = [];
    await torch.fit(network(), { ...base, epochs: 2, progress: (p) => void seen.push(p) });
    expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    expect(seen.every(({ steps, epochs }) => steps === 16 && epochs === 2)).toBe(true);
    expect(seen.at(-1)!.secondsLeft).toBe(0);
    expect(seen[0]!.secondsLeft).toBeGreaterThan(0);
  });

  it("metrics are measured on both parts, and may be tensors", async () => {
    const metrics = { accuracy: new torch.metrics.Accuracy(), matrix: new torch.metrics.ConfusionMatrix() };
    const net = network();
    const history = await torch.fit(net, { ...base, validation: [X, y], metrics, epochs: 20 });
    const { train, validation } = history.epochs.at(-1)!;
    const accuracy: number = validation!.accuracy;
    expect(accuracy).toBe(torch.metrics.functional.accuracy(net(X), y));
    expect(train.accuracy).toBeGreaterThan(0.8);
    expect(validation!.matrix.sum().item()).toBe(256);
    const loss = nn.functional.crossEntropy(net(X), y).item();
    expect(validation!.loss).toBeCloseTo(loss, 5);
  });

  it("a share is set apart, the same for the same seed", async () => {
    const metrics = { matrix: new torch.metrics.ConfusionMatrix() };
    const train = () => torch.fit(network(), { ...base, validation: 0.25, metrics, epochs: 1 });
    const [a, b] = [await train(), await train()];
    expect(a.epochs[0]!.validation!.matrix.sum().item()).toBe(64);
    expect(a.epochs[0]!.train.matrix.sum().item()).toBe(192);
    expect(a.epochs[0]!.validation!.loss).toBe(b.epochs[0]!.validation!.loss);
  });

  it("ends in evaluation mode, and trains in training mode whatever a callback left", async () => {
    const net = new nn.Sequential(new nn.Linear(20, 8), new nn.Dropout(0.5), new nn.Linear(8, 3));
    const modes: boolean[] = [];
    const onStep = () => {
      modes.push(net.training);
      net.eval();
    };
    const callbacks = { onStep };
    await torch.fit(net, { ...base, epochs: 1, callbacks });
    expect(modes).toEqual(Array(8).fill(true));
    expect(net.training).toBe(false);
  });

  it("early stopping watches metrics in their own direction", async () => {
    const history = await torch.fit(network(), {
      ...base,
      validation: [X, y],
      metrics: { accuracy: new torch.metrics.Accuracy() },
      earlyStopping: { monitor: "validation.accuracy", patience: 3 },
      epochs: 200,
    });
    const values = history.epochs.map((e) => e.validation!.accuracy);
    expect(history.best!.value).toBe(Math.max(...values));
    expect(history.best!.epoch).toBe(values.indexOf(Math.max(...values)) + 1);
  });
});

describe("data of all kinds", () => {
  const batches: torch.FitBatch[] = Array.from({ length: 8 }, (_, i) => [
    X.narrow(0, 32 * i, 32),
    y.narrow(0, 32 * i, 32),
  ]);
  const unshuffled: Options = { shuffle: false, batchSize: 32 };
  const kinds: [string, Options][] = [
    ["tensors", { data: [X, y], ...unshuffled }],
    ["a data set", { data: new TensorDataset(X, y), ...unshuffled }],
    ["a loader", { data: new DataLoader(new TensorDataset(X, y), { batchSize: 32 }) }],
    ["an array of batches", { data: batches }],
    ["a function that makes a generator", { data: () => batches.values() }],
    [
      "an asynchronous iterable",
      {
        data: {
          async *[Symbol.asyncIterator]() {
            for (const batch of batches) yield batch;
          },
        },
      },
    ],
  ];

  it("all give the same training", async () => {
    const results = [];
    for (const [, options] of kinds) {
      const net = network();
      await torch.fit(net, { ...base, ...options });
      results.push(valuesOf(net));
    }
    for (const [i, [name]] of kinds.entries()) expect(results[i], name).toEqual(results[0]);
  });

  it("a generator that is used up is an error", async () => {
    const error = await torch.fit(network(), { ...base, data: batches.values() }).then(
      () => null,
      (e: unknown) => e as torch.TorchletError,
    );
    expect(error!.code).toBe("fit-empty");
    expect(error!.message).toMatch(/only once/);
  });

  it("a model that is a function, weights of its own", async () => {
    const w = torch.zeros([20, 3]).requiresGrad_();
    const history = await torch.fit((x: torch.Tensor) => x.matmul(w), {
      ...base,
      optimizer: new torch.optim.SGD([w], { lr: 0.5 }),
      epochs: 20,
    });
    expect(history.epochs.at(-1)!.train.loss).toBeLessThan(0.3);
  });

  it("layers that learn their sizes from the first batch", async () => {
    const net = new nn.Sequential(new nn.LazyLinear(16), new nn.ReLU(), new nn.LazyLinear(3));
    const history = await torch.fit(net, { ...base, epochs: 20 });
    expect(history.epochs.at(-1)!.train.loss).toBeLessThan(0.6);
  });

  it("an optimizer that computes the loss itself", async () => {
    const net = new nn.Linear(20, 3);
    const optimizer = (p: torch.Tensor[]) => new torch.optim.LBFGS(p, { maxIter: 10 });
    const history = await torch.fit(net, { ...base, optimizer, batchSize: 256, epochs: 5 });
    expect(history.epochs.at(-1)!.train.loss).toBeLessThan(0.1);
  });

  it("weights by a function are those of a third tensor", async () => {
    const w = torch.arange(256).add(1).to(torch.float32);
    const [a, b] = [network(), network()];
    await torch.fit(a, { ...base, data: [X, y, w] });
    const byValue = new Map((X.select(1, 0).tolist() as number[]).map((x, i) => [x, i + 1]));
    const sampleWeight = (x: torch.Tensor) =>
      torch.tensor((x.select(1, 0).tolist() as number[]).map((v) => byValue.get(v)!));
    await torch.fit(b, { ...base, sampleWeight: (x) => sampleWeight(x).to(torch.float32) });
    expect(valuesOf(a)).toEqual(valuesOf(b));
  });
});

describe("predictions and targets of different shapes", () => {
  const target = X.matmul(torch.ones(20));
  const line = () => new nn.Linear(20, 1);
  const losses: [string, torch.FitLoss][] = [
    ["torchlet's own", new nn.MSELoss()],
    ["a function of single losses", (p: torch.Tensor, t: torch.Tensor) => p.sub(t).square()],
    ["a function of one number", (p: torch.Tensor, t: torch.Tensor) => p.sub(t).square().mean()],
  ];
  it.each(losses)("(n, 1) against (n) is refused: %s", async (_name, loss) => {
    const error = await torch.fit(line(), { ...base, data: [X, target], loss }).then(
      () => null,
      (e: unknown) => e as torch.TorchletError,
    );
    expect(error).toBeInstanceOf(torch.ShapeError);
    expect(error!.message).toMatch(/broadcast/);
  });

  it("a loss that reshapes is right", async () => {
    const loss = (p: torch.Tensor, t: torch.Tensor) => p.sub(t.reshape(p.shape)).square().div(2);
    const history = await torch.fit(line(), { ...base, data: [X, target], loss, optimizer: sgd(0.03), epochs: 30 });
    expect(history.epochs.at(-1)!.train.loss).toBeLessThan(0.01);
  });
});

describe("options that are refused", () => {
  const scheduler = new torch.optim.lrScheduler.StepLR(sgd(0.1)(network().parameters()), 1);
  const own = (extra: object) => ({ ...base, ...extra }) as torch.FitOptions;
  const wrong: [string, string, object][] = [
    ["fit-option", "data", { data: undefined }],
    ["fit-data", "data", { data: X }],
    ["fit-data", "data", { data: 3 }],
    ["fit-empty", "data", { data: [X.narrow(0, 0, 0), y.narrow(0, 0, 0)] }],
    ["fit-option", "loss", { loss: "mse" }],
    ["fit-option", "optimizer", { optimizer: "sgd" }],
    ["fit-option", "optimizer", { optimizer: () => null }],
    ["fit-optimizer", "optimizer", { optimizer: new torch.optim.SGD(network().parameters(), { lr: 1 }) }],
    ["fit-option", "epochs", { epochs: undefined }],
    ["fit-option", "epochs", { epochs: 1.5 }],
    ["fit-option", "maxSteps", { maxSteps: 0 }],
    ["fit-option", "batchSize", { batchSize: 0 }],
    ["fit-option", "shuffle", { shuffle: 1 }],
    ["fit-option", "validation", { validation: 1.5 }],
    ["fit-data", "validation", { validation: "all" }],
    ["fit-option", "scheduler", { scheduler: "cosine" }],
    ["fit-option", "scheduler", { scheduler }],
    ["fit-option", "scheduler.interval", { scheduler: { scheduler, interval: "batch" } }],
    ["fit-unknown-option", "scheduler", { scheduler: { scheduler, every: 1 } }],
    ["fit-option", "metrics.accuracy", { metrics: { accuracy: 1 } }],
    ["fit-option", "metrics", { metrics: { loss: new torch.metrics.Accuracy() } }],
    ["fit-option", "metrics", { metrics: [] }],
    ["fit-option", "callbacks", { callbacks: [1] }],
    ["fit-option", "callbacks.onStep", { callbacks: { onStep: 1 } }],
    ["fit-unknown-option", "callbacks", { callbacks: { onstep: () => {} } }],
    ["fit-monitor", "earlyStopping", { earlyStopping: {} }],
    ["fit-monitor", "earlyStopping", { earlyStopping: { monitor: "train.accuracy" } }],
    ["fit-option", "earlyStopping.patience", { earlyStopping: { patience: 0 } }],
    ["fit-option", "earlyStopping.minDelta", { earlyStopping: { minDelta: -1 } }],
    ["fit-option", "earlyStopping.mode", { earlyStopping: { mode: "up" } }],
    ["fit-option", "clipGradNorm", { clipGradNorm: 0 }],
    ["fit-option", "clipGradValue", { clipGradValue: NaN }],
    ["fit-option", "clipGradNorm", { clipGradNorm: 1, clipGradValue: 1 }],
    ["fit-option", "accumulateSteps", { accumulateSteps: 0 }],
    ["fit-option", "sampleWeight", { sampleWeight: X }],
    ["fit-option", "classWeight", { classWeight: 2 }],
    ["fit-option", "progress", { progress: true }],
    ["fit-option", "signal", { signal: {} }],
    ["fit-option", "seed", { seed: 0.5 }],
    ["fit-option", "everySteps", { everySteps: 0 }],
    ["fit-option", "compile", { compile: "yes" }],
    ["fit-option", "onDiagnosis", { onDiagnosis: "ignore" }],
    ["fit-option", "snapshotEvery", { snapshotEvery: -1 }],
    ["fit-unknown-option", "fit", { epoch: 3 }],
  ];

  it.each(wrong)("%#: %s, %s", (code, where, extra) => {
    const error = errorOf(() => torch.fit(network(), own(extra)));
    expect(error.code).toBe(code);
    expect(error.path).toContain(where);
    expect(error.rule.en).not.toBe("");
    expect(error.rule.zh).toMatch(/[\u4e00-\u9fff]/);
  });

  const late: [string, object][] = [
    ["fit-batch", { data: [[X]] }],
    ["fit-batch", { data: [[X, y.narrow(0, 0, 3)]] }],
    ["fit-batch", { data: [[X, y, X, y]] }],
    ["fit-empty", { data: [] }],
    ["fit-empty", { validation: [] }],
    ["fit-validation-share", { data: [[X, y]], validation: 0.5 }],
    ["fit-validation-share", { validation: 0.001 }],
    ["fit-class-weight", { classWeight: torch.ones(3, 1) }],
    ["fit-option", { classWeight: [1, -1, 1] }],
    [
      "fit-loss-reduction",
      { classWeight: [1, 1, 1], loss: (p: torch.Tensor, t: torch.Tensor) => nn.functional.crossEntropy(p, t).mul(1) },
    ],
    ["fit-loss-reduction", { classWeight: [1, 1, 1], loss: new nn.CrossEntropyLoss({ reduction: "sum" }) }],
    ["fit-no-weight", { data: [X, y, torch.zeros(256)] }],
  ];
  it.each(late)("%#: %s, when it runs", async (code, extra) => {
    await expect(torch.fit(network(), own(extra))).rejects.toMatchObject({ code });
  });
});
