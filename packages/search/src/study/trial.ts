// The trial as the objective sees it: asks for values, reports how it goes.
import { contains, type Distribution, isSingle, type ParameterValue, sameDistribution } from "../core/distributions.js";
import type { Pruner } from "../core/pruner.js";
import { deriveSeed, type Random, randomOf } from "../core/random.js";
import type { Sampler, SamplingContext } from "../core/sampler.js";
import type { Json, TrialRecord } from "../core/trial-record.js";
import { createWarning, refuse, type WarningListener } from "./messages.js";
import type { StudySession } from "./session.js";
import { Suggesting } from "./suggesting.js";
import { createRecord, insertStep, type MutableRecord, type Suggestions, type TrialEntry } from "./trial-entry.js";
import { TrialView } from "./view.js";

/** What a trial needs of its study. */
export interface TrialHost {
  readonly session: StudySession;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly warn: WarningListener;
}

/** What streams of one trial are for: none may share numbers with another. */
const Salt = { plan: 1, objective: 2, parameter: 3 } as const;

function hashOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = deriveSeed(hash, character.codePointAt(0)!);
  return hash;
}

/** A running trial. Made by `study.optimize` and `study.ask`. */
export class Trial extends Suggesting {
  /** 0, 1, 2, ... in the order in which trials began. */
  readonly number: number;
  /** The claim in the study's log under which this process runs the trial. */
  readonly claim: string;
  /** Aborted when the search is to stop: an objective that throws then is run again when the search goes on. */
  readonly signal: AbortSignal;
  readonly #host: TrialHost;
  readonly #entry: TrialEntry;
  readonly #record: MutableRecord;
  #plan: Suggestions | null = null;
  #open = true;

  constructor(host: TrialHost, entry: TrialEntry, claim: string, signal: AbortSignal) {
    super();
    this.#host = host;
    this.#entry = entry;
    this.claim = claim;
    this.signal = signal;
    this.number = entry.record.number;
    const { startedAt, attempts, worker, userAttributes } = entry.record;
    this.#record = {
      ...createRecord(this.number),
      state: "running",
      startedAt,
      attempts,
      worker,
      userAttributes: { ...userAttributes },
    };
  }

  /**
   * A seed of the trial's own, from the study's seed and the trial's number: a trial that is run again gives the same.
   *
   * @example
   * torch.manualSeed(trial.seed);
   */
  get seed(): number {
    return deriveSeed(this.#host.session.state.header.seed, this.number, Salt.objective);
  }

  /** What was suggested so far. */
  get params(): Readonly<Record<string, ParameterValue>> {
    return this.#record.params;
  }

  get distributions(): Readonly<Record<string, Distribution>> {
    return this.#record.distributions;
  }

  get userAttributes(): Readonly<Record<string, Json>> {
    return this.#record.userAttributes;
  }

  /** The trial as data, as it stands. */
  get record(): TrialRecord {
    return this.#record;
  }

  override suggest(name: string, distribution: Distribution): ParameterValue {
    this.#checkOpen(`suggest("${name}")`);
    // Objects keep what is named like this to themselves.
    if (typeof name !== "string" || name === "" || name === "__proto__") {
      const received = JSON.stringify(name);
      refuse(
        "parameter-name",
        "suggest",
        `a parameter must have a name, got ${received}`,
        `参数必须有名称，得到 ${received}`,
        {
          received: name,
        },
      );
    }
    const { params, distributions } = this.#record;
    const earlier = Object.hasOwn(distributions, name) ? distributions[name]! : this.#known(name);
    if (earlier !== undefined) checkCompatible(name, earlier, distribution);
    if (Object.hasOwn(params, name)) {
      if (!sameDistribution(distributions[name]!, distribution)) {
        this.#host.warn(
          createWarning("suggested-twice", {
            en: `trial ${this.number} asks for ${name} again with another range; it gets the value it has, ${String(params[name])}`,
            zh: `试验 ${this.number} 以不同的范围再次请求 ${name}；仍给出已有的值 ${String(params[name])}`,
          }),
        );
      }
      return params[name]!;
    }
    const value = this.#choose(name, distribution);
    params[name] = value;
    distributions[name] = distribution;
    this.#host.session.post({ type: "suggested", claim: this.claim, name, distribution, value });
    return value;
  }

  /**
   * Says how the trial goes: the objective's value so far, at a step (an epoch), for `shouldPrune` and for charts.
   *
   * @param step an integer from 0 on; of two reports of one step the first counts
   * @throws ValueError for a step that is no such integer, for studies with several objectives, after the trial's end
   */
  report(value: number, step: number): void {
    this.#checkOpen("report");
    const { session, warn } = this.#host;
    if (session.state.header.directions.length > 1) {
      refuse(
        "report-objectives",
        "report",
        "pruning knows one objective, and this study has several",
        "剪枝只支持单个目标，而该研究有多个目标",
        { received: session.state.header.directions },
      );
    }
    if (typeof value !== "number") {
      refuse(
        "report-value",
        "report",
        `the value must be a number, got ${typeof value}`,
        `值必须是数，得到 ${typeof value}`,
        {
          received: value,
        },
      );
    }
    if (!Number.isSafeInteger(step) || step < 0) {
      refuse(
        "report-step",
        "report",
        `the step must be an integer of at least 0, got ${String(step)}`,
        `步数必须是不小于 0 的整数，得到 ${String(step)}`,
        { expected: ">= 0", received: step },
      );
    }
    session.renew();
    if (this.#record.intermediate.has(step)) {
      warn(
        createWarning("reported-twice", {
          en: `trial ${this.number} reports step ${step} again; the first value stays`,
          zh: `试验 ${this.number} 再次报告第 ${step} 步；保留第一个值`,
        }),
      );
      return;
    }
    this.#record.intermediate = insertStep(this.#record.intermediate, step, value);
    session.post({ type: "reported", claim: this.claim, step, value });
  }

  /**
   * Whether the study's pruner thinks that the trial is not worth going on; asked after `report`.
   *
   * @example
   * if (trial.shouldPrune()) throw new TrialPruned();
   */
  shouldPrune(): boolean {
    this.#checkOpen("shouldPrune");
    const { session, pruner } = this.#host;
    session.refreshNow();
    return pruner.shouldPrune(new TrialView(session.state, this.number), this.#record);
  }

  /** Keeps something with the trial: a count of parameters, the name of a file. */
  setUserAttr(key: string, value: Json): void {
    this.#checkOpen("setUserAttr");
    this.#record.userAttributes[key] = value;
    this.#host.session.post({ type: "attribute", claim: this.claim, key, value });
  }

  /** Draws the relative space, unless an earlier claim has, and tells the others. */
  plan(): void {
    this.#plan = this.#entry.planned;
    if (this.#plan !== null) return;
    const { session, sampler } = this.#host;
    const context = this.#context(randomOf(session.state.header.seed, this.number, Salt.plan));
    const distributions = sampler.relativeSpace(context);
    const drawn = sampler.sampleRelative(context, distributions);
    const params: Record<string, ParameterValue> = {};
    for (const [name, distribution] of Object.entries(distributions)) {
      const value = this.#enqueued(name, distribution) ?? drawn[name];
      if (value === undefined || !contains(distribution, value)) continue;
      params[name] = value;
    }
    const planned = Object.fromEntries(Object.keys(params).map((name) => [name, distributions[name]!]));
    this.#plan = { params, distributions: planned };
    session.post({ type: "planned", claim: this.claim, params, distributions: planned });
  }

  /** No more words from the objective. */
  close(): void {
    this.#open = false;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  #choose(name: string, distribution: Distribution): ParameterValue {
    if (isSingle(distribution))
      return distribution.kind === "categorical" ? distribution.choices[0]! : distribution.low;
    const enqueued = this.#enqueued(name, distribution);
    if (enqueued !== undefined) return enqueued;
    if (this.#entry.enqueued !== null && Object.hasOwn(this.#entry.enqueued, name)) {
      const value = String(this.#entry.enqueued[name]);
      this.#host.warn(
        createWarning("enqueued-value", {
          en: `trial ${this.number} was enqueued with ${name} = ${value}, which is not in its range; a value is drawn instead`,
          zh: `试验 ${this.number} 入队时 ${name} = ${value}，不在其范围内；改为抽取一个值`,
        }),
      );
    }
    for (const { params } of [this.#entry.kept, this.#plan ?? { params: {} as Suggestions["params"] }]) {
      if (Object.hasOwn(params, name) && contains(distribution, params[name]!)) return params[name]!;
    }
    const { session, sampler } = this.#host;
    // A stream for each name: what an objective asks for first does not change what it gets next.
    const random = randomOf(session.state.header.seed, this.number, Salt.parameter, hashOf(name));
    const value = sampler.sampleIndependent(this.#context(random), name, distribution);
    if (!contains(distribution, value)) {
      refuse(
        "sampler-value",
        `sampler ${sampler.name}`,
        `the value for ${name} must be in its range, got ${String(value)}`,
        `${name} 的值必须在其范围内，得到 ${String(value)}`,
        { expected: distribution, received: value },
      );
    }
    return value;
  }

  #enqueued(name: string, distribution: Distribution): ParameterValue | undefined {
    const { enqueued } = this.#entry;
    if (enqueued === null || !Object.hasOwn(enqueued, name)) return undefined;
    return contains(distribution, enqueued[name]!) ? enqueued[name] : undefined;
  }

  #context(random: Random): SamplingContext {
    const { session, pruner } = this.#host;
    const view = new TrialView(session.state, this.number);
    const study = pruner.viewFor?.(view, this.#record) ?? view;
    return { study, trial: this.#record, random, draw: this.#entry.draw };
  }

  #known(name: string): Distribution | undefined {
    return this.#host.session.state.parameters.get(name);
  }

  #checkOpen(what: string): void {
    if (this.#open) return;
    refuse("trial-ended", what, `trial ${this.number} has ended`, `试验 ${this.number} 已结束`, {
      hint: { en: "ask within the objective, before tell", zh: "请在目标函数内、tell 之前使用" },
    });
  }
}

/** Ranges of numbers may change within a study; the kind, the scale and the choices may not. */
function checkCompatible(name: string, earlier: Distribution, now: Distribution): void {
  if (earlier.kind === "categorical" || now.kind === "categorical") {
    if (sameDistribution(earlier, now)) return;
  } else if (earlier.kind === now.kind && earlier.log === now.log) return;
  refuse(
    "parameter-kind",
    `suggest("${name}")`,
    `the parameter must stay what it was in this study (${describe(earlier)}), got ${describe(now)}`,
    `该参数在本研究中必须保持不变（${describe(earlier)}），得到 ${describe(now)}`,
    { expected: earlier, received: now, hint: { en: "give it another name", zh: "请换一个名称" } },
  );
}

function describe(distribution: Distribution): string {
  if (distribution.kind === "categorical") return `categorical ${JSON.stringify(distribution.choices)}`;
  return distribution.kind + (distribution.log ? " log" : "");
}
