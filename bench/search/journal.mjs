// What a journal costs: a trial of an objective that takes no time, with its events in memory, in a file, and on the disk; reading it again.
//
//   node bench/search/journal.mjs [--trials 2000] [--folder /tmp]
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createStudy, openStudy, readStudy, samplers } from "@torchlet/search/node";

const { values } = parseArgs({
  options: { trials: { type: "string", default: "2000" }, folder: { type: "string", default: "/tmp" } },
});
const nTrials = Number(values.trials);
const path = join(values.folder, `torchlet-journal-${process.pid}.jsonl`);

/** Three parameters and five reports. */
function objective(trial) {
  const lr = trial.suggestFloat("lr", 1e-4, 1, { log: true });
  const width = trial.suggestInt("width", 16, 512);
  const activation = trial.suggestCategorical("activation", ["relu", "tanh"]);
  for (let epoch = 0; epoch < 5; epoch++) trial.report(lr * width, epoch);
  return activation === "relu" ? lr : width;
}

const sampler = new samplers.RandomSampler();
const kinds = {
  memory: () => createStudy({ seed: 0, sampler }),
  "file, not waiting for the disk": () => openStudy(path, { seed: 0, sampler, durable: false }),
  "file, results on the disk": () => openStudy(path, { seed: 0, sampler }),
};
for (const [name, open] of Object.entries(kinds)) {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 3; repeat++) {
    rmSync(path, { force: true });
    const study = await open();
    const begin = performance.now();
    await study.optimize(objective, { nTrials });
    best = Math.min(best, performance.now() - begin);
    await study.close();
  }
  console.log(`${name}: ${((best / nTrials) * 1000).toFixed(0)} us a trial`);
}
const { size } = statSync(path);
let best = Number.POSITIVE_INFINITY;
for (let repeat = 0; repeat < 3; repeat++) {
  const begin = performance.now();
  await (await readStudy(path)).close();
  best = Math.min(best, performance.now() - begin);
}
console.log(`reading ${nTrials} trials: ${best.toFixed(0)} ms; ${(size / nTrials).toFixed(0)} bytes a trial`);
rmSync(path);
