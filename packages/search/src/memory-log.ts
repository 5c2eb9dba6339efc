// The log of a study that lives as long as its process.
import type { EventLog } from "./core/event-log.js";
import type { StudyEvent } from "./core/events.js";

interface Shared {
  readonly events: StudyEvent[];
  readonly wake: Set<() => void>;
}

/**
 * Events in memory: the default of `createStudy`.
 *
 * @example
 * const log = new MemoryLog();
 * const study = await createStudy({ log });
 * const other = await loadStudy({ log: log.reader() }); // a second one on the same events
 */
export class MemoryLog implements EventLog {
  readonly #shared: Shared;
  #read = 0;

  constructor(shared: Shared = { events: [], wake: new Set() }) {
    this.#shared = shared;
  }

  /** All events so far. */
  get events(): readonly StudyEvent[] {
    return this.#shared.events;
  }

  /** Another reader of the same events, from the first on. */
  reader(): MemoryLog {
    return new MemoryLog(this.#shared);
  }

  append(events: readonly StudyEvent[]): Promise<void> {
    this.#shared.events.push(...events);
    for (const wake of [...this.#shared.wake]) wake();
    return Promise.resolve();
  }

  read(): Promise<readonly StudyEvent[]> {
    return Promise.resolve(this.readNow());
  }

  readNow(): readonly StudyEvent[] {
    const fresh = this.#shared.events.slice(this.#read);
    this.#read = this.#shared.events.length;
    return fresh;
  }

  wait(milliseconds: number): Promise<void> {
    if (this.#read < this.#shared.events.length) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#shared.wake.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#shared.wake.add(done);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
