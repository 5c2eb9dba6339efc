// torch.fit with checkpoints: however it is stopped, called again it ends with the same bits.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { bytesOf, rejectionOf, temporaryFolder } from "./support.js";

const { nn, optim } = torch;
const { DataLoader, TensorDataset } = torch.utils.data;
const { MemoryStore } = torch.checkpoint;

type Options = torch.FitOptions<{ accuracy: torch.metrics.Accuracy }>;
type Settings = torch.CheckpointSettings;
type Make = () => { model: torch.nn.Module; options: Options };

const data = new torch.Generator().manualSeed(11);
const X = torch.randn(40, 5, { generator: data });
const y = torch.randint(3, [40], { generator: data });

function model(): torch.nn.Module {
  torch.manualSeed(4);
  return new nn.Sequential(
    new nn.Linear(5, 7),
    new nn.BatchNorm1d(7),
    new nn.ReLU(),
    new nn.Dropout(0.4),
    new nn.Linear(7, 3),
  );
}

const common = () => ({
  loss: new nn.CrossEntropyLoss(),
  metrics: { accuracy: new torch.metrics.Accuracy() },
  epochs: 4,
});

/** Trainings that differ in what has to be saved. */
const TRAININGS: Record<string, Make> = {
  "tensors, a share for validation, accumulated steps, early stopping": () => ({
    model: model(),
    options: {
      ...common(),
      data: [X, y],
      batchSize: 4,
      validation: 0.3,
      optimizer: (p) => new optim.Adam(p, { lr: 0.05 }),
      scheduler: (o) => new optim.lrScheduler.StepLR(o, 1, { gamma: 0.5 }),
      accumulateSteps: 2,
      earlyStopping: { patience: 2 },
    },
  }),
  "loaders with generators, a schedule of steps, clipping, uncompiled": () => ({
    model: model(),
    options: {
      ...common(),
      data: new DataLoader(new TensorDataset(X, y), {
        batchSize: 8,
        shuffle: true,
        generator: new torch.Generator().manualSeed(1),
      }),
      validation: new DataLoader(new TensorDataset(X, y), {
        batchSize: 20,
        shuffle: true,
        generator: new torch.Generator().manualSeed(2),
      }),
      optimizer: (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 }),
      scheduler: { scheduler: (o) => new optim.lrScheduler.ExponentialLR(o, 0.95), interval: "step" },
      clipGradNorm: 0.5,
      compile: false,
    },
  }),
  "an array of batches, a metric of all predictions, a plateau": () => ({
    model: model(),
    options: {
      ...common(),
      data: [0, 1, 2, 3].map((i) => [X.narrow(0, 10 * i, 10), y.narrow(0, 10 * i, 10)]),
      validation: [X, y],
      optimizer: (p) => new optim.RMSprop(p, { lr: 0.01 }),
      scheduler: { scheduler: (o) => new optim.lrScheduler.ReduceLROnPlateau(o, { patience: 0 }) },
      seed: 3,
    },
  }),
  "a function that draws an order for each epoch": () => ({
    model: model(),
    options: {
      ...common(),
      data: function* () {
        const order = torch.randperm(40);
        for (let i = 0; i < 40; i += 8) {
          const rows = order.narrow(0, i, 8);
          yield [X.indexSelect(0, rows), y.indexSelect(0, rows)];
        }
      },
      optimizer: (p) => new optim.AdamW(p, { lr: 0.01 }),
      maxSteps: 13,
    },
  }),
  "a model that is a function, a loss of one's own": () => {
    torch.manualSeed(4);
    const w = torch.zeros(5, 3, { requiresGrad: true });
    const noisy = (input: torch.Tensor) => nn.functional.dropout(input, 0.2).matmul(w);
    return {
      model: noisy as torch.nn.Module,
      options: {
        ...common(),
        data: [X, y],
        batchSize: 10,
        loss: (preds: torch.Tensor, target: torch.Tensor) =>
          nn.functional.crossEntropy(preds, target, { reduction: "none" }),
        optimizer: new optim.SGD([w], { lr: 0.1, momentum: 0.5 }),
      },
    };
  },
};

/** How a training ended: everything but times. */
async function ending(run: { model: object; options: Options }, history: torch.FitHistory): Promise<string> {
  const { seconds: _, ...rest } = history;
  const net = run.model instanceof nn.Module ? run.model : null;
  return bytesOf({ net, optimizer: optimizers.get(run.model) ?? null, history: rest });
}
const optimizers = new WeakMap<object, torch.optim.Optimizer>();

/** The same options with the optimizer at hand, and checkpoints. */
function begin(make: Make, checkpoint: Settings | null, more: Partial<Options> = {}) {
  const run = make();
  const { optimizer } = run.options;
  const made = (p: torch.Tensor[]) => {
    const result = typeof optimizer === "function" ? optimizer(p) : optimizer;
    optimizers.set(run.model, result);
    return result;
  };
  const fit = torch.fit(run.model, { ...run.options, ...more, optimizer: made, checkpoint });
  return { run, fit };
}

async function whole(make: Make): Promise<{ bytes: string; steps: number }> {
  const { run, fit } = begin(make, null);
  const history = await fit;
  return { bytes: await ending(run, history), steps: history.stepLosses.length };
}

class Killed extends Error {}

/** Stops a training dead at a step, as a kill does: nothing is saved any more. */
async function kill(make: Make, checkpoint: Settings, at: number): Promise<void> {
  const onStep = ({ step }: { step: number }) => {
    if (step === at) throw new Killed();
  };
  await expect(begin(make, checkpoint, { callbacks: { onStep } }).fit).rejects.toThrow(Killed);
}

describe.each(Object.entries(TRAININGS))("fit with %s", (_name, make) => {
  it("ends with the same bits, killed at any step, with checkpoints every step or every few", async () => {
    const want = await whole(make);
    for (let at = 1; at <= want.steps; at++) {
      const checkpoint = { store: new MemoryStore(), everySteps: 1 + (at % 3) };
      await kill(make, checkpoint, at);
      const { run, fit } = begin(make, checkpoint);
      const bytes = await ending(run, await fit);
      expect(bytes === want.bytes, `killed at ${at}`).toBe(true);
    }
  });

  it("ends with the same bits after an abort and a break, and does not move when it is over", async () => {
    const want = await whole(make);
    const checkpoint = { store: new MemoryStore(), everySteps: 1000 };
    const controller = new AbortController();
    let batches = 0;
    const aborted = begin(make, checkpoint, {
      signal: controller.signal,
      // In the middle of a step, where batches are accumulated.
      sampleWeight: (inputs) => {
        if (++batches === 3) controller.abort();
        return torch.ones(inputs.shape[0]!);
      },
    });
    const first = await aborted.fit;
    expect([first.stopped, first.interrupted]).toEqual(["signal", true]);
    const reached = first.stepLosses.length;
    expect(checkpoint.store.list()).toEqual([reached]);

    const broken = begin(make, checkpoint, { everySteps: 1, sampleWeight: weightOne });
    let from = 0;
    for await (const event of broken.fit) {
      from ||= event.step;
      if (event.step >= reached + 2) break;
    }
    expect([from, broken.fit.history.stopped]).toEqual([reached + 1, "break"]);

    const plain = await wholeWeighted(make);
    const last = begin(make, checkpoint, { sampleWeight: weightOne });
    const bytes = await ending(last.run, await last.fit);
    expect(bytes === plain).toBe(true);
    const again = begin(make, checkpoint, { sampleWeight: weightOne });
    const history = await again.fit;
    expect((await ending(again.run, history)) === bytes).toBe(true);
    expect(history.stepLosses).toHaveLength(want.steps);
  });
});

const weightOne = (inputs: torch.Tensor) => torch.ones(inputs.shape[0]!);
async function wholeWeighted(make: Make): Promise<string> {
  const { run, fit } = begin(make, null, { sampleWeight: weightOne });
  return ending(run, await fit);
}

describe("fit's checkpoints", () => {
  const make = TRAININGS["tensors, a share for validation, accumulated steps, early stopping"]!;

  it("change nothing about the training, and go into files", async () => {
    const folder = temporaryFolder();
    const { run, fit } = begin(make, { folder, everySteps: 2, keep: 2 });
    const bytes = await ending(run, await fit);
    expect(bytes === (await whole(make)).bytes).toBe(true);
    const { step, state } = await torch.checkpoint.load(folder);
    expect(step).toBe((state["training"] as { standing: { step: number } }).standing.step);
  });

  it("continue with more epochs", async () => {
    const checkpoint = { store: new MemoryStore(), everySteps: 1000 };
    const options = { earlyStopping: null };
    await begin(make, checkpoint, { ...options, epochs: 2 }).fit;
    const more = await begin(make, checkpoint, { ...options, epochs: 4 }).fit;
    const all = await begin(make, null, { ...options, epochs: 4 }).fit;
    expect(more.epochs).toEqual(all.epochs);
    expect(more.stepLosses).toEqual(all.stepLosses);
  });

  it("keep what callbacks want kept", async () => {
    const store = new MemoryStore();
    const counter = () => {
      const state = { calls: 0 };
      const onStep = () => {
        state.calls++;
      };
      return { state, callbacks: { onStep } };
    };
    const first = counter();
    await kill(make, { store, everySteps: 2 }, 5);
    const { state, callbacks } = counter();
    await begin(make, { store, state }, { callbacks }).fit;
    const whole = counter();
    await begin(make, null, { callbacks: whole.callbacks }).fit;
    // The killed run had no counter: it counts from its last checkpoint on.
    expect([first.state.calls, state.calls]).toEqual([0, whole.state.calls - 4]);
  });

  it("are refused where they belong to another training", async () => {
    const store = new MemoryStore();
    await kill(make, { store, everySteps: 1 }, 5);
    const reason = async (more: Partial<Options>, checkpoint: Settings = { store }) => {
      const error = await rejectionOf(begin(make, checkpoint, more).fit.start());
      const refused = error.received as torch.DataError[];
      return error.code === "checkpoint-none-fits" ? refused[0]!.rule.en : error.code;
    };
    expect(await reason({ batchSize: 5 })).toContain("batchSize was 4, it is 5 here");
    expect(await reason({ scheduler: null })).toContain("state.scheduler: was saved from: scheduler StepLR");
    expect(await reason({ metrics: {} as never })).toContain("metrics must be those that were saved (accuracy)");
    expect(await reason({ data: [[X, y]] as never, validation: [X, y] })).toContain("must be of the saved kind");
    expect(await reason({}, { store, resume: false })).toBe("checkpoint-store-used");
    const other = begin(() => ({ ...make(), model: new nn.Linear(5, 3) }), { store }, { earlyStopping: null });
    expect((await rejectionOf(other.fit.start())).code).toBe("checkpoint-none-fits");
    expect(store.list()).toHaveLength(3);
  });

  it("that cannot be written end the training, or do not", async () => {
    class Full extends MemoryStore {
      override write(): void {
        throw new torch.DataError("checkpoint-file", { rule: { en: "full", zh: "满" } });
      }
    }
    const error = await rejectionOf(begin(make, { store: new Full(), everySteps: 1 }).fit.start());
    expect(error.code).toBe("checkpoint-file");
    const warnings: string[] = [];
    const onWarning = ({ code }: torch.checkpoint.CheckpointWarning) => warnings.push(code);
    const { run, fit } = begin(make, { store: new Full(), everySteps: 4, onError: "warn", onWarning });
    expect((await ending(run, await fit)) === (await whole(make)).bytes).toBe(true);
    expect(new Set(warnings)).toEqual(new Set(["checkpoint-write"]));
  });

  it.each<[string, object]>([
    ["checkpoint", { checkpoint: { everySteps: 1 } }],
    ["checkpoint", { checkpoint: { folder: "a", store: new MemoryStore() } }],
    ["checkpoint", { checkpoint: 5 }],
    ["checkpoint.resume", { checkpoint: { folder: "a", resume: 1 } }],
    ["checkpoint.state", { checkpoint: { folder: "a", state: [] } }],
    ["checkpoint.onWarning", { checkpoint: { folder: "a", onWarning: 1 } }],
  ])("refuse a bad %s", (name, more) => {
    const { model: net, options } = make();
    expect(() => torch.fit(net, { ...options, ...more } as never)).toThrow(`fit (${name})`);
  });

  it("refuse options that the manager refuses", () => {
    const { model: net, options } = make();
    expect(() => torch.fit(net, { ...options, checkpoint: { folder: "a", keep: 0 } })).toThrow("keep must be");
    expect(() => torch.fit(net, { ...options, checkpoint: { folder: "a", every: 1 } as never })).toThrow(
      "there is no option every",
    );
  });
});
