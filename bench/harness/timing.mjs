// Times one operation: warms it up, then takes several samples, each long enough for the clock.

const isPromise = (value) => typeof value?.then === "function";

/** Runs for about `budget` milliseconds, at least twice if a run is short; returns milliseconds a run of the last half. */
export async function warmUp(run, budget) {
  let last = 0;
  for (let count = 1, spent = 0; spent < budget; count *= 2) {
    const elapsed = await time(run, count);
    last = elapsed / count;
    spent += elapsed;
  }
  return last;
}

/** Milliseconds that `count` runs take. */
async function time(run, count) {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const result = run();
    // Waiting for what is there already would cost a turn of the loop, a tenth of a small step.
    if (isPromise(result)) await result;
  }
  return performance.now() - start;
}

/** Samples of about `budget / samples` milliseconds each (one run at least), in milliseconds a run. */
export async function sample(run, estimate, samples, budget) {
  const count = Math.max(1, Math.round(budget / samples / estimate));
  const times = Math.max(1, Math.min(samples, Math.round((2 * budget) / (count * estimate))));
  const measured = [];
  for (let i = 0; i < times; i++) measured.push((await time(run, count)) / count);
  return measured;
}
