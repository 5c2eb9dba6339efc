// A run that was stopped and restored ends with the bytes of one that was not.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { bytesOf, makeRun, plainStep, type Run, temporaryFolder, train } from "./support.js";

const { nn, optim } = torch;
const { CheckpointManager, MemoryStore } = torch.checkpoint;
const { DataLoader, Dataset } = torch.utils.data;

type Make = (p: torch.nn.Parameter[]) => torch.optim.Optimizer;
const OPTIMIZERS: [string, Make][] = [
  ["SGD", (p) => new optim.SGD(p, { lr: 0.1 })],
  ["SGD with momentum", (p) => new optim.SGD(p, { lr: 0.05, momentum: 0.9, nesterov: true })],
  ["Adam", (p) => new optim.Adam(p, { lr: 0.01, amsgrad: true })],
  ["AdamW", (p) => new optim.AdamW(p, { lr: 0.01 })],
  ["Adagrad", (p) => new optim.Adagrad(p)],
  ["Adadelta", (p) => new optim.Adadelta(p)],
  ["Adamax", (p) => new optim.Adamax(p)],
  ["NAdam", (p) => new optim.NAdam(p)],
  ["RAdam", (p) => new optim.RAdam(p)],
  ["RMSprop", (p) => new optim.RMSprop(p, { centered: true, momentum: 0.5 })],
  ["Rprop", (p) => new optim.Rprop(p)],
  ["ASGD", (p) => new optim.ASGD(p)],
  ["LBFGS", (p) => new optim.LBFGS(p, { maxIter: 3, historySize: 3 })],
];

/** Trains 3 epochs of 6 steps, stopped after `stop` steps, saved and restored into a run made anew. */
async function resumed(make: () => Run, stop: number, stepOf = plainStep): Promise<Run> {
  const store = new MemoryStore();
  const first = make();
  train(first, 3, (run) => run.step < stop, stepOf(first));
  await new CheckpointManager({ store }).save(first.step, first);
  const second = make();
  // Whatever else drew numbers in the new process.
  torch.rand(17);
  torch.randn(3);
  const found = await new CheckpointManager({ store }).restore(second);
  expect(found?.step).toBe(stop);
  expect(await bytesOf(second)).toBe(await bytesOf(first));
  train(second, 3, undefined, stepOf(second));
  return second;
}

async function unstopped(make: () => Run, stepOf = plainStep): Promise<string> {
  const run = make();
  train(run, 3, undefined, stepOf(run));
  return bytesOf(run);
}

describe("a resumed run", () => {
  it.each(OPTIMIZERS)("ends with the same bytes with %s", async (_name, make) => {
    const whole = await unstopped(() => makeRun(make));
    expect(await bytesOf(await resumed(() => makeRun(make), 8))).toBe(whole);
  });

  it("does so wherever it is stopped, also at the last batch of an epoch", async () => {
    const whole = await unstopped(makeRun);
    for (let stop = 1; stop <= 18; stop++) expect(await bytesOf(await resumed(makeRun, stop)), `${stop}`).toBe(whole);
  });

  it("does so with compiled steps, restored before and after they were captured", async () => {
    const compiled = (run: Run) => torch.compile(plainStep(run));
    const whole = await unstopped(makeRun);
    expect(await unstopped(makeRun, compiled)).toBe(whole);
    expect(await bytesOf(await resumed(makeRun, 7, compiled))).toBe(whole);

    const store = new MemoryStore();
    const run = makeRun();
    const step = compiled(run);
    train(run, 3, ({ step: n }) => n < 7, step);
    const manager = new CheckpointManager({ store });
    await manager.save(run.step, run);
    train(run, 3, ({ step: n }) => n < 12, step);
    // Back to step 7 in the same process, with the plans that are there.
    await manager.restore(run);
    expect(run.step).toBe(7);
    train(run, 3, undefined, step);
    expect(await bytesOf(run)).toBe(whole);
  });

  it("does so through files, several times in a row", async () => {
    const whole = await unstopped(makeRun);
    const store = temporaryFolder();
    let run = makeRun();
    for (const stop of [3, 4, 11, 99]) {
      run = makeRun();
      const manager = new CheckpointManager({ store, everySteps: 1 });
      await manager.restore(run);
      train(run, 3, ({ step }) => step < stop);
      await manager.save(run.step, run);
      await manager.close();
    }
    expect(await bytesOf(run)).toBe(whole);
  });

  it("goes on between two batches of an accumulated step", async () => {
    const make = () => {
      const run = makeRun();
      return { ...run, gradients: torch.checkpoint.gradients(run.net) };
    };
    const accumulating = (run: Run) => (X: torch.Tensor, y: torch.Tensor) => {
      const loss = nn.functional.crossEntropy(run.net(X), y);
      loss.backward();
      if (run.step % 3 === 2) {
        run.optimizer.step();
        run.optimizer.zeroGrad();
      }
      return loss;
    };
    const whole = await unstopped(make, accumulating);
    for (const stop of [4, 5, 6]) expect(await bytesOf(await resumed(make, stop, accumulating))).toBe(whole);
  });

  it("keeps tensors of the user's own in place", async () => {
    const w = torch.tensor([1.5, 2], { requiresGrad: true });
    const state = { w, average: torch.zeros(2) as torch.Tensor | null };
    const store = new MemoryStore();
    await new CheckpointManager({ store }).save(1, state);
    torch.noGrad(() => w.mul_(5));
    await new CheckpointManager({ store }).restore(state);
    expect(state.w).toBe(w);
    expect(w.tolist()).toEqual([1.5, 2]);
    expect(w.requiresGrad).toBe(true);
    const later = { w, average: null };
    await new CheckpointManager({ store }).restore(later);
    expect((later.average as unknown as torch.Tensor).tolist()).toEqual([0, 0]);
  });

  it.each<[string, (o: torch.optim.Optimizer) => torch.optim.lrScheduler.LRScheduler]>([
    ["ReduceLROnPlateau", (o) => new optim.lrScheduler.ReduceLROnPlateau(o, { patience: 0 })],
    ["OneCycleLR", (o) => new optim.lrScheduler.OneCycleLR(o, 0.1, { totalSteps: 20 })],
    [
      "SequentialLR",
      (o) =>
        new optim.lrScheduler.SequentialLR(
          o,
          [new optim.lrScheduler.ConstantLR(o, { totalIters: 2 }), new optim.lrScheduler.ExponentialLR(o, 0.9)],
          [3],
        ),
    ],
  ])("goes on with %s", async (_name, make) => {
    const build = () => {
      const w = new nn.Parameter(torch.ones(2));
      const optimizer = new optim.SGD([w], { lr: 0.5, momentum: 0.9 });
      return { w, optimizer, scheduler: make(optimizer) };
    };
    const go = ({ optimizer, scheduler }: ReturnType<typeof build>, n: number) => {
      const rates: number[] = [];
      for (let i = 0; i < n; i++) {
        (scheduler as { step(metric?: number): void }).step(1);
        rates.push(optimizer.paramGroups[0]!.lr);
      }
      return rates;
    };
    const whole = go(build(), 10);
    const store = new MemoryStore();
    const first = build();
    const before = go(first, 4);
    await new CheckpointManager({ store }).save(1, first);
    const second = build();
    await new CheckpointManager({ store }).restore(second);
    expect([...before, ...go(second, 6)]).toEqual(whole);
  });
});

/** Counts what is asked of it. */
class Counting extends Dataset<number, torch.Tensor> {
  readonly asked: number[] = [];
  override get length(): number {
    return 10;
  }
  override getItem(i: number): number {
    this.asked.push(i);
    return i;
  }
}

describe("a loader's position", () => {
  const orders = { plain: {}, shuffled: { shuffle: true }, "with a generator": { shuffle: true, generator: true } };
  it.each(Object.entries(orders))(
    "%s: goes on with the next batch, and makes none of those before",
    (_name, options) => {
      const make = () => {
        const generator = "generator" in options ? new torch.Generator().manualSeed(3) : null;
        return new DataLoader(new Counting(), { batchSize: 3, shuffle: "shuffle" in options, generator });
      };
      const read = (loader: Iterable<torch.Tensor>) => [...loader].map((batch) => batch.tolist());
      torch.manualSeed(2);
      const all = make();
      const want = [read(all), read(all), read(all)];

      for (let stop = 0; stop <= 4; stop++) {
        torch.manualSeed(2);
        const first = make();
        const before = read(first);
        const second: unknown[] = [];
        for (const batch of first) {
          if (second.length === stop) break;
          second.push(batch.tolist());
        }
        if (stop === 0) continue;
        // `break` came with a batch more in hand; one epoch was gone through wholly where there was none.
        const given = Math.min(stop + 1, 4);
        const saved = first.stateDict();
        const stream = torch.getRngState();
        expect(saved.batch).toBe(stop === 4 ? null : given);
        torch.manualSeed(99);
        const again = make();
        again.loadStateDict(saved);
        expect(again.stateDict()).toEqual(saved);
        torch.setRngState(stream);
        const rest = saved.batch === null ? [] : read(again);
        expect([before, [...want[1]!.slice(0, given), ...rest], read(again)]).toEqual(want);
        const asked = (again.dataset as Counting).asked.length;
        expect(asked).toBe(saved.batch === null ? 10 : 20 - Math.min(10, given * 3));
      }
    },
  );

  it("refuses the state of another loader, and stays as it is", () => {
    const loader = new DataLoader(new Counting(), { batchSize: 3, shuffle: true });
    loader[Symbol.iterator]().next();
    const saved = loader.stateDict();
    const wrong = [
      { samples: 11 },
      { batchSize: 4 },
      { shuffle: false },
      { dropLast: true },
      { batch: 5 },
      { batch: 0 },
      { batch: 1.5 },
      { start: null },
      { start: new Uint8Array(3) },
      { generator: saved.start },
    ];
    for (const change of wrong) {
      expect(() => loader.loadStateDict({ ...saved, ...change })).toThrow(torch.ValueError);
      expect(loader.stateDict()).toEqual(saved);
    }
  });
});
