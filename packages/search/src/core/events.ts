// A study is a list of events. Whoever replays the list gets the same study, in whatever process and on whatever machine.
import type { Distribution, ParameterValue } from "./distributions.js";
import type { Direction, Json } from "./trial-record.js";

/**
 * What happens in a study, in the order of the log; the log's order decides, not clocks.
 *
 * `claim` names one attempt at one trial by one worker (a UUID that the worker makes). Rules of the replay:
 * - `claimed` takes the first waiting trial; where there is none, the next number, unless that reaches `limit` (then the claim is void).
 * - events of a claim that is void, abandoned or finished are ignored: a late result of a worker that was given up counts nowhere.
 * - `enqueued` takes the next number for a trial that waits; so numbers are in the order of first claims even then.
 * - `abandoned` makes the trial wait again with what was planned and suggested for it, but without its intermediate values; after
 *   `maxAttempts` claims that were lost it fails instead. Claims given back by their own workers (`returned`) are not lost ones.
 * - the first `finished` of a claim counts. Then the trial's parameters are those that this claim asked for.
 * - the first report of a step counts.
 */
export type StudyEvent =
  | {
      readonly type: "created";
      /** Format of the log; a reader refuses what is newer. */
      readonly version: 1;
      readonly name: string;
      readonly directions: readonly Direction[];
      readonly seed: number;
      /** Trial n sees results up to n - window only; null: all that is known. */
      readonly window: number | null;
      readonly maxAttempts: number;
      readonly at: number;
    }
  | {
      readonly type: "enqueued";
      readonly params: Readonly<Record<string, ParameterValue>>;
      readonly userAttributes?: Readonly<Record<string, Json>>;
    }
  | {
      readonly type: "claimed";
      readonly claim: string;
      readonly worker: string;
      readonly at: number;
      readonly limit: number | null;
    }
  /** Values chosen together before the objective runs (and those enqueued by hand). */
  | {
      readonly type: "planned";
      readonly claim: string;
      readonly params: Readonly<Record<string, ParameterValue>>;
      readonly distributions: Readonly<Record<string, Distribution>>;
    }
  /** What the objective asked for and got, planned or not. */
  | {
      readonly type: "suggested";
      readonly claim: string;
      readonly name: string;
      readonly distribution: Distribution;
      readonly value: ParameterValue;
    }
  | { readonly type: "reported"; readonly claim: string; readonly step: number; readonly value: number }
  /** Of a trial where there is a claim, else of the study. */
  | { readonly type: "attribute"; readonly claim?: string; readonly key: string; readonly value: Json }
  | {
      readonly type: "finished";
      readonly claim: string;
      readonly state: "complete" | "pruned" | "failed";
      readonly values: readonly number[] | null;
      readonly error?: string;
      readonly at: number;
    }
  /** A sign of life: a claim whose worker gives none for too long may be abandoned. */
  | { readonly type: "renewed"; readonly worker: string; readonly at: number }
  | {
      readonly type: "abandoned";
      readonly claim: string;
      readonly by: string;
      readonly reason: string;
      /** Given back by whoever held it (a signal, a time limit), not lost: does not count as an attempt. */
      readonly returned?: boolean;
      readonly at: number;
    };
