// Where a training stands when something is wrong, and how a diagnosis of it is put together.
import type { Localized } from "../errors/index.js";
import type { DiagnosisCode, Evidence, TrainingDiagnosis } from "./diagnosis.js";
import type { SuspectBatch } from "./evidence.js";
import type { TrainingSnapshot } from "./snapshot.js";
import type { Stepper } from "./step.js";
import type { FitLoss } from "./types.js";

/** Where a training stands when something is wrong, and everything that may be looked at. */
export interface Scene {
  readonly epoch: number;
  readonly step: number;
  readonly batch: number;
  readonly stepper: Stepper;
  readonly loss: FitLoss;
  readonly suspect: SuspectBatch;
  /** Losses and norms of the steps so far, the last one included. */
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly snapshot: TrainingSnapshot;
}

/** A diagnosis, and whether the weights of the snapshot are the last good ones rather than those of now. */
export interface Verdict {
  readonly diagnosis: TrainingDiagnosis;
  readonly weightsAreBad: boolean;
  readonly cause?: unknown;
}

/** The last steps that a diagnosis shows. */
export const WINDOW = 10;

/** A diagnosis with its place in the training. */
export function diagnosis(
  scene: Scene,
  code: DiagnosisCode,
  cause: Localized,
  cure: Localized,
  evidence: { readonly [name: string]: unknown },
  severity: TrainingDiagnosis["severity"] = "error",
): TrainingDiagnosis {
  const { epoch, step, batch } = scene;
  return { code, severity, epoch, step, batch, cause, cure, evidence: evidence as { [name: string]: Evidence } };
}

/** The learning rate of the first group. */
export const lrOf = (scene: Scene): number => scene.stepper.settings.optimizer.paramGroups[0]!.lr;

/** The last steps' numbers, as every diagnosis of a divergence shows them. */
export function recent(scene: Scene) {
  return { losses: scene.losses.slice(-WINDOW), gradNorms: scene.norms.slice(-WINDOW), learningRate: lrOf(scene) };
}
