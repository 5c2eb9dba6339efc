// The study as users see it.
import { bestOf, paretoFront } from "../analysis/pareto.js";
import type { ParameterValue, SearchSpace } from "../core/distributions.js";
import type { EventLog } from "../core/event-log.js";
import type { Pruner } from "../core/pruner.js";
import type { Sampler } from "../core/sampler.js";
import type { Direction, Json, TrialRecord } from "../core/trial-record.js";
import { MemoryLog } from "../memory-log.js";
import { MedianPruner } from "../pruners/percentile.js";
import { TPESampler } from "../samplers/tpe.js";
import { checkCount, refuse, type WarningListener, warnOnConsole } from "./messages.js";
import { type OptimizeOptions, optimize } from "./optimize.js";
import { beginTrial, endOf, finishTrial, type Objective, type TrialEnd } from "./run-trial.js";
import { createId, type LossDetector, StudySession } from "./session.js";
import type { StudyHeader } from "./state.js";
import { Trial, type TrialHost } from "./trial.js";

/** What opening a study takes, new or not. */
export interface StudyOptions {
  /** Default: `TPESampler`. */
  readonly sampler?: Sampler;
  /** Asked by `trial.shouldPrune()` only. Default: `MedianPruner`, as in Optuna. */
  readonly pruner?: Pruner;
  /** Who claims trials; must differ among all that share the log. Default: a new random identifier. */
  readonly worker?: string;
  /** Seconds without a sign of life after which another worker's trial is given to somebody else. Default: 60. */
  readonly lease?: number;
  /** Tells that another worker is gone, where there is a better way than the lease. */
  readonly lost?: LossDetector;
  /** Default: `console.warn`. */
  readonly onWarning?: WarningListener;
}

/** Options of `createStudy`. */
export interface CreateStudyOptions extends StudyOptions {
  readonly name?: string;
  /** Default: "minimize". */
  readonly direction?: Direction;
  /** For several objectives, instead of `direction`. */
  readonly directions?: readonly Direction[];
  /** Everything random follows from it. Default: a random one, which `study.seed` tells. */
  readonly seed?: number;
  /**
   * A trial sees the results of those up to `window` before it and of no later one: the same seed then gives the same trials however many
   * run at a time, up to `window`. Default: null, everything known is seen.
   */
  readonly window?: number | null;
  /** Default: memory. */
  readonly log?: EventLog;
  /** After how many lost workers a trial fails. Default: 3. */
  readonly maxAttempts?: number;
  /** Go on with the study that the log holds; its own seed, window and name stay. Default: false, such a log is refused. */
  readonly loadIfExists?: boolean;
}

/** Options of `loadStudy`. */
export interface LoadStudyOptions extends StudyOptions {
  readonly log: EventLog;
}

/** A search for the best parameters: its trials, and who chooses the next ones. Made by `createStudy` and `loadStudy`. */
export class Study implements TrialHost {
  readonly session: StudySession;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly warn: WarningListener;
  /** Trials of `ask` that were not told yet. */
  readonly #asked = new Map<number, Trial>();
  #optimizing: { stopped: boolean } | null = null;

  /** @internal use `createStudy` or `loadStudy` */
  constructor(session: StudySession, options: StudyOptions) {
    this.session = session;
    this.sampler = options.sampler ?? new TPESampler();
    this.pruner = options.pruner ?? new MedianPruner();
    this.warn = options.onWarning ?? warnOnConsole;
  }

  get #header(): StudyHeader {
    return this.session.state.header;
  }

  get name(): string {
    return this.#header.name;
  }

  get directions(): readonly Direction[] {
    return this.#header.directions;
  }

  /** @throws ValueError where there are several */
  get direction(): Direction {
    this.#checkSingle("direction", "directions");
    return this.#header.directions[0]!;
  }

  get seed(): number {
    return this.#header.seed;
  }

  get window(): number | null {
    return this.#header.window;
  }

  /** All trials known here, by number. Trials that run go on changing in it. */
  get trials(): readonly TrialRecord[] {
    return this.session.state.trials.slice();
  }

  get userAttributes(): Readonly<Record<string, Json>> {
    return this.session.state.userAttributes;
  }

  /**
   * The completed trial with the best value; the earliest of equals.
   *
   * @throws ValueError where no trial has completed, and for several objectives
   */
  get bestTrial(): TrialRecord {
    this.#checkSingle("bestTrial", "bestTrials");
    const best = bestOf(this.trials, this.direction);
    if (best !== null) return best;
    return refuse("no-trials", "study.bestTrial", "no trial has completed yet", "还没有完成的试验", {
      received: `${this.trials.length} trials`,
    });
  }

  get bestParams(): Readonly<Record<string, ParameterValue>> {
    return this.bestTrial.params;
  }

  get bestValue(): number {
    return this.bestTrial.values![0]!;
  }

  /** The Pareto front: completed trials that no other one beats in all objectives, by number. */
  get bestTrials(): readonly TrialRecord[] {
    return paretoFront(this.trials, this.directions);
  }

  /** Reads what others have done. `optimize`, `ask` and `tell` do so by themselves. */
  refresh(): Promise<void> {
    return this.session.refresh();
  }

  /**
   * Runs trials: until there are `nTrials` more, the time is over, the study is full, or somebody stops it.
   *
   * What an objective throws fails its trial, is recorded, and ends the search with that error unless `catch` takes it; nothing that was found
   * is lost. `TrialPruned` prunes, NaN fails without ending the search.
   *
   * @throws what an objective throws; ValueError for bad options; DataError where the log fails
   *
   * @example
   * const study = await createStudy({ seed: 0 });
   * await study.optimize((trial) => (trial.suggestFloat("x", -10, 10) - 2) ** 2, { nTrials: 100 });
   * study.bestParams; // { x: 2.0... }
   */
  async optimize(objective: Objective, options: OptimizeOptions = {}): Promise<void> {
    if (this.#optimizing !== null) {
      refuse("optimizing", "study.optimize", "this study is being optimized already", "该研究正在优化中", {
        hint: { en: "wait for it, or use the option jobs", zh: "请等待其结束，或使用 jobs 选项" },
      });
    }
    const running = { stopped: false };
    this.#optimizing = running;
    try {
      await optimize(this, objective, options, () => running.stopped);
    } finally {
      this.#optimizing = null;
    }
  }

  /** Lets no more trials begin in the running `optimize`; those that run end. For callbacks and objectives. */
  stop(): void {
    if (this.#optimizing === null) {
      refuse("not-optimizing", "study.stop", "nothing runs that could be stopped", "没有正在运行的优化可以停止");
    }
    this.#optimizing.stopped = true;
    this.session.wake();
  }

  /**
   * Begins a trial by hand; `tell` ends it.
   *
   * @param space parameters to be suggested at once
   * @throws ValueError where the study is full (a grid that is exhausted), or its window waits for trials that were asked for and not told
   *
   * @example
   * const trial = await study.ask();
   * const x = trial.suggestFloat("x", 0, 1);
   * await study.tell(trial, (x - 0.3) ** 2);
   */
  async ask(space: SearchSpace = {}): Promise<Trial> {
    const trial = await beginTrial(this, { waitForOthers: false, throwIfBlocked: true });
    if (!(trial instanceof Trial)) {
      if (trial === "full") refuse("study-full", "study.ask", "the study has all its trials", "该研究已有全部试验");
      const hint = { en: "tell their values first", zh: "请先告知它们的值" };
      refuse(
        "study-blocked",
        "study.ask",
        `with a window of ${this.window}, earlier trials must end first`,
        `窗口为 ${this.window} 时，须等较早的试验结束`,
        { hint },
      );
    }
    this.#asked.set(trial.number, trial);
    for (const [name, distribution] of Object.entries(space)) trial.suggest(name, distribution);
    return trial;
  }

  /**
   * Ends a trial that `ask` began.
   *
   * @param values the objective's value, one for each direction; left out with a state
   * @param options `state`: "pruned" or "failed"
   * @throws ValueError for a trial that does not run, and for values that do not fit; DataError where the log fails
   */
  async tell(
    trial: Trial | number,
    values?: number | readonly number[] | null,
    options: { readonly state?: TrialEnd["state"]; readonly error?: string } = {},
  ): Promise<TrialRecord> {
    const number = typeof trial === "number" ? trial : trial.number;
    const running = this.#asked.get(number);
    if (running === undefined || !running.isOpen || (trial instanceof Trial && trial !== running)) {
      const state = this.session.state.entries[number]?.record.state;
      refuse(
        "tell",
        "study.tell",
        `trial ${number} must be one that ask of this study began and nobody ended, but it ${state === undefined ? "does not exist" : `is ${state}`}`,
        `试验 ${number} 必须由本研究的 ask 开始且尚未结束，但它${state === undefined ? "不存在" : `的状态为 ${state}`}`,
        { received: state ?? null },
      );
    }
    const { state = "complete" } = options;
    let end: TrialEnd;
    if (state === "complete") {
      end = endOf(this, values);
    } else {
      if (values !== undefined && values !== null) {
        refuse("tell-values", "study.tell", `a trial that is ${state} has no values`, `状态为 ${state} 的试验没有值`, {
          received: values,
        });
      }
      end = { state, values: null, ...(options.error !== undefined && { error: options.error }) };
    }
    const record = await finishTrial(this, running, end);
    this.#asked.delete(number);
    if (record !== null) return record;
    return refuse(
      "tell-lost",
      "study.tell",
      `trial ${number} was taken for lost and given to another worker`,
      `试验 ${number} 被认为已丢失，已交给其他工作者`,
      { hint: { en: "raise the option lease", zh: "请增大 lease 选项" } },
    );
  }

  /**
   * Puts a trial first in line: trial and error by hand, or what is known to be good. Parameters that are not named are drawn.
   *
   * @param options `userAttributes`; `skipIfExists` (default false): not where a trial of these values exists
   * @throws ValueError for values that cannot be parameters
   *
   * @example
   * await study.enqueueTrial({ lr: 0.1, width: 256 });
   */
  async enqueueTrial(
    params: Readonly<Record<string, ParameterValue>>,
    options: { readonly userAttributes?: Readonly<Record<string, Json>>; readonly skipIfExists?: boolean } = {},
  ): Promise<void> {
    const { userAttributes, skipIfExists = false } = options;
    for (const [name, value] of Object.entries(params)) {
      if (value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value)) continue;
      refuse(
        "enqueued",
        "study.enqueueTrial",
        `${name} must be a finite number, a string, a boolean or null, got ${String(value)}`,
        `${name} 必须是有限数、字符串、布尔值或 null，得到 ${String(value)}`,
        { received: value },
      );
    }
    if (skipIfExists) {
      await this.refresh();
      if (this.session.state.entries.some((entry) => hasParams(entry.enqueued ?? entry.record.params, params))) return;
    }
    await this.session.append({ type: "enqueued", params: { ...params }, ...(userAttributes && { userAttributes }) });
    await this.refresh();
  }

  /** Keeps something with the study. */
  async setUserAttr(key: string, value: Json): Promise<void> {
    await this.session.append({ type: "attribute", key, value });
    await this.refresh();
  }

  /** Closes the log. Trials that were asked for and not told wait for whoever opens the study next. */
  async close(): Promise<void> {
    for (const trial of this.#asked.values()) {
      trial.close();
      await this.session.abandon(trial.claim, "the study was closed", { returned: true });
    }
    this.#asked.clear();
    await this.session.flush();
    await this.session.log.close();
  }

  #checkSingle(what: string, instead: string): void {
    if (this.directions.length === 1) return;
    const hint = { en: `use study.${instead}`, zh: `请用 study.${instead}` };
    refuse("objectives", `study.${what}`, "the study has several objectives", "该研究有多个目标", { hint });
  }
}

function hasParams(
  have: Readonly<Record<string, ParameterValue>>,
  wanted: Readonly<Record<string, ParameterValue>>,
): boolean {
  const names = Object.keys(wanted);
  return names.length === Object.keys(have).length && names.every((name) => have[name] === wanted[name]);
}

function createSession(log: EventLog, options: StudyOptions, path: string): StudySession {
  const { worker = createId(), lease = 60, lost } = options;
  if (!(lease > 0)) {
    refuse("lease", path, `lease must be positive (seconds), got ${lease}`, `lease 必须为正（秒），得到 ${lease}`, {
      received: lease,
    });
  }
  return new StudySession(log, { worker, lease, ...(lost && { lost }) });
}

function directionsOf(options: CreateStudyOptions): readonly Direction[] {
  const { direction, directions } = options;
  if (direction !== undefined && directions !== undefined) {
    refuse(
      "directions",
      "createStudy",
      "give direction or directions, not both",
      "direction 与 directions 只能给出一个",
    );
  }
  const all = directions ?? [direction ?? "minimize"];
  const wrong = all.find((it) => it !== "minimize" && it !== "maximize");
  if (all.length === 0 || wrong !== undefined) {
    refuse(
      "directions",
      "createStudy",
      `a direction must be "minimize" or "maximize", got ${JSON.stringify(wrong ?? all)}`,
      `方向必须是 "minimize" 或 "maximize"，得到 ${JSON.stringify(wrong ?? all)}`,
      { expected: ["minimize", "maximize"], received: wrong ?? all },
    );
  }
  return [...all];
}

/**
 * Begins a study.
 *
 * @throws ValueError for bad options, and where the log holds a study already (unless `loadIfExists`); DataError where the log fails
 *
 * @example
 * const study = await createStudy({ direction: "maximize", sampler: new samplers.RandomSampler(), seed: 0 });
 */
export async function createStudy(options: CreateStudyOptions = {}): Promise<Study> {
  const directions = directionsOf(options);
  const { name = "study", seed = Math.floor(Math.random() * 0x1_0000_0000), window = null, maxAttempts = 3 } = options;
  const { log = new MemoryLog(), loadIfExists = false } = options;
  checkCount("createStudy", "seed", seed, 0);
  if (window !== null) checkCount("createStudy", "window", window, 1);
  checkCount("createStudy", "maxAttempts", maxAttempts, 1);
  const session = createSession(log, options, "createStudy");
  await session.refresh();
  const created: StudyHeader = {
    type: "created",
    version: 1,
    name,
    directions,
    seed,
    window,
    maxAttempts,
    at: Date.now(),
  };
  let mine = false;
  if (!session.state.exists) {
    await session.append(created);
    await session.refresh();
    mine = sameHeader(session.state.header, created);
  }
  if (!mine) checkExisting(session.state.header, directions, loadIfExists);
  return new Study(session, options);
}

function sameHeader(a: StudyHeader, b: StudyHeader): boolean {
  return a.name === b.name && a.seed === b.seed && a.at === b.at && a.directions.join() === b.directions.join();
}

function checkExisting(header: StudyHeader, directions: readonly Direction[], loadIfExists: boolean): void {
  if (!loadIfExists) {
    refuse(
      "study-exists",
      "createStudy",
      `the log holds a study already ("${header.name}")`,
      `日志中已有一个研究（“${header.name}”）`,
      { hint: { en: "use loadStudy, or loadIfExists", zh: "请用 loadStudy，或选项 loadIfExists" } },
    );
  }
  if (header.directions.join() !== directions.join()) {
    refuse(
      "study-directions",
      "createStudy",
      `the study in the log has the directions ${header.directions.join(", ")}, not ${directions.join(", ")}`,
      `日志中研究的方向为 ${header.directions.join("、")}，而非 ${directions.join("、")}`,
      { expected: header.directions, received: directions },
    );
  }
}

/**
 * Opens the study that a log holds, to go on with it or to look at it.
 *
 * @throws DataError where the log holds none, or one of a newer version
 *
 * @example
 * const study = await loadStudy({ log: new MemoryLog(events) });
 */
export async function loadStudy(options: LoadStudyOptions): Promise<Study> {
  const session = createSession(options.log, options, "loadStudy");
  await session.refresh();
  // Asks for the header now: a study without one is an error here, not later.
  void session.state.header;
  return new Study(session, options);
}
