import type { StudyEvent, TrialRecord } from "@torchlet/search/node";

interface Settings {
  readonly totalTrials: number;
  readonly seed: number;
  readonly window: number | null;
}

export interface KilledStudy {
  readonly events: readonly StudyEvent[];
  readonly trials: readonly TrialRecord[];
  readonly results: readonly unknown[];
  readonly killed: readonly number[];
  readonly failures: readonly string[];
  readonly noted: readonly string[];
}

export function runAlone(settings: Settings): Promise<readonly unknown[]>;
export function killStudy(
  settings: Settings & {
    readonly path: string;
    readonly notes: string;
    readonly processes: number;
    readonly kills: number;
    readonly milliseconds: number;
  },
): Promise<KilledStudy>;
export function findFaults(
  killed: KilledStudy,
  expected: readonly unknown[],
): { readonly faults: readonly string[]; readonly lost: number };
