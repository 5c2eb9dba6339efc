// What a sampler loses when it sees results later: the median regret after 60 trials on Branin and Hartmann 6, by window.
//
//   node bench/search/window-regret.mjs [--seeds 20] [--sampler TPESampler]
import { parseArgs } from "node:util";
import { createStudy, samplers } from "@torchlet/search";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "20" }, sampler: { type: "string", default: "TPESampler" } },
});

// Published forms and minima (Surjanovic and Bingham, Virtual Library of Simulation Experiments).
const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];
const functions = {
  Branin: {
    minimum: 0.397887,
    objective(trial) {
      const x = trial.suggestFloat("x", -5, 10);
      const y = trial.suggestFloat("y", 0, 15);
      const b = 5.1 / (4 * Math.PI ** 2);
      return (y - b * x * x + (5 / Math.PI) * x - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    },
  },
  "Hartmann 6": {
    minimum: -3.32237,
    objective(trial) {
      const x = A[0].map((_, i) => trial.suggestFloat(`x${i}`, 0, 1));
      const inner = (row, i) => row.reduce((sum, a, j) => sum + a * (x[j] - P[i][j] / 1e4) ** 2, 0);
      return -A.reduce((sum, row, i) => sum + [1, 1.2, 3, 3.2][i] * Math.exp(-inner(row, i)), 0);
    },
  },
};
const quantile = (sorted, q) => sorted[Math.floor(q * (sorted.length - 1))];
for (const [name, { minimum, objective }] of Object.entries(functions)) {
  for (const window of [1, 2, 4, 8, 16]) {
    const regrets = [];
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const study = await createStudy({ seed, window, sampler: new samplers[values.sampler]() });
      await study.optimize(objective, { nTrials: 60 });
      regrets.push(study.bestValue - minimum);
    }
    regrets.sort((a, b) => a - b);
    const shown = [0.25, 0.5, 0.75].map((q) => quantile(regrets, q).toPrecision(3));
    console.log(`${name}, window ${window}: quartiles of the regret ${shown.join(", ")}`);
  }
}
