// One trial as the replay keeps it: its record, and what only the replay needs to know.
import type { Distribution, ParameterValue } from "../core/distributions.js";
import type { Json, TrialRecord } from "../core/trial-record.js";

/** Parameters with the distributions that they were drawn from. */
export interface Suggestions {
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly distributions: Readonly<Record<string, Distribution>>;
}

/** A record that is still written to. */
export interface MutableRecord extends TrialRecord {
  state: TrialRecord["state"];
  params: Record<string, ParameterValue>;
  distributions: Record<string, Distribution>;
  values: readonly number[] | null;
  intermediate: Map<number, number>;
  userAttributes: Record<string, Json>;
  error: string | null;
  startedAt: number | null;
  finishedAt: number | null;
  attempts: number;
  worker: string | null;
}

export function createRecord(number: number): MutableRecord {
  return {
    number,
    state: "waiting",
    params: {},
    distributions: {},
    values: null,
    intermediate: new Map(),
    userAttributes: {},
    error: null,
    startedAt: null,
    finishedAt: null,
    attempts: 0,
    worker: null,
  };
}

/** Adds a step in its place, since pruners and charts read steps in order; the first value of a step stays. */
export function insertStep(steps: Map<number, number>, step: number, value: number): Map<number, number> {
  if (steps.has(step)) return steps;
  let last = Number.NEGATIVE_INFINITY;
  for (const it of steps.keys()) last = it;
  if (step > last) return steps.set(step, value);
  return new Map([...steps, [step, value] as const].sort(([a], [b]) => a - b));
}

export class TrialEntry {
  readonly record: MutableRecord;
  /** What was enqueued by hand; null for a trial that a sampler began. */
  readonly enqueued: Readonly<Record<string, ParameterValue>> | null;
  /** Its place among the trials that were not enqueued; null for one that was. */
  readonly draw: number | null;
  planned: Suggestions | null = null;
  /** What earlier claims asked for beyond the plan: the same values are given again. */
  kept: Suggestions = { params: {}, distributions: {} };
  /** What the present claim has asked for. */
  asked: { params: Record<string, ParameterValue>; distributions: Record<string, Distribution> } = {
    params: {},
    distributions: {},
  };
  /** The claim that runs it. */
  claim: string | null = null;
  /** Claims that were lost. */
  lost = 0;
  #plannedRecord: TrialRecord | null = null;

  constructor(number: number, draw: number | null, enqueued: Readonly<Record<string, ParameterValue>> | null) {
    this.record = createRecord(number);
    this.draw = draw;
    this.enqueued = enqueued;
  }

  /** The trial as later ones of the same window see it: running, with its plan and nothing else. */
  get plannedRecord(): TrialRecord {
    if (this.#plannedRecord === null) {
      const { number, startedAt, worker } = this.record;
      const { params, distributions } = this.planned ?? { params: {}, distributions: {} };
      this.#plannedRecord = {
        ...createRecord(number),
        state: "running",
        params: { ...params },
        distributions: { ...distributions },
        startedAt,
        attempts: 1,
        worker,
      };
    }
    return this.#plannedRecord;
  }

  /** Ready for another claim: the plan and the values asked for stay, the course of the lost claim does not. */
  wait(): void {
    const { record, asked, kept } = this;
    this.claim = null;
    this.kept = {
      params: { ...kept.params, ...asked.params },
      distributions: { ...kept.distributions, ...asked.distributions },
    };
    this.asked = { params: {}, distributions: {} };
    record.state = "waiting";
    record.intermediate = new Map();
    record.worker = null;
  }

  end(state: "complete" | "pruned" | "failed", values: readonly number[] | null, error: string | null, at: number) {
    const { record } = this;
    this.claim = null;
    record.state = state;
    record.values = state === "complete" ? values : null;
    record.error = error;
    record.finishedAt = at;
    // A plan may hold what this trial never asked for.
    record.params = this.asked.params;
    record.distributions = this.asked.distributions;
  }
}
