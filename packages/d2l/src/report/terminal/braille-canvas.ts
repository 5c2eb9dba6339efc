// A canvas of braille characters: two by four dots a character, one colour each.
import { displayWidth } from "./display-width.js";

/** Bits of the dots of U+2800, by row and column. */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** On and off lengths in dots, one after another. */
export type DashPattern = readonly number[];

/** Dots with the origin at the bottom left; what falls outside is not drawn. */
export class BrailleCanvas {
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #bits: Uint8Array;
  readonly #ink: Int16Array;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.width = columns * 2;
    this.height = rows * 4;
    this.#bits = new Uint8Array(columns * rows);
    this.#ink = new Int16Array(columns * rows).fill(-1);
  }

  dot(x: number, y: number, ink: number): void {
    const column = Math.round(x);
    const row = this.height - 1 - Math.round(y);
    if (!(column >= 0 && column < this.width && row >= 0 && row < this.height)) return;
    const cell = (row >> 2) * this.#columns + (column >> 1);
    this.#bits[cell]! |= dots[row & 3]![column & 1]!;
    this.#ink[cell] = ink;
  }

  /**
   * A line of dots. Returns how far along its dashes it got, for the next piece of the same line.
   *
   * @param dash lengths on and off; none for a solid line
   * @param phase where within the dashes the line begins
   */
  line(fromX: number, fromY: number, toX: number, toY: number, ink: number, dash: DashPattern = [], phase = 0): number {
    const length = Math.hypot(toX - fromX, toY - fromY);
    // A line that runs far out of sight is walked only where it can be seen.
    const [begin, end] = this.#visible(fromX, fromY, toX, toY);
    const steps = Math.max(1, Math.ceil(length * 1.5));
    for (let step = Math.floor(begin * steps); step <= Math.ceil(end * steps); step++) {
      const part = step / steps;
      if (!isOn(dash, phase + part * length)) continue;
      this.dot(fromX + (toX - fromX) * part, fromY + (toY - fromY) * part, ink);
    }
    return phase + length;
  }

  /**
   * The rows as text, each character passed through `paint` with its ink; empty cells are spaces.
   *
   * @param behind what an empty cell shows
   * @param over words that cover what is drawn
   */
  rows(
    paint: (text: string, ink: number) => string,
    behind: (row: number, column: number) => string = () => " ",
    over: ReadonlyMap<number, readonly { readonly column: number; readonly text: string }[]> = new Map(),
  ): string[] {
    const rows: string[] = [];
    for (let start = 0, number = 0; start < this.#bits.length; start += this.#columns, number++) {
      const words = over.get(number) ?? [];
      let row = "";
      let run = "";
      let ink = -1;
      for (let column = 0; column < this.#columns; column++) {
        const word = words.find((one) => one.column === column);
        const bits = word === undefined ? this.#bits[start + column]! : 0;
        const next = bits === 0 ? -1 : this.#ink[start + column]!;
        if (next !== ink) {
          row += ink < 0 ? run : paint(run, ink);
          run = "";
          ink = next;
        }
        if (word !== undefined) {
          run += word.text;
          column += displayWidth(word.text) - 1;
        } else run += bits === 0 ? behind(number, column) : String.fromCharCode(0x2800 + bits);
      }
      rows.push(row + (ink < 0 ? run : paint(run, ink)));
    }
    return rows;
  }

  /** The part of a line (from 0 to 1) that crosses the canvas; an empty range where none does. */
  #visible(fromX: number, fromY: number, toX: number, toY: number): readonly [number, number] {
    let begin = 0;
    let end = 1;
    for (const [from, to, limit] of [
      [fromX, toX, this.width],
      [fromY, toY, this.height],
    ] as const) {
      const change = to - from;
      if (change === 0) {
        if (from < -1 || from > limit) return [1, 0];
        continue;
      }
      const first = (-1 - from) / change;
      const second = (limit - from) / change;
      begin = Math.max(begin, Math.min(first, second));
      end = Math.min(end, Math.max(first, second));
    }
    return begin <= end ? [begin, end] : [1, 0];
  }
}

function isOn(dash: DashPattern, position: number): boolean {
  const total = dash.reduce((sum, length) => sum + length, 0);
  if (total === 0) return true;
  let rest = position % total;
  for (let i = 0; i < dash.length; i++) {
    if (rest < dash[i]!) return i % 2 === 0;
    rest -= dash[i]!;
  }
  return true;
}
