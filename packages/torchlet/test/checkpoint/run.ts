// Runs in a process of its own and may be killed at any moment: trains with checkpoints, and prints a hash of how it ended.
import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import * as torch from "../../src/index.js";

const { nn, optim } = torch;
const { DataLoader, TensorDataset } = torch.utils.data;
const { CheckpointManager, FolderStore, gradients, onInterrupt, toBytes } = torch.checkpoint;

/** How the run is made, and when it ends. */
export interface Config {
  readonly folder: string;
  readonly epochs: number;
  readonly everySteps: number;
  readonly optimizer: "sgd" | "adam";
  readonly compiled?: boolean;
  /** Units of the hidden layer. */
  readonly hidden?: number;
  /** Kills itself at this operation on files, a write after half of its bytes. */
  readonly killAt?: number;
  /** Kills itself after this step. */
  readonly killAfter?: number;
  /** Lets writes take long: kills from outside fall into them. */
  readonly slow?: boolean;
  /** Milliseconds between two steps. */
  readonly pause?: number;
  /** Trains with torch.fit. */
  readonly fit?: boolean;
  /** Stops here as if by Ctrl-C. */
  readonly interruptAfter?: number;
}

const config = JSON.parse(process.argv[2]!) as Config;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const die = () => process.kill(process.pid, "SIGKILL");

let operations = 0;
/** Whether the process dies in this operation. */
const fatal = () => ++operations === config.killAt;

/** The file system, with deaths in it. */
const files = {
  ...fs,
  async open(path: string, flags: string) {
    if (fatal()) die();
    const file = await fs.open(path, flags);
    return {
      async write(bytes: Uint8Array, at: number, length: number) {
        const isFatal = fatal();
        const part = isFatal || config.slow ? Math.ceil(length / 2) : length;
        const result = await file.write(bytes, at, part);
        if (isFatal) die();
        if (config.slow) await pause(1);
        return result;
      },
      async sync() {
        if (fatal()) die();
        await file.sync();
      },
      close: () => file.close(),
    };
  },
  async rename(from: string, to: string) {
    if (fatal()) die();
    await fs.rename(from, to);
    if (fatal()) die();
  },
  async rm(path: string, options: { force: true }) {
    if (fatal()) die();
    await fs.rm(path, options);
  },
};

const hidden = config.hidden ?? 8;
const data = new torch.Generator().manualSeed(7);
const X = torch.randn(hidden * 6, 16, { generator: data });
const y = torch.randint(3, [hidden * 6], { generator: data });

torch.manualSeed(1);
const net = new nn.Sequential(
  new nn.Linear(16, hidden),
  new nn.BatchNorm1d(hidden),
  new nn.ReLU(),
  new nn.Dropout(0.3),
  new nn.Linear(hidden, 3),
);
const parameters = net.parameters();
const optimizer =
  config.optimizer === "adam"
    ? new optim.Adam(parameters, { lr: 0.01 })
    : new optim.SGD(parameters, { lr: 0.05, momentum: 0.9 });
const scheduler = new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.7 });
const loader = new DataLoader(new TensorDataset(X, y), { batchSize: hidden, shuffle: true });
const state = {
  net,
  optimizer,
  scheduler,
  loader,
  gradients: gradients(net),
  epoch: 0,
  step: 0,
  losses: [] as number[],
  validation: [] as number[],
};

/** Compiled where that is asked for. */
function wrap<A extends unknown[], R>(body: (...args: A) => R): (...args: A) => R {
  return config.compiled ? torch.compile(body) : body;
}
const backward = wrap((a: torch.Tensor, b: torch.Tensor) => {
  const loss = nn.functional.crossEntropy(net(a), b);
  loss.backward();
  return loss;
});
const update = wrap(() => {
  optimizer.step();
  optimizer.zeroGrad();
});

const { everySteps } = config;
const store = new FolderStore(config.folder, { fs: files as never });

/** The last line: how it ended, after how many steps, and the hash of everything. */
async function finish(ending: string, everything: object, step: number): Promise<never> {
  const hash = createHash("sha256").update(await toBytes(step, everything));
  console.log(`${ending} ${step} ${hash.digest("hex")}`);
  process.exit();
}

if (config.fit) {
  const history = await torch.fit(net, {
    data: loader,
    validation: [X, y],
    loss: new nn.CrossEntropyLoss(),
    optimizer,
    scheduler,
    metrics: { accuracy: new torch.metrics.Accuracy() },
    earlyStopping: { patience: 3 },
    epochs: config.epochs,
    accumulateSteps: 2,
    callbacks: { onStart: ({ step }) => console.log(`from ${step}`) },
    checkpoint: { store, everySteps },
  });
  const { seconds: _, ...measured } = history;
  await finish("done", { net, optimizer, scheduler, measured }, history.stepLosses.length);
}

const manager = new CheckpointManager({ store, everySteps });
const found = await manager.restore(state);
console.log(`from ${found?.step ?? 0}`);

const { signal } = onInterrupt();
loop: for (; state.epoch < config.epochs; state.epoch++) {
  for await (const [a, b] of loader) {
    state.losses.push(backward(a!, b!).item());
    state.step++;
    // Two batches a step: some checkpoints fall between them.
    if (state.step % 2 === 0) update();
    if (manager.isDue(state.step)) await manager.save(state.step, state);
    if (state.step === config.killAfter) die();
    if (state.step === config.interruptAfter) process.kill(process.pid, "SIGINT");
    if (config.pause !== undefined || config.interruptAfter !== undefined) await pause(config.pause ?? 1);
    if (signal.aborted) break loop;
  }
  net.eval();
  state.validation.push(nn.functional.crossEntropy(net(X), y).item());
  net.train();
  scheduler.step();
}
await manager.save(state.step, state);
await manager.close();
await finish(signal.aborted ? "interrupted" : "done", state, state.step);
