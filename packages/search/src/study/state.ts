// The replay: from the events of a log to the study they tell of. Every reader of a log comes to the same state.
import { DataError } from "torchlet";
import type { Distribution, ParameterValue } from "../core/distributions.js";
import type { StudyEvent } from "../core/events.js";
import { isFinished, type Json, type TrialRecord } from "../core/trial-record.js";
import { insertStep, TrialEntry } from "./trial-entry.js";

export type StudyHeader = Extract<StudyEvent, { type: "created" }>;

/** A claim as the replay sees it. `void`: the study was full. */
export interface ClaimState {
  readonly claim: string;
  readonly worker: string;
  readonly status: "void" | "active" | "finished" | "abandoned";
  /** Null for a void claim. */
  readonly number: number | null;
}

interface MutableClaim extends ClaimState {
  status: ClaimState["status"];
}

/** What the events of a log have come to. */
export class StudyState {
  readonly entries: TrialEntry[] = [];
  /** The records of the entries: all trials as they stand. A trial that runs changes in it. */
  readonly trials: TrialRecord[] = [];
  readonly userAttributes: Record<string, Json> = {};
  /** The first distribution that an objective asked for by each name: others must be of its kind. */
  readonly parameters = new Map<string, Distribution>();
  /** Claims that run, by name. */
  readonly active = new Map<string, ClaimState>();
  /** Numbers of trials that ended, in the order in which they did. */
  readonly ended: number[] = [];
  /** How many events have been applied. */
  length = 0;
  #header: StudyHeader | null = null;
  readonly #claims = new Map<string, MutableClaim>();
  /** Ascending. */
  #waiting: number[] = [];
  #enqueued = 0;
  #plannedPrefix = 0;
  #endedPrefix = 0;

  /** @throws DataError before the first event */
  get header(): StudyHeader {
    if (this.#header === null) {
      throw new DataError("no-study", {
        path: "study",
        rule: { en: "the log holds no study", zh: "日志中没有研究" },
        hint: { en: "create one with createStudy", zh: "请用 createStudy 创建" },
      });
    }
    return this.#header;
  }

  get exists(): boolean {
    return this.#header !== null;
  }

  /** How many trials were enqueued by hand so far. */
  get enqueuedCount(): number {
    return this.#enqueued;
  }

  /** The trial that the next claim takes if it waits already; null where the next claim begins one. */
  get firstWaiting(): number | null {
    return this.#waiting[0] ?? null;
  }

  /** All trials before this number are planned (or ended). */
  get plannedPrefix(): number {
    const { entries } = this;
    while (this.#plannedPrefix < entries.length) {
      const { planned, record } = entries[this.#plannedPrefix]!;
      if (planned === null && !isFinished(record)) break;
      this.#plannedPrefix++;
    }
    return this.#plannedPrefix;
  }

  /** All trials before this number have ended. */
  get endedPrefix(): number {
    const { entries } = this;
    while (this.#endedPrefix < entries.length && isFinished(entries[this.#endedPrefix]!.record)) this.#endedPrefix++;
    return this.#endedPrefix;
  }

  claimOf(claim: string): ClaimState | undefined {
    return this.#claims.get(claim);
  }

  apply(events: readonly StudyEvent[]): void {
    for (const event of events) this.#apply(event);
    this.length += events.length;
  }

  #apply(event: StudyEvent): void {
    switch (event.type) {
      case "created":
        this.#create(event);
        return;
      case "enqueued": {
        const entry = new TrialEntry(this.entries.length, null, event.params);
        Object.assign(entry.record.userAttributes, event.userAttributes);
        this.#waiting.push(entry.record.number);
        this.#push(entry);
        this.#enqueued++;
        return;
      }
      case "claimed":
        this.#claim(event);
        return;
      case "planned": {
        const entry = this.#entryOf(event.claim);
        // What was planned once stays: others of the window have seen it.
        if (entry === null || entry.planned !== null) return;
        entry.planned = { params: event.params, distributions: event.distributions };
        Object.assign(entry.record.params, event.params);
        Object.assign(entry.record.distributions, event.distributions);
        return;
      }
      case "suggested":
        this.#suggest(event.claim, event.name, event.distribution, event.value);
        return;
      case "reported": {
        const record = this.#entryOf(event.claim)?.record;
        if (record !== undefined) record.intermediate = insertStep(record.intermediate, event.step, event.value);
        return;
      }
      case "attribute": {
        const target =
          event.claim === undefined ? this.userAttributes : this.#entryOf(event.claim)?.record.userAttributes;
        if (target !== undefined) target[event.key] = event.value;
        return;
      }
      case "finished": {
        const entry = this.#entryOf(event.claim);
        if (entry === null) return;
        this.#close(event.claim, "finished");
        entry.end(event.state, event.values, event.error ?? null, event.at);
        this.ended.push(entry.record.number);
        return;
      }
      case "renewed":
        return;
      case "abandoned":
        this.#abandon(event);
        return;
      default:
        event satisfies never;
    }
  }

  #create(event: StudyHeader): void {
    if (event.version !== 1) {
      throw new DataError("log-version", {
        path: "study",
        rule: {
          en: `the log is of version ${String(event.version)}, and this program reads version 1`,
          zh: `日志版本为 ${String(event.version)}，本程序只能读取版本 1`,
        },
        expected: 1,
        received: event.version,
        hint: { en: "update @torchlet/search", zh: "请更新 @torchlet/search" },
      });
    }
    // Of two that were created at once, the first in the log is the study.
    this.#header ??= event;
  }

  #claim(event: Extract<StudyEvent, { type: "claimed" }>): void {
    const { claim, worker, at, limit } = event;
    if (this.#claims.has(claim)) return;
    let number = this.#waiting.shift() ?? null;
    if (number === null) {
      const next = this.entries.length;
      if (limit !== null && next >= limit) {
        this.#claims.set(claim, { claim, worker, status: "void", number: null });
        return;
      }
      number = next;
      this.#push(new TrialEntry(next, next - this.#enqueued, null));
    }
    const entry = this.entries[number]!;
    entry.claim = claim;
    entry.record.state = "running";
    entry.record.startedAt ??= at;
    entry.record.worker = worker;
    entry.record.attempts++;
    const state: MutableClaim = { claim, worker, status: "active", number };
    this.#claims.set(claim, state);
    this.active.set(claim, state);
  }

  #suggest(claim: string, name: string, distribution: Distribution, value: ParameterValue): void {
    const entry = this.#entryOf(claim);
    if (entry === null || Object.hasOwn(entry.asked.params, name)) return;
    entry.asked.params[name] = value;
    entry.asked.distributions[name] = distribution;
    entry.record.params[name] = value;
    entry.record.distributions[name] = distribution;
    this.#know(name, distribution);
  }

  #abandon(event: Extract<StudyEvent, { type: "abandoned" }>): void {
    const entry = this.#entryOf(event.claim);
    if (entry === null) return;
    this.#close(event.claim, "abandoned");
    if (event.returned !== true) entry.lost++;
    const { number } = entry.record;
    if (entry.lost >= this.header.maxAttempts) {
      entry.end("failed", null, event.reason, event.at);
      this.ended.push(number);
      return;
    }
    entry.wait();
    const place = this.#waiting.findIndex((other) => other > number);
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, number);
  }

  #push(entry: TrialEntry): void {
    this.entries.push(entry);
    this.trials.push(entry.record);
  }

  #know(name: string, distribution: Distribution): void {
    if (!this.parameters.has(name)) this.parameters.set(name, distribution);
  }

  /** The trial that a claim runs; null for a claim whose events count no more. */
  #entryOf(claim: string): TrialEntry | null {
    const state = this.active.get(claim);
    return state === undefined ? null : this.entries[state.number!]!;
  }

  #close(claim: string, status: "finished" | "abandoned"): void {
    this.#claims.get(claim)!.status = status;
    this.active.delete(claim);
  }
}
