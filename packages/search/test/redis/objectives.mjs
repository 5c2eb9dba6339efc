// Objectives that the tests' workers run. What they begin and end is noted in a file of the test's (TRIAL_NOTES).
import { appendFileSync, existsSync } from "node:fs";

const note = (...words) => {
  const file = process.env.TRIAL_NOTES;
  if (file) appendFileSync(file, `${words.join(" ")}\n`);
};
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A parabola with a conditional parameter, reports and a wait whose length differs from trial to trial. */
export async function parabola(trial, options) {
  note("begin", trial.number, process.pid);
  const x = trial.suggestFloat("x", -5, 5);
  const kind = trial.suggestCategorical("kind", ["a", "b"]);
  const shift = kind === "b" ? trial.suggestInt("shift", 0, 10) : 0;
  for (let step = 0; step < 3; step++) {
    await sleep(((trial.seed % 7) + 1) * (options?.milliseconds ?? 1));
    // A trial that the test lets end when it has done what it wants to do meanwhile.
    while (trial.number === options?.held && !existsSync(`${process.env.TRIAL_NOTES}.open`)) await sleep(20);
    trial.report((x - 2) ** 2 + shift + 3 - step, step);
  }
  note("end", trial.number, process.pid);
  return (x - 2) ** 2 + shift;
}

/** Computes without a pause, longer than a short lease. */
export function busy(trial, options) {
  const x = trial.suggestFloat("x", 0, 1);
  note("begin", trial.number, process.pid);
  const until = performance.now() + options.milliseconds;
  while (performance.now() < until);
  return x;
}

/** Takes its thread with it, the first time. */
export async function deadly(trial) {
  const x = trial.suggestFloat("x", 0, 1);
  note("begin", trial.number, process.pid);
  if (trial.number === 1 && trial.record.attempts === 1) process.exit(7);
  if (trial.number === 2) throw new Error("no luck");
  return x;
}
