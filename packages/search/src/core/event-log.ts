// Where the events of a study are kept: memory, a file, Redis.
import type { StudyEvent } from "./events.js";

/**
 * An append-only list of events that several may share.
 *
 * Numbers that JSON does not know (NaN and the infinities, which objectives return) survive in it.
 */
export interface EventLog {
  /**
   * Appends events together and in this order, and resolves when they are kept for good: what was appended survives `kill -9`.
   * Others' events may come between two calls, never between the events of one. Calls that were not waited for keep their order:
   * an objective that runs for a minute without a pause still reports at once.
   *
   * @throws DataError where they cannot be kept; none of them was then
   */
  append(events: readonly StudyEvent[]): Promise<void>;
  /** The events since the last `read`, own ones and others', in the order of the log. */
  read(): Promise<readonly StudyEvent[]>;
  /** As `read`, where that takes no waiting: what an objective that never pauses sees of others (optional). */
  readNow?(): readonly StudyEvent[];
  /** Resolves when there may be something new to read, at the latest after `milliseconds`. */
  wait(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}
