// A study's events in a file that several processes append to, and that survives their being killed at any moment.
//
// There is no lock. A record is written by one write to a file opened for appending: on a local file system the kernel puts it behind
// everything else and lets no other write come between its bytes. A write that was cut short leaves a torn line, which every
// reader knows as such, and whose events nobody was told are kept.
import { randomBytes } from "node:crypto";
import { closeSync, type FSWatcher, fdatasync, fstatSync, openSync, readSync, watch, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { EventLog } from "../core/event-log.js";
import type { StudyEvent } from "../core/events.js";
import {
  brokenSequence,
  closedFile,
  damagedLine,
  foreignFile,
  newerFile,
  notReadable,
  notWritten,
  replacedFile,
} from "./journal-error.js";
import { decodeLine, encodeRecord, type JournalLine } from "./journal-record.js";

const flushData = promisify(fdatasync);

/** How often a waiting reader looks by itself; some file systems tell nobody of changes. */
const POLL_MILLISECONDS = 100;

/** So much of a file tells whether it is a journal. */
const BEGINNING_BYTES = 4096;

/** Options of a journal. */
export interface JournalFileOptions {
  /**
   * Whether results reach the disk before `append` resolves, so that they survive a power failure too. Default: true.
   *
   * The end of a process, however it comes, loses nothing either way. What can be made again (claims, plans, reports) is not waited for.
   */
  readonly durable?: boolean;
  /** Open an existing journal for reading alone. Default: false. */
  readonly readOnly?: boolean;
}

/** Whether a power failure must not take an event away: results, and what a user said. */
function mustReachDisk(event: StudyEvent): boolean {
  switch (event.type) {
    case "created":
    case "enqueued":
    case "finished":
      return true;
    case "attribute":
      // A trial's go with its end.
      return event.claim === undefined;
    case "claimed":
    case "planned":
    case "suggested":
    case "reported":
    case "renewed":
    case "abandoned":
      return false;
    default:
      throw new TypeError(`unknown event ${(event satisfies never as StudyEvent).type}`);
  }
}

/**
 * The events of a study in a file, one line of JSON for those appended together.
 *
 * May be shared by any number of processes of one machine. A torn last line (`kill -9`, a full disk) is passed over; a damaged line,
 * a missing one, a foreign file and one of a newer version are refused with the line's number. Over NFS and other network file systems appending
 * is not atomic: share a study between machines through Redis.
 *
 * @example
 * const study = await createStudy({ name: "widths", log: JournalFile.open("widths.study.jsonl"), loadIfExists: true });
 */
export class JournalFile implements EventLog {
  private readonly writer = randomBytes(6).toString("hex");
  /** Records written, which is the number of the next one. */
  private written = 0;
  /** Everything before it is read. */
  private offset = 0;
  /** The length of the file when it was last read; beyond `offset` lies a torn line, or one that is not through yet. */
  private seen = 0;
  private line = 1;
  /** Whether the file begins as journals do. */
  private isJournal = false;
  /** The number of the next record of each writer. */
  private readonly next = new Map<string, number>();
  /** Why nothing is read or written any more. */
  private failure: Error | null = null;
  private closed = false;
  private readonly waiting = new Set<() => void>();
  private watcher: FSWatcher | null = null;

  private constructor(
    /** The path of the file. */
    readonly path: string,
    private readonly file: number,
    private readonly durable: boolean,
  ) {}

  /**
   * Opens a journal, or begins one where there is no file.
   *
   * @throws DataError for a file that cannot be opened
   */
  static open(path: string, options: JournalFileOptions = {}): JournalFile {
    const { durable = true, readOnly = false } = options;
    try {
      return new JournalFile(path, openSync(path, readOnly ? "r" : "a+"), durable);
    } catch (error) {
      throw notReadable(path, error);
    }
  }

  /** @throws DataError where the events cannot be written; the study is as it was before */
  async append(events: readonly StudyEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (this.failure !== null) throw this.failure;
    this.look();
    const record = encodeRecord(this.writer, this.written, events);
    let count: number;
    try {
      count = writeSync(this.file, record);
    } catch (error) {
      throw notWritten(this.path, error);
    }
    // The rest may not be written behind it: another's record may stand there by now. What is there is a torn line.
    if (count < record.length) {
      throw notWritten(this.path, new Error(`only ${count} of ${record.length} bytes: is the disk full?`));
    }
    this.written++;
    if (!this.durable || !events.some(mustReachDisk)) return;
    try {
      await flushData(this.file);
    } catch (error) {
      // Nobody can say what is on the disk now, and a second attempt would not either: the kernel has forgotten what it could not write.
      throw this.fail(notWritten(this.path, error));
    }
  }

  /** @throws DataError where the file is damaged, foreign, of a newer version, or no longer the one that was opened */
  async read(): Promise<readonly StudyEvent[]> {
    return this.readNow();
  }

  /** As `read`, for whoever cannot wait. */
  readNow(): readonly StudyEvent[] {
    if (this.failure !== null) throw this.failure;
    this.look();
    const fresh = this.unread();
    const events: StudyEvent[] = [];
    let start = 0;
    for (let feed = fresh.indexOf(10); feed >= 0; feed = fresh.indexOf(10, start)) {
      this.take(decodeLine(fresh.subarray(start, feed)), events);
      this.line++;
      start = feed + 1;
    }
    // Behind the last line feed: a record, or the beginning of one whose writer may not be through.
    const last = decodeLine(fresh.subarray(start));
    if (last.kind !== "torn" && last.kind !== "blank") {
      this.take(last, events);
      start = fresh.length;
    }
    this.offset += start;
    return events;
  }

  /** Resolves when the file has changed since it was last read, at the latest after `milliseconds`. */
  async wait(milliseconds: number): Promise<void> {
    if (this.hasChanged()) return;
    this.watcher ??= this.startWatcher();
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        clearInterval(poll);
        this.waiting.delete(look);
        resolve();
      };
      const look = () => {
        if (this.closed || this.hasChanged()) done();
      };
      const timer = setTimeout(done, milliseconds);
      const poll = setInterval(look, POLL_MILLISECONDS);
      this.waiting.add(look);
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.failure ??= closedFile(this.path);
    this.watcher?.close();
    for (const look of this.waiting) look();
    closeSync(this.file);
  }

  private fail(error: Error): Error {
    this.failure = error;
    return error;
  }

  private hasChanged(): boolean {
    return this.failure !== null || fstatSync(this.file).size !== this.seen;
  }

  /** Some file systems offer no watching, and some machines have no watches left: looking from time to time does as well. */
  private startWatcher(): FSWatcher | null {
    try {
      const watcher = watch(this.path, { persistent: false }, () => {
        for (const look of this.waiting) look();
      });
      watcher.on("error", () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  }

  /** Whether this is still the file that was opened, and a journal: of any other, nothing is touched. */
  private look(): void {
    const { size, nlink } = fstatSync(this.file);
    if (nlink === 0 || size < this.offset) throw this.fail(replacedFile(this.path));
    if (this.isJournal) return;
    const start = Buffer.alloc(Math.min(size, BEGINNING_BYTES));
    readSync(this.file, start, 0, start.length, 0);
    let line = 1;
    for (let at = 0, feed = 0; feed >= 0; at = feed + 1, line++) {
      feed = start.indexOf(10, at);
      const found = decodeLine(start.subarray(at, feed < 0 ? start.length : feed));
      if (found.kind === "foreign") throw this.fail(foreignFile(this.path, line));
      if (found.kind === "newer") throw this.fail(newerFile(this.path, line, found.version));
      if (found.kind === "record") break;
    }
    this.isJournal = size > 0;
  }

  private unread(): Buffer {
    this.seen = fstatSync(this.file).size;
    const bytes = Buffer.allocUnsafe(this.seen - this.offset);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(this.file, bytes, length, bytes.length - length, this.offset + length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  }

  /** Adds the events of one line, or refuses it. */
  private take(line: JournalLine, events: StudyEvent[]): void {
    switch (line.kind) {
      case "blank":
      case "torn":
        return;
      case "record": {
        const expected = this.next.get(line.writer) ?? 0;
        if (line.seq !== expected) throw this.fail(brokenSequence(this.path, this.line, expected, line.seq));
        this.next.set(line.writer, expected + 1);
        for (const event of line.events) events.push(event);
        return;
      }
      case "newer":
        throw this.fail(newerFile(this.path, this.line, line.version));
      case "damaged":
      case "foreign":
        throw this.fail(damagedLine(this.path, this.line));
      default:
        line satisfies never;
    }
  }
}
