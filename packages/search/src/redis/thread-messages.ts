// What a worker process and its threads say to each other.
import type { TrialJob } from "./jobs.js";

/** What a thread is started with. Paths come from the worker's own command line, never from Redis. */
export interface ThreadData {
  readonly modules: readonly string[];
  readonly url: string;
  readonly prefix: string | null;
  readonly connectTimeout: number;
  readonly lease: number;
  /** Who claims trials: this thread, and no other on any machine. */
  readonly worker: string;
}

export type ToThread = { readonly type: "run"; readonly job: TrialJob };

/** What became of a job. `full`: all trials of the study have ended. */
export type JobOutcome =
  | {
      readonly type: "ended";
      readonly number: number;
      readonly state: string;
      readonly values: readonly number[] | null;
    }
  | { readonly type: "full" };

export type FromThread =
  | { readonly type: "ready"; readonly objectives: readonly string[] }
  /** The modules could not be loaded. */
  | { readonly type: "unfit"; readonly message: string }
  | { readonly type: "warning"; readonly text: string }
  | { readonly type: "done"; readonly outcome: JobOutcome }
  /** The job could not be run to its end; `hopeless`: nor will it be when tried again. */
  | { readonly type: "broken"; readonly message: string; readonly hopeless: boolean };
