// The instructions of a captured step in order, with who uses which memory when: what fusing asks, without walking the whole list.
import type { Storage } from "../storage.js";
import type { Captured } from "./recorder.js";

/** The first place in a sorted list that holds at least this number. */
function lowerBound(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function touches(instruction: Captured, storage: Storage): boolean {
  return instruction.operands.some((o) => o.storage.address === storage.address);
}

export function writesTo(instruction: Captured, storage: Storage): boolean {
  return instruction.operands.some((o) => o.writes && o.storage.address === storage.address);
}

/** Instructions at fixed positions; those that were removed leave gaps. */
export class Timeline {
  private readonly entries: (Captured | null)[];
  /** Positions by the address of a storage, in order; some may be out of date. */
  private readonly positions = new Map<number, number[]>();

  /** @param survives whether a storage's content matters when the step is over */
  constructor(
    captured: readonly Captured[],
    private readonly survives: (storage: Storage) => boolean,
  ) {
    this.entries = [...captured];
    captured.forEach((_, i) => {
      this.register(i);
    });
  }

  get length(): number {
    return this.entries.length;
  }

  /** The instruction at a position; null: none any more. */
  at(i: number): Captured | null {
    return this.entries[i]!;
  }

  /** What is left, in order. */
  instructions(): Captured[] {
    return this.entries.filter((entry) => entry !== null);
  }

  replace(i: number, instruction: Captured): void {
    this.entries[i] = instruction;
    this.register(i);
  }

  remove(i: number): void {
    this.entries[i] = null;
  }

  private register(i: number): void {
    for (const { storage } of this.entries[i]!.operands) {
      const list = this.positions.get(storage.address);
      if (list === undefined) this.positions.set(storage.address, [i]);
      else if (list[list.length - 1]! < i) list.push(i);
      else {
        const place = lowerBound(list, i);
        if (list[place] !== i) list.splice(place, 0, i);
      }
    }
  }

  /** The first position in [from, to) whose instruction touches a storage's memory and passes a test; -1: none. */
  find(storage: Storage, from: number, to: number, test: (instruction: Captured) => boolean): number {
    const list = this.positions.get(storage.address) ?? [];
    for (let k = lowerBound(list, from); k < list.length && list[k]! < to; k++) {
      const instruction = this.entries[list[k]!]!;
      if (instruction !== null && test(instruction)) return list[k]!;
    }
    return -1;
  }

  /** The last position before i that writes to a storage's memory; -1: none. */
  lastWriter(storage: Storage, i: number): number {
    const list = this.positions.get(storage.address) ?? [];
    for (let k = lowerBound(list, i) - 1; k >= 0; k--) {
      const instruction = this.entries[list[k]!]!;
      if (instruction !== null && writesTo(instruction, storage)) return list[k]!;
    }
    return -1;
  }

  /** Whether a storage's content is read from position i on, or when the step is over. */
  isRead(i: number, storage: Storage): boolean {
    if (this.survives(storage)) return true;
    const reads = (x: Captured) => x.operands.some((o) => o.reads && o.storage === storage);
    return this.find(storage, i, this.length, reads) >= 0;
  }

  /** Whether something in [from, to) touches a storage's memory. */
  isTouched(storage: Storage, from: number, to: number): boolean {
    return this.find(storage, from, to, (x) => touches(x, storage)) >= 0;
  }

  /** Whether an instruction may run on the other side of what lies in [from, to): nothing there disagrees. */
  canMove(instruction: Captured, from: number, to: number): boolean {
    return instruction.operands.every(({ storage, writes }) =>
      writes ? !this.isTouched(storage, from, to) : this.find(storage, from, to, (x) => writesTo(x, storage)) < 0,
    );
  }
}
