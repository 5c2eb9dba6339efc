// ASHA against random search on Fashion-MNIST: how much work until ASHA has found what 40 whole trials of random search find.
//
//   node bench/search/asha.mjs [--seeds 0,1,2] [--epochs 27] [--samples 5000] [--validation 5000] [--save bench/search/asha.json]
//
// Both draw from the same space (`torchlet search mlp`) with the same seeds, so the first 40 trials of ASHA are those of random search, ended early.
// ASHA goes on beyond them until a trial that ran to its end is at least as good, at most until it has done as much work.
// Work is counted in epochs (the same on every machine) and in seconds of the processor (which other work on the machine does not change much).
// --save adds to what the file has.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadFashionMnist, searchModels } from "@torchlet/d2l";
import { createStudy, pruners, samplers } from "@torchlet/search";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "0,1,2,3,4" },
    epochs: { type: "string", default: "27" },
    samples: { type: "string", default: "5000" },
    validation: { type: "string", default: "5000" },
    trials: { type: "string", default: "40" },
    save: { type: "string" },
  },
});
const [epochs, samples, validation, trials] = ["epochs", "samples", "validation", "trials"].map((name) =>
  Number(values[name]),
);
const model = searchModels.find(({ id }) => id === "mlp");
const dataset = await loadFashionMnist({ offline: true });

/** Runs a search until `enough` says so; what was found after how much work. */
async function search(seed, pruner, enough) {
  const setup = { options: { epochs, samples, validation }, fixed: {}, splitSeed: seed };
  const { objective } = model.prepare(setup, dataset);
  const study = await createStudy({
    direction: model.direction,
    sampler: new samplers.RandomSampler(),
    pruner,
    seed,
    onWarning() {},
  });
  let work = { epochs: 0, seconds: 0, trials: 0 };
  const begun = process.cpuUsage();
  let best = Number.NEGATIVE_INFINITY;
  await study.optimize(objective, {
    callbacks: [
      (_, trial) => {
        work = {
          epochs: work.epochs + trial.intermediate.size,
          seconds: secondsSince(begun),
          trials: work.trials + 1,
        };
        if (trial.state === "complete") best = Math.max(best, trial.values[0]);
        if (enough({ ...work, best })) study.stop();
      },
    ],
  });
  return { best, ...work };
}

/** Seconds of the processor, user and system. */
function secondsSince(begun) {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

const round = (value) => Math.round(value * 1e4) / 1e4;
const runs = [];
for (const seed of values.seeds.split(",").map(Number)) {
  const random = await search(seed, new pruners.NopPruner(), (done) => done.trials >= trials);
  const asha = await search(
    seed,
    new pruners.SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 3 }),
    (done) => done.best >= random.best || done.epochs >= random.epochs,
  );
  const reached = asha.best >= random.best;
  const run = {
    seed,
    random,
    asha,
    reached,
    epochsShare: round(asha.epochs / random.epochs),
    secondsShare: round(asha.seconds / random.seconds),
  };
  runs.push(run);
  console.log(
    `seed ${seed}: random ${random.best.toFixed(4)} in ${random.epochs} epochs, ${random.seconds.toFixed(1)} s;`,
    `ASHA ${asha.best.toFixed(4)} in ${asha.trials} trials, ${asha.epochs} epochs (${(100 * run.epochsShare).toFixed(0)} %), ${asha.seconds.toFixed(1)} s (${(100 * run.secondsShare).toFixed(0)} %)${reached ? "" : ", not reached"}`,
  );
  if (values.save) save(run);
}

function save(run) {
  const settings = {
    dataset: "fashion-mnist",
    epochs,
    samples,
    validation,
    trials,
    minResource: 1,
    reductionFactor: 3,
    node: process.version,
  };
  const before = existsSync(values.save) ? JSON.parse(readFileSync(values.save, "utf8")) : { settings, runs: [] };
  const kept = before.runs.filter(({ seed }) => seed !== run.seed);
  const all = [...kept, run].sort((a, b) => a.seed - b.seed);
  writeFileSync(values.save, `${JSON.stringify({ settings, runs: all }, null, 2)}\n`);
}

const middle = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
console.log(
  `reached in ${runs.filter(({ reached }) => reached).length} of ${runs.length};`,
  `median share of epochs ${middle(runs.map((run) => (run.reached ? run.epochsShare : 1))).toFixed(3)},`,
  `of seconds ${middle(runs.map((run) => (run.reached ? run.secondsShare : 1))).toFixed(3)}`,
);
