// What checkpoints cost: one of the 784-256-10 network, and an epoch of fit on Fashion-MNIST with one every 100 steps.
//
//   TORCHLET_DATA=DIR node bench/checkpoint.mjs [rounds] [folder]
//
// The folder's disk is what is measured; the default is the system's temporary one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as d2l from "@torchlet/d2l";
import * as torch from "torchlet";

const { nn } = torch;
const rounds = Number(process.argv[2] ?? 10);
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), "torchlet-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function model(makeOptimizer) {
  torch.manualSeed(0);
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
  return { net, optimizer: makeOptimizer(net.parameters()) };
}
const sgd = (p) => new torch.optim.SGD(p, { lr: 0.1 });
const adam = (p) => new torch.optim.Adam(p);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const shown = (values) => `${median(values).toFixed(2)} ms (${Math.min(...values).toFixed(2)} at best)`;

for (const [name, make] of [
  ["SGD", sgd],
  ["Adam", adam],
]) {
  const { net, optimizer } = model(make);
  nn.functional.crossEntropy(net(torch.rand(8, 784)), torch.zeros(8, { dtype: torch.int32 })).backward();
  optimizer.step();
  const manager = new torch.checkpoint.CheckpointManager({ store: join(folder, name) });
  const state = { net, optimizer, losses: Array.from({ length: 2000 }, () => Math.random()) };
  const [copied, written] = [[], []];
  for (let step = 0; step < 30; step++) {
    const begun = performance.now();
    const saved = manager.save(step, state);
    copied.push(performance.now() - begun);
    await saved;
    written.push(performance.now() - begun);
  }
  const { bytes } = await torch.checkpoint.toBytes(0, state).then(({ length }) => ({ bytes: length }));
  const memory = new torch.checkpoint.CheckpointManager({ store: new torch.checkpoint.MemoryStore() });
  const kept = [];
  for (let step = 0; step < 30; step++) {
    const begun = performance.now();
    await memory.save(step, state);
    kept.push(performance.now() - begun);
  }
  const begun = performance.now();
  await manager.close();
  const again = new torch.checkpoint.CheckpointManager({ store: join(folder, name) });
  await again.restore(state);
  const restored = performance.now() - begun;
  await again.close();
  console.log(`784-256-10 with ${name}, ${(bytes / 1e6).toFixed(2)} MB`);
  console.log(`  training stands still:             ${shown(copied.slice(5))}`);
  console.log(`  until it is on the disk (2 fsync): ${shown(written.slice(5))}`);
  console.log(`  the same into memory, checksum:    ${shown(kept.slice(5))}`);
  console.log(`  restored:                          ${restored.toFixed(1)} ms`);
}

const dataset = await d2l.loadFashionMnist({ data: process.env.TORCHLET_DATA });
const [trainIter, testIter] = d2l.makeLoaders(dataset, 256);
function run(checkpoint) {
  const { net, optimizer } = model(sgd);
  return torch
    .fit(net, {
      data: trainIter,
      validation: testIter,
      loss: new nn.CrossEntropyLoss(),
      optimizer,
      metrics: { accuracy: new torch.metrics.Accuracy() },
      epochs: rounds + 1,
      checkpoint,
    })
    [Symbol.asyncIterator]();
}
const runs = { without: run(null), with: run({ folder: join(folder, "fit"), everySteps: 100 }) };
const times = { without: [], with: [] };
for (let round = 0; round <= rounds; round++) {
  for (const name of round % 2 === 0 ? ["without", "with"] : ["with", "without"]) {
    const begun = performance.now();
    await runs[name].next();
    if (round > 0) times[name].push(performance.now() - begun);
  }
}
for (const name of ["without", "with"]) await runs[name].return();
const best = (name) => Math.min(...times[name]);
console.log(`an epoch of fit without checkpoints:   ${shown(times.without)}`);
console.log(`an epoch of fit, one every 100 steps:  ${shown(times.with)}`);
console.log(
  `ratio over ${rounds} rounds: of minima ${(best("with") / best("without")).toFixed(3)}, of medians ${(median(times.with) / median(times.without)).toFixed(3)}`,
);
