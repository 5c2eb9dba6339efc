// What a training does about what is wrong with it: looks into it, notes a diagnosis, and stops, warns or throws as it was asked to.
import { diagnoseDivergence, diagnoseNonFinite } from "./diagnose-divergence.js";
import { diagnoseNoGradient } from "./diagnose-standstill.js";
import { type TrainingDiagnosis, TrainingError } from "./diagnosis.js";
import type { SuspectBatch } from "./evidence.js";
import type { Scene, Verdict } from "./scene.js";
import type { TrainingSnapshot } from "./snapshot.js";
import type { Stepper } from "./step.js";
import type { FitHistory, FitOptions, StopReason } from "./types.js";
import type { Alarm } from "./watch.js";

/** Steps whose loss is no number that are looked into, where training goes on all the same. */
const MOST_DIAGNOSED = 10;

/** A batch with its number in the epoch. */
export type NumberedBatch = SuspectBatch & { readonly number: number };

/** The training that something is wrong with. */
export interface TroubledTraining {
  readonly options: Pick<FitOptions, "loss" | "onDiagnosis">;
  readonly history: Pick<FitHistory, "stepLosses" | "gradNorms" | "warnings" | "diagnosis" | "stopped">;
  readonly snapshot: TrainingSnapshot;
  readonly stepper: Stepper;
  readonly epoch: number;
  readonly step: number;
  end(reason: StopReason): void;
  /** Tells callbacks. */
  call(name: "onDiagnosis", diagnosis: TrainingDiagnosis): Promise<void>;
}

/** Alarms and diagnoses of one training. */
export class Trouble {
  /** How often each alarm was given. */
  readonly alarms = new Map<Alarm, number>();
  /** Diagnoses that were told as warnings, once each. */
  readonly warned = new Set<string>();

  constructor(private readonly training: TroubledTraining) {}

  /** What a diagnosis is made from. */
  scene(batch: NumberedBatch, loss?: number, norm?: number, finished = false): Scene {
    const { epoch, step, stepper, snapshot, options, history } = this.training;
    const { stepLosses, gradNorms } = history;
    return {
      epoch,
      step: step + (finished ? 0 : 1),
      batch: batch.number,
      stepper,
      loss: options.loss,
      suspect: batch,
      losses: loss === undefined ? stepLosses : [...stepLosses.slice(-20), loss],
      norms: norm === undefined ? gradNorms : [...gradNorms.slice(-20), norm],
      snapshot,
    };
  }

  /** Something is wrong with a step: says what. Whether the step must not be made. */
  async takeAlarm(batch: NumberedBatch, loss: number, norm: number, alarm: Alarm = "non-finite"): Promise<boolean> {
    const scene = this.scene(batch, loss, norm);
    // Where training goes on all the same, the same is not looked into again and again.
    const times = (this.alarms.get(alarm) ?? 0) + 1;
    this.alarms.set(alarm, times);
    switch (alarm) {
      case "non-finite":
        this.training.stepper.abandon();
        if (times <= MOST_DIAGNOSED) await this.report(diagnoseNonFinite(scene));
        return true;
      case "diverged":
        if (times === 1) await this.report({ ...diagnoseDivergence(scene), keepsGoing: true });
        return this.training.history.stopped !== null;
      case "no-gradient":
        if (times === 1) await this.report(diagnoseNoGradient(scene));
        return this.training.history.stopped !== null;
      case "finite":
        return false;
      default:
        return alarm satisfies never;
    }
  }

  /**
   * Notes a diagnosis, and does what `onDiagnosis` says.
   *
   * @throws TrainingError where it says "throw"
   */
  async report({
    diagnosis,
    weightsAreBad,
    cause,
    keepsGoing = false,
  }: Verdict & { keepsGoing?: boolean }): Promise<void> {
    const { training } = this;
    const { history, snapshot } = training;
    const mode = diagnosis.severity === "warning" ? "warn" : (training.options.onDiagnosis ?? "throw");
    if (mode === "warn") {
      // A loss that is large but a number may still come down.
      if (weightsAreBad && !keepsGoing) snapshot.restore();
      if (this.warned.has(diagnosis.code)) return;
      this.warned.add(diagnosis.code);
      history.warnings.push(diagnosis);
      await training.call("onDiagnosis", diagnosis);
      return;
    }
    training.stepper.abandon();
    if (weightsAreBad) snapshot.restore();
    history.diagnosis = diagnosis;
    training.end("diagnosis");
    await training.call("onDiagnosis", diagnosis);
    if (mode === "throw") throw new TrainingError(diagnosis, history as FitHistory, cause);
  }
}
