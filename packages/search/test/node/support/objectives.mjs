// Objectives for the tests of threads.
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { isMainThread, threadId } from "node:worker_threads";
import { TrialPruned } from "@torchlet/search";
import { ValueError } from "torchlet";

/** A conditional space, a curve that pruners look at, and a value that follows from all of it and from the seed. */
export default function objective(trial) {
  const x = trial.suggestFloat("x", -1, 1);
  const depth = trial.suggestInt("depth", 1, 3);
  let value = x * x + (trial.seed % 1000) / 1e6;
  for (let i = 0; i < depth; i++) value += trial.suggestFloat(`width${i}`, 1e-3, 1, { log: true });
  for (let step = 0; step < 5; step++) {
    trial.report(value + 1 / (step + 1), step);
    if (trial.shouldPrune()) throw new TrialPruned();
  }
  return value;
}

export const where = (trial, options) => {
  trial.setUserAttr("main", isMainThread);
  trial.setUserAttr("thread", threadId);
  trial.setUserAttr("options", options);
  trial.setUserAttr("threads", process.env.TORCHLET_NUM_THREADS);
  return trial.suggestFloat("x", 0, 1);
};

export const notFinite = (trial) => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN][trial.number];

export function throwsTypeError(trial) {
  trial.suggestFloat("x", 0, 1);
  throw new TypeError("no such thing");
}

export function throwsValueError() {
  throw new ValueError("mine", { path: "objective", rule: { en: "not so", zh: "不对" }, received: () => 1 });
}

export function badReport(trial) {
  trial.report(1, -1);
}

/** Dies once for each trial of a list; a file for each remembers that it has. */
export async function dies(trial, { folder, trials, how }) {
  const x = trial.suggestFloat("x", 0, 1);
  const mark = `${folder}/${trial.number}`;
  if (trials.includes(trial.number) && !existsSync(mark)) {
    writeFileSync(mark, "");
    if (how === "exit") process.exit(3);
    if (how === "uncaught") {
      setImmediate(() => {
        throw new RangeError("nobody catches this");
      });
      await new Promise(() => {});
    }
    const hoard = [];
    for (;;) hoard.push(new Array(1e5).fill(trial.number + hoard.length));
  }
  return x;
}

export function alwaysDies() {
  process.exit(7);
}

/** Notes when trials begin, and takes its time: asleep for good, or until it is told to stop. */
export async function slow(trial, { notes, deaf }) {
  const x = trial.suggestFloat("x", 0, 1);
  if (trial.number < 2) return x;
  appendFileSync(notes, `${trial.number}\n`);
  if (deaf) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  await new Promise((_, reject) => trial.signal.addEventListener("abort", () => reject(new Error("stopped"))));
}

let left = () => null;

/** Keeps a hand on its trial: the next one tries to speak through it. */
export function strays(trial) {
  const x = trial.suggestFloat("x", 0, 1);
  try {
    left();
  } catch (error) {
    trial.setUserAttr("error", error.message);
  }
  left = () => trial.report(1, 0);
  return x;
}
