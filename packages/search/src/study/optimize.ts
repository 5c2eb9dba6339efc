// The loop of a search: trials one after the other, or some at a time where they wait for something.
import { utils } from "torchlet";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount, refuse } from "./messages.js";
import { type Objective, runTrial } from "./run-trial.js";
import type { Study } from "./study.js";

/** A class of errors. */
type ErrorClass = abstract new (...args: never[]) => unknown;

/** Options of `study.optimize`. */
export interface OptimizeOptions {
  /** How many trials this call runs, whatever their end. Default: no limit. */
  readonly nTrials?: number;
  /** How many trials the study has in all, however many share it; resolves when all of them have ended. Default: no limit. */
  readonly totalTrials?: number;
  /** Seconds after which no more trials begin. Default: no limit. */
  readonly timeout?: number;
  /**
   * Lets no more trials begin, and is `trial.signal` of those that run: an objective that throws then is run again when the search goes on;
   * one that ends all the same counts. The search resolves.
   */
  readonly signal?: AbortSignal;
  /** Errors of the objective that fail the trial without ending the search: true for all, or their classes. Default: none. */
  readonly catch?: boolean | readonly ErrorClass[];
  /** Told each ended trial, one after the other, in the order in which they ended. */
  readonly callbacks?: readonly ((study: Study, trial: TrialRecord) => void | Promise<void>)[];
  /** How many trials run at a time in this thread: for objectives that wait (for a server, for threads). Default: 1. */
  readonly jobs?: number;
}

function isCaught(error: unknown, taken: boolean | readonly ErrorClass[]): boolean {
  return typeof taken === "boolean" ? taken : taken.some((it) => error instanceof it);
}

/** What `study.optimize` does; its doc comment says how. */
export async function optimize(
  study: Study,
  objective: Objective,
  options: OptimizeOptions,
  isStopped: () => boolean,
): Promise<void> {
  const { nTrials, totalTrials, timeout, signal, callbacks = [], jobs = 1 } = options;
  const path = "study.optimize";
  if (typeof objective !== "function") {
    refuse(
      "objective",
      path,
      `the objective must be a function, got ${typeof objective}`,
      `目标必须是函数，得到 ${typeof objective}`,
      {
        received: objective,
      },
    );
  }
  if (nTrials !== undefined) checkCount(path, "nTrials", nTrials, 0);
  if (totalTrials !== undefined) checkCount(path, "totalTrials", totalTrials, 0);
  checkCount(path, "jobs", jobs, 1);
  if (timeout !== undefined && !(timeout >= 0)) {
    refuse(
      "timeout",
      path,
      `timeout must not be negative (seconds), got ${timeout}`,
      `timeout 不能为负（秒），得到 ${timeout}`,
      {
        received: timeout,
      },
    );
  }
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout * 1000;
  let begun = 0;
  let failure: { error: unknown } | null = null;
  let told: Promise<void> = Promise.resolve();
  const halted = () => failure !== null || isStopped() || signal?.aborted === true || performance.now() >= deadline;
  const fail = (error: unknown) => {
    failure ??= { error };
    study.session.wake();
  };
  const tell = async (trial: TrialRecord) => {
    for (const callback of callbacks) await callback(study, trial);
  };

  async function worker(): Promise<void> {
    while (!halted() && begun < (nTrials ?? Number.POSITIVE_INFINITY)) {
      begun++;
      const outcome = await runTrial(study, objective, {
        limit: totalTrials ?? null,
        halted,
        ...(signal && { signal }),
      });
      if (outcome.kind === "full" || outcome.kind === "stopped") return;
      if (outcome.kind === "ended") {
        if ("error" in outcome && !isCaught(outcome.error, options.catch ?? false)) fail(outcome.error);
        await (told = told.then(() => tell(outcome.trial)));
      } else {
        begun--;
      }
      await utils.data.breathe();
    }
  }

  const timer = Number.isFinite(deadline) ? setTimeout(() => study.session.wake(), (timeout ?? 0) * 1000) : undefined;
  try {
    await Promise.all(Array.from({ length: jobs }, () => worker().catch(fail)));
  } finally {
    clearTimeout(timer);
  }
  if (failure !== null) throw (failure as { error: unknown }).error;
}
