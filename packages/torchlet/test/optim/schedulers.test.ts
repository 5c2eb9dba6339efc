// Every schedule against PyTorch's learning rates and momenta, saving and going on, and what is refused.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";
import { rows } from "./problem.js";

const { lrScheduler } = torch.optim;

interface Recorded {
  optimizer: "SGD" | "Adam";
  name: string;
  options?: Record<string, unknown>;
  parts?: [string, Record<string, unknown>][];
  milestones?: number[];
  metrics?: number[];
  /** For each step and group: the learning rate and the momentum. */
  rows: [number, number][][];
}

/** The functions that the recorded options name. */
const functions: Record<string, (t: number) => number> = { power: (t) => 0.9 ** t, inverse: (t) => 1 / (1 + t) };

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  return typeof value === "string" ? (functions[value] ?? value) : value;
}

function optimizerOf(name: Recorded["optimizer"]): torch.optim.Optimizer {
  const groups = [0.1, 0.03].map((lr) => ({ params: [new torch.nn.Parameter(torch.zeros(1))], lr }));
  return name === "SGD" ? new torch.optim.SGD(groups, { momentum: 0.9 }) : new torch.optim.Adam(groups);
}

function make(optimizer: torch.optim.Optimizer, name: string, options: Record<string, unknown>) {
  const decoded = Object.fromEntries(Object.entries(options).map(([k, v]) => [k, decode(v)]));
  return new lrScheduler[name as "StepLR"](optimizer, decoded as never) as torch.optim.lrScheduler.LRScheduler;
}

function build(optimizer: torch.optim.Optimizer, { name, options, parts, milestones }: Recorded) {
  if (parts === undefined) return make(optimizer, name, options!);
  const schedulers = parts.map(([part, settings]) => make(optimizer, part, settings));
  return name === "SequentialLR"
    ? new lrScheduler.SequentialLR(optimizer, schedulers, milestones!)
    : new lrScheduler.ChainedScheduler(schedulers, optimizer);
}

function standing(optimizer: torch.optim.Optimizer): number[] {
  return optimizer.paramGroups.flatMap((group) => {
    const { momentum, betas } = group as { momentum?: number; betas?: [number, number] };
    return [group.lr, momentum ?? betas![0]];
  });
}

function advance(scheduler: torch.optim.lrScheduler.LRScheduler, metric: number | undefined): void {
  if (scheduler instanceof lrScheduler.ReduceLROnPlateau) scheduler.step(metric);
  else scheduler.step();
}

describe("schedules", () => {
  it.each(rows<Recorded>("schedules"))("$name $options $parts of $optimizer", (recorded) => {
    const optimizer = optimizerOf(recorded.optimizer);
    const scheduler = build(optimizer, recorded);
    recorded.rows.forEach((want, t) => {
      if (t > 0) {
        optimizer.step();
        advance(scheduler, recorded.metrics?.[t - 1]);
      }
      expect(firstFar(standing(optimizer), want.flat(), 1e-11, 1e-14), `step ${t}`).toBeNull();
      expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map((g) => g.lr));
    });
  });

  it.each(rows<Recorded>("schedules"))("$name $options $parts of $optimizer goes on after loading", (recorded) => {
    const optimizer = optimizerOf(recorded.optimizer);
    const scheduler = build(optimizer, recorded);
    for (let t = 0; t < 7; t++) advance(scheduler, recorded.metrics?.[t]);
    const saved = [optimizer.stateDict(), JSON.parse(JSON.stringify(scheduler.stateDict()))] as const;
    const other = optimizerOf(recorded.optimizer);
    const restored = build(other, recorded);
    other.loadStateDict(saved[0]);
    restored.loadStateDict(saved[1]);
    for (let t = 7; t < 23; t++) {
      advance(restored, recorded.metrics?.[t]);
      expect(firstFar(standing(other), recorded.rows[t + 1]!.flat(), 1e-11, 1e-14), `step ${t + 1}`).toBeNull();
    }
  });
});

describe("arguments of schedules", () => {
  const optimizer = () => optimizerOf("SGD");

  it("come in PyTorch's order, by name, or mixed", () => {
    const all = [
      new lrScheduler.StepLR(optimizer(), 3, 0.5),
      new lrScheduler.StepLR(optimizer(), 3, { gamma: 0.5 }),
      new lrScheduler.StepLR(optimizer(), { stepSize: 3, gamma: 0.5 }),
    ];
    for (const s of all) expect([s.stepSize, s.gamma]).toEqual([3, 0.5]);
    expect(new lrScheduler.ReduceLROnPlateau(optimizer(), "max", { patience: 3 }).patience).toBe(3);
    expect(new lrScheduler.CosineAnnealingWarmRestarts(optimizer(), 10, 2).TMult).toBe(2);
  });

  it("are refused where they have no meaning", () => {
    const o = optimizer();
    expect(() => new lrScheduler.StepLR(o, { stepsize: 3 } as never)).toThrow("StepLR: there is no option stepsize");
    expect(() => new lrScheduler.StepLR(o, {} as never)).toThrow("StepLR: stepSize is missing");
    expect(() => new lrScheduler.ConstantLR(o, { factor: 1.5 })).toThrow("factor must be between 0 and 1, got 1.5");
    expect(() => new lrScheduler.LinearLR(o, { startFactor: 0 })).toThrow("startFactor must be above 0");
    expect(() => new lrScheduler.LambdaLR(o, [() => 1])).toThrow("lrLambda has 1 values for 2 parameter groups");
    expect(() => new lrScheduler.OneCycleLR(o, 1)).toThrow("totalSteps, or epochs and stepsPerEpoch, must be given");
    expect(() => new lrScheduler.CosineAnnealingWarmRestarts(o, 0)).toThrow(
      "T0 must be an integer of at least 1, got 0",
    );
    expect(() => new lrScheduler.ReduceLROnPlateau(o, { factor: 1 })).toThrow("factor must be below 1, got 1");
    expect(() => new lrScheduler.ReduceLROnPlateau(o).step()).toThrow("the metric must be given");
    const adagrad = new torch.optim.Adagrad([new torch.nn.Parameter(torch.zeros(1))]);
    expect(() => new lrScheduler.CyclicLR(adagrad, 0.1, 1)).toThrow(
      "cycleMomentum needs an optimizer with momentum or betas",
    );
  });

  it("of sequences and chains are refused where they do not fit", () => {
    const [a, b] = [optimizer(), optimizer()];
    const [one, two] = [new lrScheduler.ExponentialLR(a, 0.9), new lrScheduler.ExponentialLR(b, 0.9)];
    expect(() => new lrScheduler.SequentialLR(a, [one, two], [3])).toThrow("schedule 1 belongs to another optimizer");
    expect(() => new lrScheduler.SequentialLR(a, [one], [3])).toThrow("1 schedules need 0 milestones, got 1");
    const plateau = new lrScheduler.ReduceLROnPlateau(a);
    expect(() => new lrScheduler.ChainedScheduler([one, plateau])).toThrow("whose step needs a metric");
    expect(() => new lrScheduler.ChainedScheduler([])).toThrow("at least one schedule is needed");
  });
});

describe("schedules in use", () => {
  it("end with the one cycle", () => {
    const scheduler = new lrScheduler.OneCycleLR(optimizerOf("SGD"), 1, { totalSteps: 3 });
    for (let t = 0; t < 3; t++) scheduler.step();
    expect(() => scheduler.step()).toThrow("OneCycleLR: step 4 is past the end, the cycle has 3 steps");
  });

  it("take fractions of an epoch for warm restarts", () => {
    const optimizer = optimizerOf("SGD");
    const scheduler = new lrScheduler.CosineAnnealingWarmRestarts(optimizer, 2, { TMult: 2 });
    scheduler.step(3.5);
    expect(scheduler.getLastLr()[0]).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * 1.5) / 4)), 12);
  });

  it("begin again where a run left off", () => {
    const straight = optimizerOf("SGD");
    const scheduler = new lrScheduler.StepLR(straight, 3);
    for (let t = 0; t < 9; t++) scheduler.step();
    const broken = optimizerOf("SGD");
    const first = new lrScheduler.StepLR(broken, 3);
    for (let t = 0; t < 4; t++) first.step();
    const second = new lrScheduler.StepLR(broken, 3, { lastEpoch: 4 });
    for (let t = 5; t < 9; t++) second.step();
    expect(firstFar(standing(broken), standing(straight), 1e-12)).toBeNull();
    expect(() => new lrScheduler.StepLR(optimizerOf("SGD"), 3, { lastEpoch: 4 })).toThrow(
      "has no initialLr to continue from",
    );
  });

  it("keep a learning rate that was set by hand", () => {
    const optimizer = optimizerOf("SGD");
    const scheduler = new lrScheduler.ExponentialLR(optimizer, 0.5);
    optimizer.paramGroups[0]!.lr = 8;
    scheduler.step();
    expect(optimizer.paramGroups[0]!.lr).toBe(4);
  });

  it("are not loaded from what does not fit", () => {
    const optimizer = optimizerOf("SGD");
    const scheduler = new lrScheduler.StepLR(optimizer, 3);
    const before = scheduler.stateDict();
    const { gamma: _, ...missing } = before;
    expect(() => scheduler.loadStateDict(missing)).toThrow("gamma is missing or of another type");
    expect(() => scheduler.loadStateDict({ ...before, patience: 3 })).toThrow("unexpected patience");
    expect(() => scheduler.loadStateDict({ ...before, baseLrs: 3 })).toThrow("baseLrs is missing or of another type");
    expect(scheduler.stateDict()).toEqual(before);
  });

  it("notice a group that came later", () => {
    const optimizer = optimizerOf("SGD");
    const scheduler = new lrScheduler.StepLR(optimizer, 3);
    optimizer.addParamGroup({ params: [new torch.nn.Parameter(torch.zeros(1))] });
    expect(() => scheduler.step()).toThrow("made for 2 parameter groups, there are 3");
  });
});
