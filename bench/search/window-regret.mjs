// What a sampler loses when it sees results later: the median regret after 60 trials on Branin and Hartmann 6, by window.
//
//   node bench/search/window-regret.mjs [--seeds 100] [--sampler TPESampler]
import { parseArgs } from "node:util";
import { createStudy, samplers } from "@torchlet/search";
import { functions } from "./functions.mjs";
import { quantile } from "./report.mjs";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "100" }, sampler: { type: "string", default: "TPESampler" } },
});

for (const { f, minimum, text } of [functions.branin, functions.hartmann6]) {
  for (const window of [1, 2, 4, 8, 16]) {
    const regrets = [];
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const study = await createStudy({ seed, window, sampler: new samplers[values.sampler]() });
      await study.optimize(f, { nTrials: 60 });
      regrets.push(study.bestValue - minimum);
    }
    const shown = [0.25, 0.5, 0.75].map((q) => quantile(regrets, q).toPrecision(3));
    console.log(`${text}, window ${window}: quartiles of the regret ${shown.join(", ")}`);
  }
}
