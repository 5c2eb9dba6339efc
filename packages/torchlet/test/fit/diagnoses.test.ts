// Every diagnosis by a real training that fails in this way; the model keeps its last good weights.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { classes, network, sgd, valuesOf } from "./support.js";

const { nn } = torch;
const [X, y] = classes();
const targets = X.matmul(torch.ones(20, 1));

type Options = Partial<torch.FitOptions>;
const base: torch.FitOptions = {
  data: [X, y],
  loss: new nn.CrossEntropyLoss(),
  optimizer: sgd(0.1),
  epochs: 5,
  seed: 0,
};
const regression: Options = { data: [X, targets], loss: new nn.MSELoss() };
const linear = () => {
  torch.manualSeed(2);
  return new nn.Linear(20, 1);
};

/** The error that a training ends with. */
async function failure(net: torch.FitModel, options: Options): Promise<torch.TrainingError> {
  try {
    await torch.fit(net, { ...base, ...options });
  } catch (error) {
    if (error instanceof torch.TrainingError) return error;
    throw error;
  }
  throw new Error("the training did not fail");
}

const finite = (net: torch.nn.Module) => Object.values(valuesOf(net)).every((v) => v.every(Number.isFinite));

describe("a learning rate that is too large", () => {
  it.each([
    ["linear regression", linear, { ...regression, optimizer: sgd(2), epochs: 50 }],
    ["linear regression, not compiled", linear, { ...regression, optimizer: sgd(2), epochs: 50, compile: false }],
    ["a network in one step", network, { optimizer: sgd(1e30) }],
    ["accumulated gradients", linear, { ...regression, optimizer: sgd(2), epochs: 50, accumulateSteps: 2 }],
  ] as [string, () => torch.nn.Module, Options][])("%s", async (_name, make, options) => {
    const net = make();
    const before = valuesOf(net);
    const error = await failure(net, options);
    expect(error.code).toBe("learning-rate-too-large");
    const { evidence, step } = error.diagnosis;
    expect(evidence["losses"]).toHaveLength(Math.min(step, 10));
    expect(evidence["gradNorms"]).toHaveLength(Math.min(step, 10));
    expect(evidence["weightsOfStep"]).toBe(0);
    // The weights before it went wrong, not those of the last step.
    expect(valuesOf(net)).toEqual(before);
  });

  it("gives back weights that had been learned before", async () => {
    const net = network();
    let kept: unknown;
    const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
    const error = await failure(net, {
      optimizer,
      epochs: 100,
      snapshotEvery: 8,
      callbacks: {
        onStep: ({ step }) => {
          if (step === 16) kept = { weights: valuesOf(net), state: String(optimizer.state.get(net.parameters()[0]!)) };
          if (step === 20) optimizer.paramGroups[0]!.lr = 1e12;
        },
      },
    });
    expect(error.code).toBe("learning-rate-too-large");
    expect(error.diagnosis.evidence["weightsOfStep"]).toBe(16);
    expect(valuesOf(net)).toEqual((kept as { weights: unknown }).weights);
    for (const state of optimizer.state.values()) {
      expect([...state.momentumBuffer!.toTypedArray()].every(Number.isFinite)).toBe(true);
    }
  });
});

describe("inputs that are not scaled", () => {
  it("names the column and its size", async () => {
    const scale = torch.ones(20);
    scale.select(0, 7).fill_(1000);
    const error = await failure(linear(), { ...regression, data: [X.mul(scale), targets], optimizer: sgd(0.1) });
    expect(error.code).toBe("unscaled-inputs");
    expect(error.diagnosis.evidence["features"]).toMatchObject({ column: 7 });
    expect(error.message).toMatch(/column 7/);
  });
});

describe("values that are no numbers in the data", () => {
  const poisoned = (source: torch.Tensor, at: number, value: number) => {
    const copy = source.to(torch.float32).clone();
    copy.reshape(-1).select(0, at).fill_(value);
    return copy;
  };

  it("names batch, sample and column of an input", async () => {
    const net = network();
    const seen: unknown[] = [];
    const error = await failure(net, {
      data: [poisoned(X, 40 * 20 + 7, NaN), y],
      shuffle: false,
      callbacks: { onStep: () => void seen.push(valuesOf(net)) },
    });
    expect(error.code).toBe("nan-in-data");
    expect(error.diagnosis).toMatchObject({ epoch: 1, step: 2, batch: 2 });
    expect(error.diagnosis.evidence).toMatchObject({ where: "inputs", count: 1, sample: 8, column: 7 });
    expect(valuesOf(net)).toEqual(seen.at(-1));
  });

  it("names targets and weights", async () => {
    const bad = await failure(linear(), { ...regression, data: [X, poisoned(targets, 3, Infinity)] });
    expect(bad.diagnosis.evidence).toMatchObject({ where: "targets", nan: 0 });
    const weights = poisoned(torch.ones(256), 9, NaN);
    const error = await failure(network(), { data: [X, y, weights] });
    expect(error.diagnosis.evidence).toMatchObject({ where: "weights", nan: 1 });
  });

  it("leaves batch normalization's buffers as they were before the batch", async () => {
    torch.manualSeed(1);
    const net = new nn.Sequential(new nn.Linear(20, 8), new nn.BatchNorm1d(8), new nn.ReLU(), new nn.Linear(8, 3));
    const seen: unknown[] = [];
    const error = await failure(net, {
      data: [poisoned(X, 100 * 20, NaN), y],
      shuffle: false,
      callbacks: { onStep: () => void seen.push(valuesOf(net)) },
    });
    expect(error.diagnosis.step).toBe(4);
    expect(valuesOf(net)).toEqual(seen.at(-1));
    expect(finite(net)).toBe(true);
  });
});

describe("the first operation that gives NaN", () => {
  const positive = y.eq(0).to(torch.float32).reshape(-1, 1);
  const relu = () => new nn.Sequential(linear(), new nn.ReLU());
  it.each([
    ["log-of-zero", (p: torch.Tensor, t: torch.Tensor) => t.mul(p.log()).neg().mean(), "Log"],
    ["division-by-zero", (p: torch.Tensor, t: torch.Tensor) => t.div(p).mean(), "Div"],
    ["root-of-zero", (p: torch.Tensor) => p.sub(p.detach()).square().sqrt().mean(), "Sqrt"],
    ["overflow", (p: torch.Tensor, t: torch.Tensor) => p.add(100).exp().sub(t).mean(), "Exp"],
  ] as const)("%s", async (code, loss, operation) => {
    const net = relu();
    const before = valuesOf(net);
    const error = await failure(net, { data: [X, positive], loss, optimizer: sgd(0.01) });
    expect(error.code).toBe(code);
    expect(error.diagnosis.evidence["anomaly"]).toMatchObject({ operation });
    expect(error.cause).toBeInstanceOf(torch.AnomalyError);
    expect(error.diagnosis.step).toBe(1);
    expect(valuesOf(net)).toEqual(before);
  });

  it("weights that are no numbers from the beginning", async () => {
    const net = linear();
    torch.noGrad(() => net.parameters()[0]!.fill_(NaN));
    expect((await failure(net, regression)).code).toBe("nan-in-weights");
  });
});

describe("labels out of range", () => {
  it("names them, and the classes there are", async () => {
    const net = network();
    const before = valuesOf(net);
    const error = await failure(net, { data: [X, y.add(1)] });
    expect(error.code).toBe("label-range");
    expect(error.diagnosis.evidence).toMatchObject({ low: 1, high: 3, largestClass: 2 });
    expect(valuesOf(net)).toEqual(before);
  });

  it("targets of a binary cross entropy that are no probabilities", async () => {
    const error = await failure(linear(), {
      data: [X, targets.abs().mul(50)],
      loss: new nn.BCEWithLogitsLoss(),
    });
    expect(error.code).toBe("label-range");
  });
});

describe("units that are 0 for every sample", () => {
  const dead = () => {
    const net = network();
    torch.noGrad(() => net.parameters()[1]!.fill_(-100));
    return net;
  };

  it("all of a layer: nothing can be learned", async () => {
    const error = await failure(dead(), { epochs: 40 });
    expect(error.code).toBe("dead-units");
    expect(error.diagnosis.evidence["layers"]).toMatchObject([{ layer: "net.1 (ReLU)", units: 16, dead: 16 }]);
  });

  it("with no gradient at all it is seen at once", async () => {
    const net = new nn.Sequential(dead(), new nn.Linear(3, 1, { bias: false }), new nn.ReLU());
    torch.noGrad(() => net.parameters().at(-1)!.fill_(0));
    torch.noGrad(() => (net[0] as torch.nn.Sequential)[2]!.parameters()[1]!.fill_(-5));
    const error = await failure(net, { ...regression, data: [X, torch.ones(256, 1)], epochs: 40 });
    expect(error.code).toBe("dead-units");
    expect(error.diagnosis.step).toBe(10);
  });

  it("gradients that are 0 for another reason", async () => {
    const net = new nn.Sequential(linear(), new nn.Sigmoid());
    torch.noGrad(() => net.parameters()[1]!.fill_(200));
    const error = await failure(net, { ...regression, data: [X, torch.zeros(256, 1)], epochs: 40 });
    expect(error.code).toBe("zero-gradients");
  });
});

describe("a loss that does not move is a warning", () => {
  async function warnings(net: torch.nn.Module, options: Options): Promise<string[]> {
    const history = await torch.fit(net, { ...base, epochs: 15, ...options });
    expect(history.stopped).toBe("epochs");
    return history.warnings.map(({ code }) => code);
  }

  it("of a learning rate that is too small", async () => {
    expect(await warnings(network(), { optimizer: sgd(1e-9) })).toEqual(["learning-rate-too-small"]);
  });

  it("of gradients that vanish on their way", async () => {
    torch.manualSeed(0);
    const layers = Array.from({ length: 10 }, () => [new nn.Linear(16, 16), new nn.Sigmoid()]).flat();
    const net = new nn.Sequential(new nn.Linear(20, 16), ...layers, new nn.Linear(16, 3));
    expect(await warnings(net, { optimizer: sgd(1e-3) })).toEqual(["vanishing-gradients"]);
  });

  it("of labels that have nothing to do with the inputs", async () => {
    torch.manualSeed(7);
    const noise = torch.randint(0, 3, [256]);
    const net = new nn.Linear(20, 3);
    const found = await warnings(net, { data: [X.mul(0.01), noise], optimizer: sgd(1e-2) });
    expect(found).toEqual(["flat-loss"]);
  });

  it("does not disturb the training", async () => {
    torch.manualSeed(7);
    const make = () =>
      new nn.Sequential(new nn.Linear(20, 8), new nn.BatchNorm1d(8), new nn.Dropout(0.5), new nn.Linear(8, 3));
    const [net, twin] = [make(), make()];
    twin.loadStateDict(net.stateDict());
    const options: Options = { optimizer: sgd(1e-9), epochs: 20 };
    const seen = await torch.fit(net, { ...base, ...options });
    expect(seen.warnings.length).toBe(1);
    // The same in two parts, none of which is long enough for the warning.
    torch.manualSeed(0);
    for (let part = 0; part < 2; part++) await torch.fit(twin, { ...base, ...options, seed: undefined, epochs: 10 });
    expect(valuesOf(net)).toEqual(valuesOf(twin));
  });
});

describe("onDiagnosis", () => {
  const nan = () => {
    const data = X.clone();
    data.select(0, 40).fill_(NaN);
    return data;
  };

  it("stop: the history says why", async () => {
    const net = network();
    const history = await torch.fit(net, { ...base, data: [nan(), y], shuffle: false, onDiagnosis: "stop" });
    expect(history.stopped).toBe("diagnosis");
    expect(history.interrupted).toBe(false);
    expect(history.diagnosis).toMatchObject({ code: "nan-in-data", batch: 2 });
    expect(history.partial).toMatchObject({ epoch: 1 });
    expect(history.stepLosses.length).toBe(1);
  });

  it("warn: the step is left out, and training goes on", async () => {
    const net = network();
    const seen: string[] = [];
    const history = await torch.fit(net, {
      ...base,
      data: [nan(), y],
      shuffle: false,
      onDiagnosis: "warn",
      callbacks: { onDiagnosis: (_context, { code }) => void seen.push(code) },
    });
    expect(history.stopped).toBe("epochs");
    expect(history.warnings.map(({ code }) => code)).toEqual(["nan-in-data"]);
    expect(seen).toEqual(["nan-in-data"]);
    expect(history.epochs.map(({ step }) => step)).toEqual([7, 14, 21, 28, 35]);
    expect(finite(net)).toBe(true);
  });

  it("an error in a function of the user's goes through as it is", async () => {
    const loss = () => {
      throw new RangeError("mine");
    };
    await expect(torch.fit(network(), { ...base, loss })).rejects.toThrow(RangeError);
  });

  it("speaks Chinese", async () => {
    torch.setLocale("zh");
    try {
      const error = await failure(network(), { data: [nan(), y], shuffle: false });
      expect(error.message).toMatch(/第 2 批的输入中有 20 个 NaN/);
      expect(torch.describeDiagnosis(error.diagnosis)).toMatch(/第 1 轮第 2 步/);
      expect(error.toJSON()).toMatchObject({ name: "TrainingError", code: "nan-in-data" });
    } finally {
      torch.setLocale(null);
    }
  });
});
