// Runs that are stopped: before they begin, or in the middle; they end cleanly and claim nothing that they did not see.
import { expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { blueShirts } from "../../src/experiments/blue-shirts.js";
import { hyperparameterSearch } from "../../src/experiments/hyperparameter-search.js";
import { kFoldExperiment } from "../../src/experiments/k-fold.js";
import { mlp } from "../../src/experiments/mlp.js";
import { mlpConcise } from "../../src/experiments/mlp-concise.js";
import { softmaxRegression } from "../../src/experiments/softmax-regression.js";
import { failures, runQuickly } from "./runs.js";

const all = [softmaxRegression, mlp, mlpConcise, hyperparameterSearch, blueShirts, kFoldExperiment] as const;

it.each(all.map((experiment) => [experiment.id, experiment] as const))("%s", async (_, experiment) => {
  for (const milliseconds of [0, 30, 120]) {
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), milliseconds);
    if (milliseconds === 0) stopping.abort();
    const pictures = makeGarments({ train: 600, test: 200 });
    const { result } = await runQuickly(experiment, {}, pictures, stopping.signal);
    expect(failures(result)).toEqual([]);
  }
});
