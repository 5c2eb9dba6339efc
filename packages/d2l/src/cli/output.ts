// Standard output and error for a command: what is written after the reader has gone is dropped quietly.
import type { TextStream } from "../report/terminal/stream.js";

/** `EPIPE`: the reader of a pipe has gone (`| head`); `EIO`: the terminal has. */
const gone = new Set(["EPIPE", "EIO", "ERR_STREAM_DESTROYED"]);

/** A stream of the process that survives its reader. */
export class Output implements TextStream {
  readonly #stream: NodeJS.WriteStream;
  readonly #listeners: (() => void)[] = [];
  #closed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on("error", this.#failed);
  }

  /** Whether nobody reads any more. */
  get closed(): boolean {
    return this.#closed;
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  get rows(): number | undefined {
    return this.#stream.rows;
  }

  getColorDepth(): number {
    return this.#stream.getColorDepth?.() ?? 1;
  }

  write(text: string): boolean {
    return this.#closed || this.#stream.write(text);
  }

  on(event: "resize", listener: () => void): void {
    this.#stream.on(event, listener);
  }

  off(event: "resize", listener: () => void): void {
    this.#stream.off(event, listener);
  }

  /** Calls back when the reader has gone. */
  whenClosed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  readonly #failed = (error: NodeJS.ErrnoException): void => {
    if (!gone.has(error.code ?? "")) throw error;
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#listeners) listener();
  };
}
