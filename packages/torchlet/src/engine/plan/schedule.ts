// Decides which instructions of a plan threads share, and where they wait for each other.

import { Op } from "../opcodes.js";
import { isShareable } from "./operands.js";
import type { Captured } from "./recorder.js";

/** Flags above the opcode (kernels/index.ts). */
const SHARED = 1 << 16;
const BARRIER = 1 << 17;

/** Nanoseconds of work from which sharing pays inside a plan, where a barrier between threads that spin costs about 400. */
const SHARED_WORK = 2500;

/** Where the scratch area is: nobody's storage. */
const SCRATCH = 0;

/** The chunks that an instruction reads and writes. Pieces of a reduction meet in the scratch area, where programs have their blocks. */
function* accesses({ words, operands }: Captured): Generator<{ address: number; writes: boolean }> {
  for (const { storage, reads, writes } of operands) {
    if (reads) yield { address: storage.address, writes: false };
    if (writes) yield { address: storage.address, writes: true };
  }
  const op = words[0]! & 0xffff;
  if (op === Op.map || op === Op.reduce) yield { address: SCRATCH, writes: op === Op.reduce };
}

/** What the instructions since the last barrier have touched; memory is told apart by whole chunks. */
class Pending {
  private readonly read = new Set<number>();
  private readonly written = new Set<number>();

  conflicts(instruction: Captured): boolean {
    for (const { address, writes } of accesses(instruction)) {
      if (this.written.has(address) || (writes && this.read.has(address))) return true;
    }
    return false;
  }

  add(instruction: Captured): void {
    for (const { address, writes } of accesses(instruction)) (writes ? this.written : this.read).add(address);
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
