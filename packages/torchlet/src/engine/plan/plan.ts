// A captured step, ready to run again: its instructions in engine memory, and the words that say where operands lie.
import { allocateChunk, freeChunk } from "../heap.js";
import { executePlan, i32 } from "../machine.js";
import { addressOf, type Storage, type StorageOwner } from "../storage.js";
import type { Arena, Captured } from "./recorder.js";
import { schedule } from "./schedule.js";

/** Words of a plan that follow one storage. */
export interface Binding {
  /** Where the storage is, as the words have it now. */
  base: number;
  readonly words: readonly number[];
}

/** A plan's instructions. */
export class Plan implements StorageOwner {
  private readonly address: number;
  private readonly bytes: number;
  private readonly count: number;
  private readonly shared: boolean;
  private readonly work: number;
  private readonly bindings = new Map<Storage, Binding>();
  private readonly places = new Map<Captured, number>();
  /** Storages from outside that live as long as the plan: where they moved, the words follow. */
  private readonly held: { readonly storage: Storage; readonly binding: Binding }[] = [];

  constructor(
    instructions: readonly Captured[],
    private readonly arena: Arena,
  ) {
    const { shared, work } = schedule(instructions);
    this.shared = shared;
    this.work = work;
    this.count = instructions.length;
    this.bytes = Math.max(4, 4 * instructions.reduce((n, { words }) => n + words.length, 0));
    this.address = allocateChunk(this.bytes);
    let at = this.address / 4;
    for (const instruction of instructions) {
      const { words, operands } = instruction;
      i32.set(words, at);
      this.places.set(instruction, at);
      for (const { word, storage } of operands) {
        let binding = this.bindings.get(storage);
        if (binding === undefined) {
          binding = { base: storage.address, words: [] };
          this.bindings.set(storage, binding);
        }
        (binding.words as number[]).push(at + word);
      }
      at += words.length;
    }
  }

  /** The words that follow a storage; null where no instruction uses it. */
  bindingOf(storage: Storage): Binding | null {
    return this.bindings.get(storage) ?? null;
  }

  /** Where the words of an instruction are: byte address. */
  addressOfInstruction(instruction: Captured): number {
    return this.places.get(instruction)! * 4;
  }

  /** Keeps a storage from outside for as long as the plan lives. */
  hold(storage: Storage): void {
    const binding = this.bindings.get(storage);
    storage.isHeld = true;
    if (binding !== undefined) this.held.push({ storage, binding });
  }

  /** Ends the questions about instructions and storages: what only they refer to can go. */
  seal(): void {
    this.bindings.clear();
    this.places.clear();
  }

  /** Lets words point to where a storage is now. */
  bind(binding: Binding, base: number): void {
    const delta = base - binding.base;
    if (delta === 0) return;
    const { words } = binding;
    for (let i = 0; i < words.length; i++) i32[words[i]!]! += delta;
    binding.base = base;
  }

  run(): void {
    const { held } = this;
    for (let i = 0; i < held.length; i++) {
      const { storage, binding } = held[i]!;
      const address = addressOf(storage);
      if (address !== binding.base) this.bind(binding, address);
    }
    executePlan(this.address, this.count, this.shared, this.work);
  }

  /** A storage in the plan's memory was released by somebody outside: the plan keeps its place. */
  release(storage: Storage): void {
    storage.released = true;
  }

  /** Gives everything back. */
  dispose(): void {
    freeChunk(this.address, this.bytes);
    this.arena.dissolve();
  }
}
