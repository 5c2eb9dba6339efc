// A terminal to test against: what its screen shows after a stream of text and escape sequences.
import { EventEmitter } from "node:events";
import { displayWidth } from "../../src/report/terminal/display-width.js";
import type { TextStream } from "../../src/report/terminal/stream.js";

/** Enough of a VT100 for what reports write; it fails at any sequence that it does not know. */
export class Screen extends EventEmitter implements TextStream {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Everything that was written. */
  written = "";
  writes = 0;
  cursorVisible = true;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  /** Lines that have left the screen at its top. */
  readonly #scrolled: string[] = [];

  constructor(columns = 80, rows = 24) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  getColorDepth(): number {
    return 24;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit("resize");
  }

  /** All lines, those that scrolled away first, without spaces at their ends. */
  get text(): string[] {
    const lines = [...this.#scrolled, ...this.#lines.map((line) => line.join("").trimEnd())];
    while (lines.length > 0 && lines.at(-1) === "") lines.pop();
    return lines;
  }

  write(text: string): boolean {
    this.written += text;
    this.writes++;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    for (const [part] of text.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|\n|\r|[^\u001b\n\r]/gu)) this.#take(part);
    return true;
  }

  #take(part: string): void {
    if (part === "\n") {
      this.#row++;
      this.#column = 0;
      if (this.#row >= this.rows) {
        this.#scrolled.push((this.#lines.shift() ?? []).join("").trimEnd());
        this.#row--;
      }
      while (this.#lines.length <= this.#row) this.#lines.push([]);
    } else if (part === "\r") this.#column = 0;
    else if (part.startsWith("\u001b")) this.#control(part.slice(2, -1), part.at(-1)!);
    else this.#put(part);
  }

  #put(character: string): void {
    const width = displayWidth(character);
    if (this.#column + width > this.columns) throw new Error(`a line is wider than ${this.columns} columns`);
    const line = (this.#lines[this.#row] ??= []);
    while (line.length < this.#column) line.push(" ");
    line[this.#column] = character;
    if (width === 2) line[this.#column + 1] = "";
    this.#column += width;
  }

  #control(argument: string, name: string): void {
    const count = Number(argument || "1");
    if (name === "m") return;
    if (name === "A") this.#row = Math.max(0, this.#row - count);
    else if (name === "B") this.#row += count;
    else if (name === "G") this.#column = count - 1;
    else if (name === "H") this.#row = this.#column = 0;
    else if (name === "K" && argument === "2") this.#lines[this.#row] = [];
    else if (name === "K") this.#lines[this.#row]?.splice(this.#column);
    else if (name === "J" && argument === "2") this.#lines = [];
    else if (name === "h" || name === "l") {
      if (argument === "?25") this.cursorVisible = name === "h";
      else if (argument !== "?2026") throw new Error(`unknown mode ${argument}`);
    } else throw new Error(`unknown sequence ${argument}${name}`);
    while (this.#lines.length <= this.#row) this.#lines.push([]);
  }
}
