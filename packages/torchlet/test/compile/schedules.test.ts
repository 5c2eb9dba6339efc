// Learning rate schedules, stepped inside compiled steps and between them.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { agree, batch, network, stateOf, type Wrap } from "./support.js";

const { lrScheduler } = torch.optim;
type Optimizer = torch.optim.Optimizer;

const SCHEDULES: readonly (readonly [string, (o: Optimizer) => { step(): void }])[] = [
  ["StepLR", (o) => new lrScheduler.StepLR(o, { stepSize: 3, gamma: 0.5 } as never)],
  ["MultiStepLR", (o) => new lrScheduler.MultiStepLR(o, { milestones: [2, 5], gamma: 0.3 } as never)],
  ["ExponentialLR", (o) => new lrScheduler.ExponentialLR(o, 0.9)],
  ["CosineAnnealingLR", (o) => new lrScheduler.CosineAnnealingLR(o, 10)],
  ["CosineAnnealingWarmRestarts", (o) => new lrScheduler.CosineAnnealingWarmRestarts(o, 4)],
  ["LinearLR", (o) => new lrScheduler.LinearLR(o)],
  ["LambdaLR", (o) => new lrScheduler.LambdaLR(o, (t: number) => 1 / (t + 1))],
  ["OneCycleLR", (o) => new lrScheduler.OneCycleLR(o, { maxLr: 0.1, totalSteps: 20 } as never)],
  ["CyclicLR", (o) => new lrScheduler.CyclicLR(o, { baseLr: 0.01, maxLr: 0.1, stepSizeUp: 3 } as never)],
  [
    "SequentialLR",
    (o) => new lrScheduler.SequentialLR(o, [new lrScheduler.ConstantLR(o), new lrScheduler.ExponentialLR(o, 0.8)], [4]),
  ],
];

function training(make: (o: Optimizer) => { step(): void }, where: "inside" | "outside" | "twice") {
  return (wrap: Wrap) => {
    const net = network();
    const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.05, momentum: 0.9 });
    const schedule = make(optimizer);
    const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
      optimizer.zeroGrad();
      const l = torch.nn.functional.mseLoss(net(x), y);
      l.backward();
      optimizer.step();
      if (where === "outside") return l;
      schedule.step();
      // A second update with the rate that the schedule has just set.
      if (where === "twice") optimizer.step();
      return l;
    });
    const results: (torch.Tensor | number[])[] = [];
    for (let i = 0; i < 14; i++) {
      results.push(step(...batch(i)));
      if (where === "outside") schedule.step();
      results.push(optimizer.paramGroups.map((g) => g.lr));
    }
    return [...results, ...stateOf(net, optimizer)];
  };
}

describe.each(["inside", "outside", "twice"] as const)("schedules stepped %s", (where) => {
  it.each(SCHEDULES)("%s", (_, make) => {
    const { replayed } = agree(training(make, where));
    expect(replayed).toBeGreaterThanOrEqual(9);
  });
});

describe("ReduceLROnPlateau", () => {
  it("takes losses outside the step", () => {
    const { replayed } = agree((wrap) => {
      const net = network();
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
      const schedule = new lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.5 } as never);
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
        optimizer.zeroGrad();
        const l = torch.nn.functional.mseLoss(net(x), y);
        l.backward();
        optimizer.step();
        return l;
      });
      const rates: number[] = [];
      for (let i = 0; i < 12; i++) {
        schedule.step(step(...batch(i)).item());
        rates.push(optimizer.paramGroups[0]!.lr);
      }
      expect(new Set(rates).size).toBeGreaterThan(2);
      return [rates, ...stateOf(net)];
    });
    expect(replayed).toBe(11);
  });
});
