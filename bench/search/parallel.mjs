// What a second thread brings to a search, and whether its trials are the same.
//
//   node bench/search/parallel.mjs [--trials 40] [--steps 400] [--repeat 1] [--jobs 1,2] [--uneven] [--windows 4]
//
// Let nothing else run meanwhile. Prints one line a run and, at the end, the ratio of the smallest times.
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openStudy, optimizeParallel } from "@torchlet/search/node";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "40" },
    steps: { type: "string", default: "400" },
    repeat: { type: "string", default: "1" },
    jobs: { type: "string", default: "1,2" },
    windows: { type: "string", default: "4" },
    uneven: { type: "boolean", default: false },
  },
});
const numbers = (text) => text.split(",").map(Number);
const module = new URL("./mlp-objective.mjs", import.meta.url);
const best = new Map();
let first = null;
for (let run = 0; run < Number(values.repeat); run++) {
  for (const window of numbers(values.windows)) {
    for (const jobs of numbers(values.jobs)) {
      const path = join(tmpdir(), `torchlet-parallel-${process.pid}.jsonl`);
      const study = await openStudy(path, { seed: 0, window: window === 0 ? null : window });
      const begin = performance.now();
      const used = process.cpuUsage();
      await optimizeParallel(
        study,
        { module, options: { steps: Number(values.steps), uneven: values.uneven } },
        { nTrials: Number(values.trials), jobs },
      );
      const seconds = (performance.now() - begin) / 1000;
      const { user, system } = process.cpuUsage(used);
      const found = JSON.stringify(study.trials.map(({ params, values }) => [params, values]));
      first ??= found;
      await study.close();
      rmSync(path);
      const key = `window ${window === 0 ? "none" : window}, ${jobs} jobs`;
      best.set(key, Math.min(best.get(key) ?? Number.POSITIVE_INFINITY, seconds));
      console.log(
        `${key}: ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of processors, ${found === first ? "the same trials" : "OTHER TRIALS"}`,
      );
    }
  }
}
const [[reference, slowest]] = best;
for (const [key, seconds] of best)
  console.log(`${key}: ${(slowest / seconds).toFixed(3)} times as fast as ${reference}`);
