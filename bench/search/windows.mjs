// How much of the processors' time a window leaves unused, for trials of different lengths: computed, not measured, so without noise.
//
//   node bench/search/windows.mjs
//
// Trial n may begin when a thread is free and the trials up to n - window have ended. Lengths are drawn: all equal; uniform from 0.5 to 1.5;
// log-normal with sigma 0.5 and 1 (one in six is more than 2.7 times as long as the median); and stopped early by successive halving (three of four
// run a quarter, three of four of the rest a half).
import { randomOf } from "@torchlet/search";

const SEEDS = 200;
const TRIALS = 40;
const lengths = {
  equal: () => 1,
  "uniform 0.5 to 1.5": (random) => 0.5 + random.uniform(),
  "log-normal, sigma 0.5": (random) => Math.exp(0.5 * random.normal()),
  "log-normal, sigma 1": (random) => Math.exp(random.normal()),
  "pruned by halving": (random) => (random.uniform() < 0.75 ? 0.25 : random.uniform() < 0.75 ? 0.5 : 1),
};

/** When all trials have ended. */
function makespan(durations, jobs, window) {
  const free = Array(jobs).fill(0);
  /** When all trials up to each one have ended. */
  const prefix = [];
  durations.forEach((duration, n) => {
    const thread = free.indexOf(Math.min(...free));
    const begin = Math.max(free[thread], n >= window ? prefix[n - window] : 0);
    free[thread] = begin + duration;
    prefix.push(Math.max(prefix.at(-1) ?? 0, free[thread]));
  });
  return prefix.at(-1);
}

const windows = [1, 2, 3, 4, 6, 8, 16, Number.POSITIVE_INFINITY];
console.log(`Speed-up over one thread, ${TRIALS} trials, mean of ${SEEDS} draws`);
console.log(["lengths", "threads", ...windows.map((w) => (Number.isFinite(w) ? `w ${w}` : "free"))].join(" | "));
for (const [name, draw] of Object.entries(lengths)) {
  for (const jobs of [2, 4, 8]) {
    const means = windows.map((window) => {
      let sum = 0;
      for (let seed = 0; seed < SEEDS; seed++) {
        const random = randomOf(seed);
        const durations = Array.from({ length: TRIALS }, () => draw(random));
        sum += durations.reduce((a, b) => a + b) / makespan(durations, jobs, window);
      }
      return (sum / SEEDS).toFixed(2);
    });
    console.log([name, jobs, ...means].join(" | "));
  }
}
