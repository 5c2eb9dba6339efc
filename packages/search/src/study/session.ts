// A study in one process: its replica of the log, what this process appends to it, and what it knows of others' lives.
import type { EventLog } from "../core/event-log.js";
import type { StudyEvent } from "../core/events.js";
import { StudyState } from "./state.js";

/** A claim of another worker, and how long nothing was heard of that worker. */
export interface ForeignClaim {
  readonly claim: string;
  readonly number: number;
  readonly worker: string;
  /** Seconds since an event of the worker was last read here: by this process's clock, so clocks need not agree. */
  readonly silence: number;
}

/** Tells whether the worker of a claim is gone: the reason, or null while it may live. */
export type LossDetector = (claim: ForeignClaim) => string | null;

export interface SessionOptions {
  /** Who claims trials: unique among all processes and machines. */
  readonly worker: string;
  /** Seconds without a sign of life after which a claim of another worker is given up. */
  readonly lease: number;
  readonly lost?: LossDetector;
}

const seconds = () => performance.now() / 1000;

/** A random identifier (RFC 9562, version 4); `crypto.randomUUID` is missing in pages without https. */
export function createId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Follows a log, appends to it, and wakes whoever waits for something in it. */
export class StudySession {
  readonly state = new StudyState();
  readonly log: EventLog;
  readonly worker: string;
  readonly lease: number;
  readonly #lost: LossDetector;
  /** Claims of this worker that somebody here runs; one that is not among them was left behind by a log that failed. */
  readonly held = new Set<string>();
  /** When each worker was last heard of. */
  readonly #heard = new Map<string, number>();
  readonly #sleepers = new Set<() => void>();
  #reads: Promise<void> = Promise.resolve();
  #reading = 0;
  #pump: Promise<void> | null = null;
  /** Appends that nobody has waited for yet, and the first of them that failed. */
  #posts: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;
  #renewedAt = seconds();

  constructor(log: EventLog, options: SessionOptions) {
    this.log = log;
    this.worker = options.worker;
    this.lease = options.lease;
    this.#lost =
      options.lost ?? (({ silence }) => (silence > this.lease ? `no sign of life for ${Math.round(silence)} s` : null));
  }

  /** Reads what is new. Several calls read one after the other: the order of the log is kept. */
  refresh(): Promise<void> {
    this.#reading++;
    const read = this.#reads
      .then(() => this.log.read())
      .then((events) => this.#apply(events))
      .finally(() => this.#reading--);
    this.#reads = read.catch(() => {});
    return read;
  }

  /** As `refresh` without waiting, where the log can. */
  refreshNow(): void {
    // Events of a read on its way come before those that would be read now.
    if (this.#reading === 0 && this.log.readNow !== undefined) this.#apply(this.log.readNow());
  }

  /** Appends, and resolves when the events are kept. */
  async append(...events: readonly StudyEvent[]): Promise<void> {
    this.post(...events);
    await this.flush();
  }

  /** Appends without waiting: `flush` tells whether it was kept. */
  post(...events: readonly StudyEvent[]): void {
    let kept: Promise<void>;
    try {
      kept = this.log.append(events);
    } catch (error) {
      kept = Promise.reject(error);
    }
    const noted = kept.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#posts = Promise.all([this.#posts, noted]).then(() => {});
  }

  /** @throws what an append failed with since the last flush */
  async flush(): Promise<void> {
    await this.#posts;
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure.error;
  }

  /** Resolves when the state has changed, after `wake`, or after some milliseconds. */
  async changed(milliseconds: number): Promise<void> {
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
      this.#sleepers.add(wake);
    });
    // One reader for all who wait.
    this.#pump ??= this.log
      .wait(milliseconds)
      .then(() => this.refresh())
      .finally(() => {
        this.#pump = null;
      });
    try {
      await Promise.race([woken, this.#pump]);
    } finally {
      this.#sleepers.delete(wake);
    }
  }

  wake(): void {
    for (const wake of this.#sleepers) wake();
  }

  /** Tells others, not too often, that this worker lives. */
  renew(): void {
    const now = seconds();
    if (now - this.#renewedAt < this.lease / 3) return;
    this.#renewedAt = now;
    this.post({ type: "renewed", worker: this.worker, at: Date.now() });
  }

  /** Claims of other workers that run. */
  get foreignClaims(): readonly ForeignClaim[] {
    const now = seconds();
    const claims: ForeignClaim[] = [];
    for (const { claim, number, worker } of this.state.active.values()) {
      if (worker === this.worker) continue;
      claims.push({ claim, number: number!, worker, silence: now - (this.#heard.get(worker) ?? now) });
    }
    return claims;
  }

  /** Makes the trials of lost workers wait again; whether there were any. */
  async reclaim(): Promise<boolean> {
    const lost: { claim: string; reason: string; returned?: true }[] = this.foreignClaims.flatMap((it) => {
      const reason = this.#lost(it);
      return reason === null ? [] : [{ claim: it.claim, reason }];
    });
    for (const { claim, worker } of this.state.active.values()) {
      if (worker !== this.worker || this.held.has(claim)) continue;
      lost.push({ claim, reason: "its end could not be written", returned: true });
    }
    if (lost.length === 0) return false;
    const at = Date.now();
    await this.append(...lost.map((it) => ({ type: "abandoned" as const, ...it, by: this.worker, at })));
    await this.refresh();
    return true;
  }

  /** Gives a claim up, own or another's, for whoever asks next. */
  async abandon(claim: string, reason: string, options: { returned?: boolean } = {}): Promise<void> {
    const { returned = false } = options;
    this.held.delete(claim);
    await this.append({
      type: "abandoned",
      claim,
      by: this.worker,
      reason,
      at: Date.now(),
      ...(returned && { returned }),
    });
    await this.refresh();
  }

  #apply(events: readonly StudyEvent[]): void {
    if (events.length === 0) return;
    this.state.apply(events);
    const now = seconds();
    for (const event of events) {
      const worker =
        "worker" in event
          ? event.worker
          : event.type !== "abandoned" && "claim" in event && event.claim !== undefined
            ? this.state.claimOf(event.claim)?.worker
            : undefined;
      if (worker !== undefined) this.#heard.set(worker, now);
    }
    this.wake();
  }
}
