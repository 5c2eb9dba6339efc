// The search of the kill tests: a sampler that learns from what it sees, an objective that takes some milliseconds.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Near the best trial that it may see, and away from those that run: what it gives depends on everything in the view. */
export const sampler = {
  name: "near-best",
  relativeSpace: () => ({ x: { kind: "float", low: -2, high: 2, log: false, step: null } }),
  sampleRelative({ study, random }) {
    let [best, shift] = [Number.POSITIVE_INFINITY, 0];
    let center = 0;
    for (const { state, values, params } of study.trials) {
      if (state === "running") shift += params.x / 100;
      else if (values !== null && values[0] < best) [best, center] = [values[0], params.x];
    }
    return { x: Math.max(-2, Math.min(2, center + shift + random.normal() / 4)) };
  },
  sampleIndependent: ({ random }, _name, { low, high }) => low + (high - low) * random.uniform(),
};

/** The value follows from the parameters and the trial's seed alone; what is begun and ended is noted beside the study. */
export const objective = (notes, milliseconds) => async (trial) => {
  if (notes !== null) appendFileSync(notes, `begin ${trial.number} ${process.pid}\n`);
  const x = trial.suggestFloat("x", -2, 2);
  trial.report(x, 0);
  const y = trial.suggestFloat("y", 0, 1);
  await sleep((trial.seed % 1000) * (milliseconds / 1000));
  trial.report(y, 1);
  if (notes !== null) appendFileSync(notes, `end ${trial.number} ${process.pid}\n`);
  return (x - 1) ** 2 + y + (trial.seed % 97) / 1000;
};
