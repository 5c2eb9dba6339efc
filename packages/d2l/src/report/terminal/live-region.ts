// The part of a terminal that is redrawn in place, below everything that stays.
import { createLogUpdate } from "log-update";
import { displayWidth } from "./display-width.js";
import type { TextStream } from "./stream.js";

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearScreen = "\u001b[H\u001b[2J";
/** At most ten pictures a second. */
const interval = 100;

/**
 * Redraws a few lines in place and lets others pass above them.
 *
 * The frame is asked for when it is drawn, never more often than ten times a second, however often `schedule` is called:
 * at once where the last drawing is long ago, else from a timer. The cursor is hidden while there is a frame and comes
 * back when the region is closed, and in any case when the process exits.
 */
export class LiveRegion {
  readonly #stream: TextStream;
  readonly #frame: (columns: number, rows: number) => readonly string[];
  readonly #log: ReturnType<typeof createLogUpdate>;
  readonly #now: () => number;
  /** Everything that was printed above, for a screen that has to be drawn anew. */
  readonly #printed: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastDrawn = Number.NEGATIVE_INFINITY;
  /** Width and height of the frame on the screen. */
  #shown = { columns: 0, rows: 0 };
  #garbled = false;
  #cursorHidden = false;
  #closed = false;

  constructor(
    stream: TextStream,
    frame: (columns: number, rows: number) => readonly string[],
    now: () => number = () => performance.now(),
  ) {
    this.#stream = stream;
    this.#frame = frame;
    this.#now = now;
    // Writing is all that it does with the stream. The cursor is ours: log-update would hide that of stderr.
    this.#log = createLogUpdate(stream as unknown as NodeJS.WriteStream, { showCursor: true });
    stream.on?.("resize", this.#resized);
    process.on("exit", this.#restoreCursor);
  }

  /** Columns that text may use: one is left free, since some terminals wrap when the last one is written. */
  get columns(): number {
    return Math.max(20, (this.#stream.columns ?? 80) - 1);
  }

  get rows(): number {
    return this.#stream.rows ?? 24;
  }

  /** Redraws the frame, now or shortly. */
  schedule(): void {
    if (this.#closed || this.#timer !== undefined) return;
    const wait = this.#lastDrawn + interval - this.#now();
    if (wait <= 0) this.draw();
    else this.#timer = setTimeout(() => this.draw(), wait).unref();
  }

  /** Redraws the frame at once. */
  draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed) return;
    const lines = this.#frame(this.columns, this.rows);
    if (this.#garbled) this.#startAfresh();
    if (lines.length === 0) {
      this.#clear();
    } else {
      if (!this.#cursorHidden) {
        this.#stream.write(hideCursor);
        this.#cursorHidden = true;
      }
      this.#log(lines.join("\n"));
      this.#shown = { columns: Math.max(...lines.map(displayWidth)), rows: lines.length };
    }
    this.#lastDrawn = this.#now();
  }

  /** Prints lines that stay, above the frame. */
  print(lines: readonly string[]): void {
    this.#printed.push(...lines);
    if (this.#garbled) this.#startAfresh();
    else {
      this.#clear();
      this.#stream.write(`${lines.join("\n")}\n`);
    }
    if (!this.#closed) this.draw();
  }

  /** Takes the frame away and gives the cursor back; what is printed later still appears. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#garbled) this.#startAfresh();
    this.#clear();
    this.#stream.off?.("resize", this.#resized);
    process.off("exit", this.#restoreCursor);
    this.#restoreCursor();
  }

  #clear(): void {
    this.#log.clear();
    this.#shown = { columns: 0, rows: 0 };
  }

  /** A frame wider or higher than the new window has been broken up by the terminal: nobody knows how many rows it takes now. */
  readonly #resized = (): void => {
    if (this.#shown.columns >= (this.#stream.columns ?? 80) || this.#shown.rows >= this.rows) this.#garbled = true;
    this.schedule();
  };

  /** Clears the screen and prints again what belongs on it. */
  #startAfresh(): void {
    this.#garbled = false;
    this.#log.done();
    this.#shown = { columns: 0, rows: 0 };
    const kept = this.#printed.slice(-Math.max(0, this.rows - 1));
    this.#stream.write(clearScreen + kept.map((line) => `${line}\n`).join(""));
  }

  readonly #restoreCursor = (): void => {
    if (this.#cursorHidden) this.#stream.write(showCursor);
    this.#cursorHidden = false;
  };
}
