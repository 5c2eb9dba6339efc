// Decides which instructions of a plan threads share, and where they wait for each other.

import { isShareable } from "./operands.js";
import type { Captured } from "./recorder.js";

/** Flags above the opcode (kernels/index.ts). */
const SHARED = 1 << 16;
const BARRIER = 1 << 17;

/** Nanoseconds of work from which sharing pays inside a plan, where a barrier between threads that spin costs about 400. */
const SHARED_WORK = 2500;

/** What the instructions since the last barrier have touched; memory is told apart by whole chunks. */
class Pending {
  private readonly read = new Set<number>();
  private readonly written = new Set<number>();

  conflicts(instruction: Captured): boolean {
    return instruction.operands.some(({ storage: { address }, reads, writes }) => {
      if (this.written.has(address)) return true;
      return writes && this.read.has(address) && (reads || writes);
    });
  }

  add(instruction: Captured): void {
    for (const { storage, reads, writes } of instruction.operands) {
      if (reads) this.read.add(storage.address);
      if (writes) this.written.add(storage.address);
    }
  }

  clear(): void {
    this.read.clear();
    this.written.clear();
  }
}

/** Writes the flags into the instructions' first words; returns whether any is shared, and their work together. */
export function schedule(instructions: readonly Captured[]): { shared: boolean; work: number } {
  const pending = new Pending();
  let anyShared = false;
  let pendingShared = false;
  let work = 0;
  for (const instruction of instructions) {
    const op = instruction.words[0]!;
    const shared = instruction.work >= SHARED_WORK && isShareable(op);
    let flags = shared ? SHARED : 0;
    // Instructions of the first thread alone follow each other by themselves.
    if ((shared || pendingShared) && pending.conflicts(instruction)) {
      flags |= BARRIER;
      pending.clear();
      pendingShared = false;
    }
    pending.add(instruction);
    pendingShared ||= shared;
    anyShared ||= shared;
    work += instruction.work;
    instruction.words[0] = op | flags;
  }
  return { shared: anyShared, work };
}
