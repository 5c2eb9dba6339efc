// Pruners: on recorded learning curves, the same trials end at the same steps as with Optuna's.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Pruner } from "../../src/core/pruner.js";
import { createStudy, type Direction, pruners } from "../../src/index.js";

interface Recorded {
  readonly curves: readonly (readonly (number | null)[])[];
  readonly steps: Readonly<Record<string, readonly number[]>>;
  readonly results: readonly {
    readonly pruner: string;
    readonly direction: Direction;
    readonly steps: string;
    readonly pruned: readonly (number | null)[];
  }[];
}
const recorded = JSON.parse(readFileSync(new URL("../fixtures/pruners.json", import.meta.url), "utf8")) as Recorded;

const makers: Readonly<Record<string, () => Pruner>> = {
  median: () => new pruners.MedianPruner(),
  "median-late": () =>
    new pruners.MedianPruner({ nStartupTrials: 2, nWarmupSteps: 4, intervalSteps: 3, nMinTrials: 3 }),
  "percentile-25": () => new pruners.PercentilePruner(25, { nStartupTrials: 3, nWarmupSteps: 2 }),
  "percentile-80": () => new pruners.PercentilePruner(80, { nStartupTrials: 0, intervalSteps: 2 }),
  "asha-4": () => new pruners.SuccessiveHalvingPruner(),
  "asha-2": () => new pruners.SuccessiveHalvingPruner({ minResource: 2, reductionFactor: 2, minEarlyStoppingRate: 1 }),
  "asha-bootstrap": () => new pruners.SuccessiveHalvingPruner({ reductionFactor: 2, bootstrapCount: 1 }),
  hyperband: () => new pruners.HyperbandPruner({ maxResource: 18 }),
  threshold: () => new pruners.ThresholdPruner({ lower: 0.4, upper: 2.5, nWarmupSteps: 3, intervalSteps: 2 }),
  patient: () => new pruners.PatientPruner(null, 2, { minDelta: 0.05 }),
  "patient-median": () => new pruners.PatientPruner(new pruners.MedianPruner(), 1),
};

async function decide(pruner: Pruner, direction: Direction, steps: readonly number[]): Promise<(number | null)[]> {
  const study = await createStudy({ direction, pruner, seed: 0 });
  const decisions: (number | null)[] = [];
  for (const curve of recorded.curves) {
    const trial = await study.ask();
    let pruned: number | null = null;
    let last = Number.NaN;
    for (const step of steps) {
      last = curve[step] ?? Number.NaN;
      trial.report(last, step);
      if (trial.shouldPrune()) {
        pruned = step;
        break;
      }
    }
    decisions.push(pruned);
    if (pruned === null) await study.tell(trial, last);
    else await study.tell(trial, null, { state: "pruned" });
  }
  return decisions;
}

describe("pruners decide as Optuna's", () => {
  it.each(recorded.results)("$pruner, $direction, $steps", async ({ pruner, direction, steps, pruned }) => {
    expect(await decide(makers[pruner]!(), direction, recorded.steps[steps]!)).toEqual(pruned);
  });
  it("on curves where each prunes some trials and spares others", () => {
    for (const name of Object.keys(makers)) {
      const all = recorded.results.filter((it) => it.pruner === name).flatMap((it) => it.pruned);
      expect(all.some((it) => it === null)).toBe(true);
      expect(all.some((it) => it !== null)).toBe(true);
    }
  });
});
