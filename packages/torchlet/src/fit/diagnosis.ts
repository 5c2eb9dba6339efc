// What went wrong in a training, as data with texts in two languages, and the error made from it.
import { type Localized, localize, TorchletError } from "../errors/index.js";
import type { FitHistory } from "./types.js";

/** What can go wrong. */
export type DiagnosisCode =
  | "nan-in-data"
  | "nan-in-weights"
  | "label-range"
  | "learning-rate-too-large"
  | "unscaled-inputs"
  | "log-of-zero"
  | "division-by-zero"
  | "root-of-zero"
  | "overflow"
  | "non-finite"
  | "dead-units"
  | "zero-gradients"
  | "vanishing-gradients"
  | "learning-rate-too-small"
  | "flat-loss";

/** A number, a text, or a list or record of them: what a diagnosis rests on. */
export type Evidence = number | string | boolean | null | readonly Evidence[] | { readonly [name: string]: Evidence };

/** What went wrong, where, what shows it, and what to do. */
export interface TrainingDiagnosis {
  readonly code: DiagnosisCode;
  /** Errors stop a training (unless `onDiagnosis` says otherwise); warnings are noted in the history. */
  readonly severity: "error" | "warning";
  /** From 1 on. */
  readonly epoch: number;
  /** The optimizer step, from 1 on. */
  readonly step: number;
  /** The batch of the epoch, from 1 on. */
  readonly batch: number;
  readonly cause: Localized;
  readonly cure: Localized;
  readonly evidence: { readonly [name: string]: Evidence };
}

/**
 * A training that went wrong: the error of `torch.fit`. The model has its last good weights when it is thrown.
 *
 * `code`, `rule` and `hint` are the diagnosis's code, cause and cure.
 */
export class TrainingError extends TorchletError {
  constructor(
    readonly diagnosis: TrainingDiagnosis,
    /** What was measured before. */
    readonly history: FitHistory,
    cause?: unknown,
  ) {
    const { code, cause: rule, cure: hint, evidence, epoch, step } = diagnosis;
    super(code, { path: `fit (epoch ${epoch}, step ${step})`, rule, hint, received: evidence, cause });
  }
}

/** A diagnosis as one sentence in the language in use. */
export function describeDiagnosis({ cause, cure, epoch, step }: TrainingDiagnosis): string {
  return `${localize({ en: `epoch ${epoch}, step ${step}`, zh: `第 ${epoch} 轮第 ${step} 步` })}: ${localize(cause)}; ${localize(cure)}`;
}

/** Three significant digits. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(3));
  // JavaScript writes out all digits of numbers up to 1e21.
  return Math.abs(rounded) < 1e6 ? String(rounded) : rounded.toExponential().replace("e+", "e");
}
