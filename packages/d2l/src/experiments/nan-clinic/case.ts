// One patient's case: ill three times over, then cured, with every seed.

import type { Localized } from "torchlet";
import * as torch from "torchlet";
import { findingOf, firstOperation, lostWeights, unattended, watched } from "./examine.js";
import type { Finding } from "./finding.js";
import type { Patient, Training } from "./patients.js";

/** What one seed showed. */
export interface Examination {
  readonly finding: Finding;
  /** The first operation with NaN or infinity, and the layer that it belongs to. */
  readonly operation: string;
  readonly layer: string;
  readonly diagnosis: torch.TrainingDiagnosis | null;
  /** The step whose loss is no number; undefined where every loss is one. */
  readonly stepOfNaN: number | undefined;
  /** Shares of weights that are no numbers: unwatched, and watched. */
  readonly lost: number;
  readonly lostWatched: number;
  readonly sickLosses: readonly number[];
  readonly cures: readonly Cure[];
}

/** A cure and how the training went with it. */
export interface Cure {
  readonly name: Localized;
  readonly losses: readonly number[];
  readonly before: number;
  /** The mean loss of the last epoch; infinite where the training fell ill again. */
  readonly after: number;
}

/** Examines and cures a patient with one seed; every training begins with the same random numbers. */
export async function examine(patient: Patient, seed: number, epochs: number): Promise<Examination> {
  const seeded = (make: () => Training) => {
    torch.manualSeed(seed);
    return make();
  };
  const alone = unattended(seeded(patient.sick), epochs);
  const sick = seeded(patient.sick);
  const { diagnosis, stepLosses } = await watched(sick, epochs);
  const { operation, layer } = firstOperation(seeded(patient.sick), epochs);
  const cures: Cure[] = [];
  for (const { name, cured } of patient.cures) {
    const history = await watched(seeded(cured), epochs);
    const end = history.epochs.at(-1)?.train.loss;
    const after = history.diagnosis === null && end !== undefined ? end : Number.POSITIVE_INFINITY;
    cures.push({ name, losses: history.stepLosses, before: history.stepLosses[0]!, after });
  }
  const bad = alone.losses.findIndex((loss) => !Number.isFinite(loss));
  return {
    finding: findingOf(patient.finding, diagnosis, operation === "" ? "-" : operation),
    operation,
    layer,
    diagnosis,
    stepOfNaN: bad < 0 ? undefined : bad + 1,
    lost: alone.lost,
    lostWatched: lostWeights(sick.net),
    sickLosses: stepLosses,
    cures,
  };
}

/** What is left of the loss after each cure, in the worst of the examinations. */
export function leftAfter(examinations: readonly Examination[]): number[] {
  return examinations[0]!.cures.map((_, i) =>
    // A loss that is no number would be lost in a maximum.
    Math.max(...examinations.map(({ cures }) => cures[i]!.after / cures[i]!.before).map(orInfinity)),
  );
}

const orInfinity = (ratio: number) => (Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio);
