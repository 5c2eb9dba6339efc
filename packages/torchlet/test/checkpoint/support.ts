// Small runs to save and restore, and what their tests share.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import * as torch from "../../src/index.js";

const { nn, optim } = torch;
const { DataLoader, TensorDataset } = torch.utils.data;

const folders: string[] = [];

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "torchlet-checkpoint-"));
  folders.push(folder);
  return folder;
}

// At the end of the file: tests that run side by side would take each other's away.
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The error that a promise ends with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<torch.TorchletError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof torch.TorchletError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** A small model with everything that has state of its own. */
export function makeNet(hidden = 6): torch.nn.Module {
  return new nn.Sequential(
    new nn.Linear(4, hidden),
    new nn.BatchNorm1d(hidden),
    new nn.ReLU(),
    new nn.Dropout(0.3),
    new nn.Linear(hidden, 3),
  );
}

type MakeOptimizer = (parameters: torch.nn.Parameter[]) => torch.optim.Optimizer;

/** A run: what is saved of it, and how it goes on. */
export function makeRun(makeOptimizer: MakeOptimizer = (p) => new optim.Adam(p, { lr: 0.01 }), batchSize = 4) {
  const data = new torch.Generator().manualSeed(7);
  const X = torch.randn(22, 4, { generator: data });
  const y = torch.randint(3, [22], { generator: data });
  torch.manualSeed(1);
  const net = makeNet();
  const optimizer = makeOptimizer(net.parameters());
  const state = {
    net,
    optimizer,
    scheduler: new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.5 }),
    loader: new DataLoader(new TensorDataset(X, y), { batchSize, shuffle: true }),
    epoch: 0,
    step: 0,
    losses: [] as number[],
  };
  return state;
}
export type Run = ReturnType<typeof makeRun>;

/** Trains up to an epoch, or as many steps as `until` allows, asked after each of them. */
export function train(
  run: Run,
  epochs: number,
  until: (run: Run) => boolean = () => true,
  step = plainStep(run),
): void {
  for (; run.epoch < epochs; run.epoch++) {
    for (const [X, y] of run.loader) {
      run.losses.push(step(X!, y!).item());
      run.step++;
      if (!until(run)) return;
    }
    run.scheduler.step();
  }
}

/** One step of training. */
export function plainStep(run: Run): (X: torch.Tensor, y: torch.Tensor) => torch.Tensor {
  return (X, y) => {
    const closure = () => {
      run.optimizer.zeroGrad();
      const loss = nn.functional.crossEntropy(run.net(X), y);
      loss.backward();
      return loss;
    };
    if (run.optimizer instanceof optim.LBFGS) return run.optimizer.step(closure);
    const loss = closure();
    run.optimizer.step();
    return loss;
  };
}

/** Everything about a run, as text that is equal where the bits are. */
export async function bytesOf(run: object, step = 0): Promise<string> {
  return Buffer.from(await torch.checkpoint.toBytes(step, run)).toString("latin1");
}
