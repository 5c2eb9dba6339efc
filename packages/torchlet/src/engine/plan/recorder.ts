// Captures the instructions of a step while it runs, with memory of its own that replays will use again.
import { allocateChunk, chunkBytes, freeChunk } from "../heap.js";
import { i32, instruction } from "../machine.js";
import { Op } from "../opcodes.js";
import type { Recording, Refusal } from "../recording.js";
import { moveToHost, Storage, tenure } from "../storage.js";
import { type Operand, operandsOf } from "./operands.js";

/** A captured instruction. */
export interface Captured {
  /** A copy of its words, opcode first. */
  words: Int32Array;
  /** About how many nanoseconds one thread takes. */
  work: number;
  /** The operands with the storages that they lie in; those without an address are left out. */
  operands: readonly CapturedOperand[];
}

export interface CapturedOperand extends Operand {
  readonly storage: Storage;
}

/** A check that a replay makes before it runs. */
export interface Guard {
  readonly storage: Storage;
  /** Bytes from the storage's start. */
  readonly offset: number;
  readonly check: (address: number) => boolean;
}

/** Memory of a plan: chunks that nobody else uses while it lives. */
export class Arena {
  /** Every chunk: address and size. */
  readonly chunks: { readonly address: number; readonly bytes: number }[] = [];
  private readonly spare = new Map<number, number[]>();

  take(bytes: number): number {
    const size = Math.max(bytes, 1);
    const list = this.spare.get(chunkBytes(size));
    const used = list?.pop();
    if (used !== undefined) return used;
    const address = allocateChunk(size);
    this.chunks.push({ address, bytes: size });
    return address;
  }

  giveBack(address: number, bytes: number): void {
    const size = chunkBytes(Math.max(bytes, 1));
    const list = this.spare.get(size);
    if (list === undefined) this.spare.set(size, [address]);
    else list.push(address);
  }

  /** Returns everything to the heap. */
  dissolve(): void {
    for (const { address, bytes } of this.chunks) freeChunk(address, bytes);
    this.chunks.length = 0;
    this.spare.clear();
  }
}

/** One capture. */
export class Recorder implements Recording {
  readonly instructions: Captured[] = [];
  readonly arena = new Arena();
  /** Storages from outside (inputs, parameters, state, constants) with the address and the version they came with. */
  readonly externals = new Map<Storage, { readonly address: number; readonly version: number }>();
  readonly guards: Guard[] = [];
  /** Storages of the arena that have not been released. */
  readonly live = new Set<Storage>();
  /** Why there will be no plan, or that there will be one only later. */
  refusal: Refusal | null = null;
  postponed = false;
  private ended = false;
  /** Storages by address, for the common case that an operand begins where its storage does. */
  private readonly byAddress = new Map<number, Storage>();
  private readonly written = new Set<Storage>();

  /** @param onRefusal told at once when something cannot be captured; may throw */
  constructor(private readonly onRefusal: (what: Refusal) => void) {}

  create(bytes: number): Storage {
    const storage = new Storage(bytes);
    storage.address = this.arena.take(bytes);
    storage.owner = this;
    this.live.add(storage);
    this.byAddress.set(storage.address, storage);
    return storage;
  }

  /** @internal A storage of the arena was released: while capturing, its memory serves again. */
  release(storage: Storage): void {
    storage.released = true;
    this.live.delete(storage);
    if (!this.ended) this.arena.giveBack(storage.address, storage.bytes);
  }

  touch(storage: Storage): void {
    if (storage.owner === this || this.externals.has(storage)) return;
    // What belongs to another plan, which overwrites it, moves to memory of its own.
    if (storage.owner !== null) moveToHost(storage);
    tenure(storage);
    // Its address is asked for after this: it is there now, and stays for this capture.
    this.externals.set(storage, { address: storage.address, version: storage.version });
    this.byAddress.set(storage.address, storage);
  }

  refuse(what: Refusal): void {
    this.refusal ??= what;
    this.onRefusal(what);
  }

  postpone(): void {
    this.postponed = true;
  }

  guard(address: number, check: (address: number) => boolean): void {
    const storage = this.ownerOf(address);
    if (storage === null || storage.owner === this || this.written.has(storage)) {
      this.refuse({
        en: "indices or labels that are computed inside the step have to be checked in the middle of it",
        zh: "步骤内部计算出的索引或标签需要在中途检查",
        hint: {
          en: "compute them before the call and pass them as an argument",
          zh: "请在调用之前计算，并作为参数传入",
        },
      });
      return;
    }
    this.guards.push({ storage, offset: address - storage.address, check });
  }

  /** The storage that an address lies in. */
  private ownerOf(address: number): Storage | null {
    const exact = this.byAddress.get(address);
    if (exact !== undefined && !exact.released && exact.address === address) return exact;
    for (const storages of [this.live, this.externals.keys()]) {
      for (const s of storages) if (address >= s.address && address < s.address + Math.max(s.bytes, 1)) return s;
    }
    // A view of no elements may begin where its storage ends.
    for (const storages of [this.live, this.externals.keys()]) {
      for (const s of storages) if (address === s.address + s.bytes) return s;
    }
    return null;
  }

  instruction(work: number): void {
    const p = instruction >> 2;
    // Instructions of a plan begin at even words, so that doubles in them can be written.
    i32[p + 1]! += i32[p + 1]! & 1;
    const words = i32.slice(p, p + i32[p + 1]!);
    const operands = operandsOf(words);
    if (operands === null) {
      const op = Object.entries(Op).find(([, code]) => code === words[0])?.[0] ?? words[0];
      this.refuse({
        en: `one of its operations (${op}) cannot be captured`,
        zh: `其中的操作（${op}）无法捕获`,
        hint: { en: "do this part before the call or after it", zh: "请在调用之前或之后完成这一部分" },
      });
      return;
    }
    const captured: CapturedOperand[] = [];
    for (const operand of operands) {
      const address = words[operand.word]! >>> 0;
      if (address === 0) continue;
      const storage = this.ownerOf(address);
      if (storage === null) throw new Error(`instruction ${words[0]} has an operand that no storage holds`);
      captured.push({ ...operand, storage });
      if (operand.writes) this.written.add(storage);
    }
    this.instructions.push({ words, work, operands: captured });
  }

  /** Whether everything from outside is where it was when it was first used. */
  isSettled(): boolean {
    for (const [storage, { address }] of this.externals) {
      if (storage.released || storage.address !== address || !storage.tenured) return false;
    }
    return true;
  }

  /**
   * Ends the capture. Storages of the arena that somebody may hold move to JavaScript's memory, but for those named.
   *
   * @param kept storages that stay where they are (gradients, outputs)
   */
  end(kept: ReadonlySet<Storage>): void {
    this.ended = true;
    for (const storage of this.live) if (!kept.has(storage)) moveToHost(storage);
    this.live.clear();
  }

  /** Ends a capture that gives no plan. */
  abandon(): void {
    this.end(new Set());
    this.arena.dissolve();
  }
}
