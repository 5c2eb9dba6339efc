// One trial against a log, from the claim to the end. Whatever runs trials (a loop, threads, machines) is built on this.
import { isFinished, type TrialRecord } from "../core/trial-record.js";
import { TrialLost } from "./lost.js";
import { refuse } from "./messages.js";
import { isPruned } from "./pruned.js";
import { createId } from "./session.js";
import { Trial, type TrialHost } from "./trial.js";

/** What a search optimizes: a value, or one for each direction; sooner or later. */
export type Objective = (trial: Trial) => number | readonly number[] | Promise<number | readonly number[]>;

/** Options of `beginTrial` and `runTrial`. */
export interface RunOptions {
  /** How many trials the study has in all; null (default): no limit. Trials enqueued by hand and taken back ones are run in any case. */
  readonly limit?: number | null;
  /** Ends waiting, and is handed to the objective. */
  readonly signal?: AbortSignal;
  /** Says that no trial should begin any more: asked before each, and while waiting for others. */
  readonly halted?: () => boolean;
  /**
   * Where the study is full and other workers still run: wait until their trials have ended, and take those that are lost (default true).
   */
  readonly waitForOthers?: boolean;
}

/** Why there is no trial to run. `full`: the study has all its trials; `stopped`: aborted or halted; `blocked`: the window waits for trials of this process. */
export type NoTrial = "full" | "stopped" | "blocked";

/** How running one trial went. */
export type RunOutcome =
  /** `error`: what the objective threw, or what was wrong with what it returned. */
  | { readonly kind: "ended"; readonly trial: TrialRecord; readonly error?: unknown }
  /** Given back on a signal: it waits, and is run again when the search goes on. */
  | { readonly kind: "returned"; readonly number: number }
  /** Others took this worker for lost and gave the trial to somebody else: this result counts nowhere. */
  | { readonly kind: "superseded"; readonly number: number }
  /** The thread that ran it is gone (`TrialLost`): it waits for another attempt. */
  | { readonly kind: "lost"; readonly number: number; readonly error: TrialLost }
  | { readonly kind: "full" }
  | { readonly kind: "stopped" };

/** Milliseconds after which a waiting worker looks again, whatever the log says. */
const LOOK_AGAIN = 1000;

const never = new AbortController().signal;

/** Whether a trial may be planned: with a window, the earlier ones are planned and those outside of it have ended. */
function isReady(host: TrialHost, number: number): boolean {
  const { state } = host.session;
  const { window } = state.header;
  return window === null || (state.plannedPrefix >= number && state.endedPrefix > number - window);
}

/**
 * Claims a trial, waits until the window lets it begin, and plans it.
 *
 * @throws DataError where the log fails
 */
export async function beginTrial(
  host: TrialHost,
  options: RunOptions & { readonly throwIfBlocked?: boolean } = {},
): Promise<Trial | NoTrial> {
  const { signal = never, halted = () => false, waitForOthers = true, throwIfBlocked = false } = options;
  const { session, sampler } = host;
  const { state } = session;
  const stopped = () => signal.aborted || halted();
  const wake = () => session.wake();
  signal.addEventListener("abort", wake);
  try {
    await session.refresh();
    while (!stopped()) {
      await session.reclaim();
      const limit = limitOf(options.limit ?? null, sampler.trialLimit, state.enqueuedCount);
      const next = state.firstWaiting ?? state.entries.length;
      if (state.firstWaiting === null && limit !== null && next >= limit) {
        if (!waitForOthers || session.foreignClaims.length === 0) return "full";
        await session.changed(LOOK_AGAIN);
        continue;
      }
      if (!isReady(host, next)) {
        if (throwIfBlocked && session.foreignClaims.length === 0) return "blocked";
        await session.changed(LOOK_AGAIN);
        continue;
      }
      const claim = createId();
      session.held.add(claim);
      let trial: Trial | null = null;
      try {
        await session.append({ type: "claimed", claim, worker: session.worker, at: Date.now(), limit });
        await session.refresh();
        trial = await settleClaim(host, claim, signal, stopped);
      } finally {
        if (trial === null) session.held.delete(claim);
      }
      if (trial !== null) return trial;
    }
    return "stopped";
  } finally {
    signal.removeEventListener("abort", wake);
  }
}

/** From a claim to a planned trial; null where the claim came to nothing. */
async function settleClaim(
  host: TrialHost,
  claim: string,
  signal: AbortSignal,
  stopped: () => boolean,
): Promise<Trial | null> {
  const { session } = host;
  const { state } = session;
  for (;;) {
    const held = state.claimOf(claim);
    if (held?.status !== "active") return null;
    const number = held.number!;
    const ready = isReady(host, number);
    // What is claimed and may begin begins, even if the time is over by now: it would wait for the next search otherwise.
    if (signal.aborted || (!ready && stopped())) {
      await session.abandon(claim, "stopped before it began", { returned: true });
      return null;
    }
    if (ready) {
      const trial = new Trial(host, state.entries[number]!, claim, signal);
      try {
        trial.plan();
      } catch (error) {
        // A sampler's mistake is not the trial's.
        trial.close();
        await session.abandon(claim, "the sampler failed", { returned: true });
        throw error;
      }
      return trial;
    }
    // Others were faster. Where what this trial waits for waits itself, somebody has to run that first.
    if (state.firstWaiting !== null && state.firstWaiting < number) {
      await session.abandon(claim, "an earlier trial waits", { returned: true });
      return null;
    }
    session.renew();
    await session.changed(LOOK_AGAIN);
    await session.reclaim();
  }
}

function limitOf(limit: number | null, samplerLimit: number | undefined, enqueued: number): number | null {
  // A grid's points are for trials that nobody enqueued.
  const grid = samplerLimit === undefined ? null : samplerLimit + enqueued;
  if (limit === null || grid === null) return limit ?? grid;
  return Math.min(limit, grid);
}

/** What a trial came to. */
export interface TrialEnd {
  readonly state: "complete" | "pruned" | "failed";
  readonly values: readonly number[] | null;
  readonly error?: string;
}

/** Keeps the end of a trial; null where the claim had been given up by others. */
export async function finishTrial(host: TrialHost, trial: Trial, end: TrialEnd): Promise<TrialRecord | null> {
  const { session } = host;
  trial.close();
  const { claim } = trial;
  session.held.delete(claim);
  await session.append({ type: "finished", claim, ...end, at: Date.now() });
  await session.refresh();
  return session.state.claimOf(claim)?.status === "finished" ? session.state.entries[trial.number]!.record : null;
}

/**
 * The end that an objective's result means: NaN fails a trial, as in Optuna.
 *
 * @throws ValueError for what is no number, and for another number of values than there are directions
 */
export function endOf(host: TrialHost, result: unknown): TrialEnd {
  const { directions } = host.session.state.header;
  const values: readonly unknown[] = Array.isArray(result) ? result : [result];
  const wrong = values.find((value) => typeof value !== "number");
  if (values.length > 0 && values.some((value) => typeof value !== "number")) {
    const en = `the objective must give ${directions.length === 1 ? "a number" : `${directions.length} numbers`}, got ${describeValue(wrong)}`;
    const zh = `目标函数必须返回 ${directions.length} 个数，得到 ${describeValue(wrong)}`;
    refuse("objective-value", "study", en, zh, { received: result });
  }
  if (values.length !== directions.length) {
    refuse(
      "objective-count",
      "study",
      `the objective must give one value for each direction (${directions.length}), got ${values.length}`,
      `目标函数必须为每个方向（共 ${directions.length} 个）给出一个值，得到 ${values.length} 个`,
      { expected: directions.length, received: values.length },
    );
  }
  if (values.some(Number.isNaN)) return { state: "failed", values: null, error: "the value is NaN" };
  return { state: "complete", values: values as readonly number[] };
}

function describeValue(value: unknown): string {
  return typeof value === "object" && value !== null ? (value.constructor?.name ?? "object") : String(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/**
 * Runs exactly one trial of a study: claim, plan, objective, end.
 *
 * @throws DataError where the log fails; never what the objective throws, which is in the outcome
 *
 * @example
 * const outcome = await runTrial(study, objective, { limit: 40 });
 * if (outcome.kind === "full") return;
 */
export async function runTrial(host: TrialHost, objective: Objective, options: RunOptions = {}): Promise<RunOutcome> {
  const trial = await beginTrial(host, options);
  if (trial === "full") return { kind: "full" };
  if (trial === "stopped" || trial === "blocked") return { kind: "stopped" };
  const { session } = host;
  // Keeps the lease while an objective waits; one that never pauses renews it with its reports.
  const renewal = setInterval(() => session.renew(), Math.max(10, (session.lease * 1000) / 6));
  let end: TrialEnd;
  let thrown: { error: unknown } | null = null;
  try {
    end = endOf(host, await objective(trial));
  } catch (error) {
    if (isPruned(error)) {
      end = { state: "pruned", values: null };
    } else if (trial.signal.aborted) {
      trial.close();
      await session.abandon(trial.claim, "interrupted", { returned: true });
      const { status } = session.state.claimOf(trial.claim)!;
      const isWaiting = status === "abandoned" && !isFinished(session.state.entries[trial.number]!.record);
      return { kind: isWaiting ? "returned" : "superseded", number: trial.number };
    } else if (error instanceof TrialLost) {
      trial.close();
      await session.abandon(trial.claim, error.message);
      const { record } = session.state.entries[trial.number]!;
      if (record.state === "failed") return { kind: "ended", trial: record, error };
      return { kind: "lost", number: trial.number, error };
    } else {
      thrown = { error };
      end = { state: "failed", values: null, error: messageOf(error) };
    }
  } finally {
    clearInterval(renewal);
  }
  const record = await finishTrial(host, trial, end);
  if (record === null) return { kind: "superseded", number: trial.number };
  return { kind: "ended", trial: record, ...(thrown ?? {}) };
}
