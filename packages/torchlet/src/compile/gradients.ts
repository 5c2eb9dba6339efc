// What a captured step found as the gradients of leaves, what it leaves there, and how a replay does the same.
import { addressOf, moveToHost, type Plan, type Recorder, releaseStorage, Storage } from "../engine/index.js";
import { sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import type { Session } from "./session.js";

/** The words of a plan that follow a storage. */
export type Binding = NonNullable<ReturnType<Plan["bindingOf"]>>;

interface Entry {
  /** The leaf; null where it is an argument, then its number counts. */
  readonly leaf: Tensor | null;
  readonly index: number;
  /** Whether the leaf's gradient has to be none, or one like that of the capture, or the very same; or does not matter. */
  readonly before: "any" | "none" | "alike" | "same";
  /** The gradient of the capture. */
  readonly expected: Tensor | null;
  /** Where the step uses a gradient that it found. */
  readonly binding: Binding | null;
  readonly offset: number;
  /** How often it changes it. */
  readonly changes: number;
  /** What the step leaves: a slot in the plan's memory, nothing, what it found, or a certain tensor. */
  readonly after: "slot" | "none" | "found" | "other";
  readonly address: number;
  readonly other: Tensor | null;
  slot: Tensor | null;
}

function isAlike(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides) && a.node === null;
}

/** The gradients of a captured step. */
export class StepGradients {
  private readonly entries: Entry[] = [];
  private readonly anyAlike: boolean;
  /** Storages that gradients found may not lie in, filled anew for each check. */
  private readonly taken = new Set<Storage>();
  /** Slots: they stay in the plan's memory when the capture ends. */
  readonly slots = new Set<Storage>();

  /**
   * @param found gradients found that other ones may take the place of
   * @param given the arguments
   */
  constructor(
    session: Session,
    found: ReadonlySet<Storage>,
    given: readonly Tensor[],
    private readonly plan: Plan,
    private readonly own: ReadonlySet<Storage>,
  ) {
    const { recorder } = session;
    for (const [leaf, before] of session.leafGradients()) {
      const after = leaf.gradient;
      const isSlot = after !== null && after.storage.owner === recorder;
      if (isSlot) this.slots.add(after.storage);
      const index = given.indexOf(leaf);
      const isTensor = before instanceof Tensor;
      const alike = isTensor && found.has(before.storage);
      this.entries.push({
        leaf: index < 0 ? leaf : null,
        index,
        before: before === "any" ? "any" : before === null ? "none" : alike ? "alike" : "same",
        expected: isTensor ? before : null,
        binding: alike ? plan.bindingOf(before.storage) : null,
        offset: alike ? before.storageOffset * before.dtype.itemsize : 0,
        changes: alike ? changesOf(recorder, before.storage) : 0,
        after: isSlot ? "slot" : after === null ? "none" : after === before ? "found" : "other",
        address: isSlot ? after.storage.address : 0,
        other: after,
        slot: isSlot ? after : null,
      });
    }
    this.anyAlike = this.entries.some((e) => e.before === "alike");
  }

  /** Whether the gradients are such as the step can begin with. */
  match(tensors: readonly Tensor[]): boolean {
    const { entries } = this;
    for (let i = 0; i < entries.length; i++) {
      const e = entries[i]!;
      const leaf = e.leaf ?? tensors[e.index]!;
      if (leaf.gradientHooks !== null && leaf.gradientHooks.length > 0) return false;
      if (e.before === "any") continue;
      const { gradient } = leaf;
      if (e.before === "alike") {
        if (gradient === null || !isAlike(gradient, e.expected!)) return false;
      } else if (gradient !== e.expected) return false;
    }
    return !this.anyAlike || this.areApart(tensors);
  }

  /** Whether gradients found lie in memory that the step does not use otherwise. */
  private areApart(tensors: readonly Tensor[]): boolean {
    const { taken, own } = this;
    taken.clear();
    for (const { storage } of tensors) taken.add(storage);
    for (const e of this.entries) {
      if (e.before !== "alike") continue;
      const { storage } = (e.leaf ?? tensors[e.index]!).gradient!;
      if (taken.has(storage) || own.has(storage)) return false;
      taken.add(storage);
    }
    taken.clear();
    return true;
  }

  /** Before storages are created: gradients of the run before that somebody may hold leave the slots. */
  secure(tensors: readonly Tensor[]): void {
    const { entries } = this;
    for (let i = 0; i < entries.length; i++) if (entries[i]!.after === "slot") this.secureSlot(entries[i]!, tensors);
  }

  private secureSlot(e: Entry, tensors: readonly Tensor[]): void {
    const slot = e.slot!;
    const { storage } = slot;
    if (storage.owner === this.plan && !storage.released) {
      const leaf = e.leaf ?? tensors[e.index]!;
      // What nobody has seen is written again, unless the step reads it as well.
      if (leaf.gradient === slot && !leaf.gradientSeen && e.before !== "alike") return;
      moveToHost(storage);
    }
    const own = new Storage(storage.bytes);
    own.address = e.address;
    own.owner = this.plan;
    e.slot = new Tensor(own, slot.dtype, slot.shape, slot.strides, slot.storageOffset, slot.dense);
  }

  /** Lets the plan use the gradients that are there. */
  bind(tensors: readonly Tensor[]): void {
    if (!this.anyAlike) return;
    for (const e of this.entries) {
      if (e.before !== "alike") continue;
      const gradient = (e.leaf ?? tensors[e.index]!).gradient!;
      if (e.binding !== null) this.plan.bind(e.binding, addressOf(gradient.storage) + offsetOf(gradient) - e.offset);
      gradient.storage.version += e.changes;
    }
  }

  /** Leaves what the step leaves. */
  finish(tensors: readonly Tensor[]): void {
    const { entries } = this;
    for (let i = 0; i < entries.length; i++) {
      const e = entries[i]!;
      if (e.after === "found") continue;
      const leaf = e.leaf ?? tensors[e.index]!;
      const next = e.after === "slot" ? e.slot : e.other;
      const { gradient } = leaf;
      if (gradient !== next) {
        // As where an optimizer clears it: what the user has never seen is nobody's.
        if (gradient !== null && !leaf.gradientSeen && gradient.node === null) releaseStorage(gradient.storage);
        leaf.gradient = next;
      }
      leaf.gradientSeen = e.after === "other";
    }
  }

  /** The plan's memory goes: gradients that somebody may hold move to memory of their own. */
  dispose(): void {
    for (const { slot } of this.entries) {
      if (slot !== null && slot.storage.owner === this.plan && !slot.storage.released) moveToHost(slot.storage);
    }
  }
}

/** Bytes from the start of its storage at which a tensor begins. */
export function offsetOf(t: Tensor): number {
  return t.storageOffset * t.dtype.itemsize;
}

/** How often a captured step changed a storage from outside. */
export function changesOf(recorder: Recorder, storage: Storage): number {
  return storage.version - (recorder.externals.get(storage)?.version ?? storage.version);
}

/** Storages of gradients found that others may take the place of: no argument, and no other gradient, lies in them. */
export function replaceableGradients(session: Session, given: readonly Tensor[]): Set<Storage> {
  const taken = new Set(given.map((t) => t.storage));
  const found = new Set<Storage>();
  for (const [leaf, before] of session.leafGradients()) {
    if (!(before instanceof Tensor) || before.node !== null) continue;
    const { storage } = before;
    const after = leaf.gradient;
    // What else lies there, or is left there, has to stay the same.
    const moves = after !== null && after !== before && after.storage === storage;
    if (taken.has(storage) || moves || session.isUsedBeside(storage, [before])) found.delete(storage);
    else found.add(storage);
    taken.add(storage);
  }
  return found;
}
