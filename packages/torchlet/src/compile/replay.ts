// A captured step of tensors: what has to hold for it to run again, and what a run leaves behind.
import { isGradEnabled } from "../autograd/index.js";
import {
  addressOf,
  createStorage,
  fuse,
  getNumThreads,
  instructions,
  moveToHost,
  Plan,
  Storage,
} from "../engine/index.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { ModuleGuards } from "./module-guards.js";
import { fillPattern, matchPattern, type Pattern, patternOf } from "./pattern.js";
import type { GradientBefore, Preparation, Session } from "./session.js";

/** The words of a plan that follow a storage. */
type Binding = NonNullable<ReturnType<Plan["bindingOf"]>>;

interface Input {
  readonly binding: Binding | null;
  /** Bytes from the start of its storage at which the captured tensor began. */
  readonly offset: number;
  /** How often the step changes it. */
  readonly changes: number;
}

/** A result: in fresh memory each time, or a view of an input, or a tensor from outside. */
type Output =
  | { readonly kind: "fresh"; readonly storage: number; readonly like: Tensor }
  | { readonly kind: "input"; readonly index: number; readonly offset: number; readonly like: Tensor }
  | { readonly kind: "outside"; readonly tensor: Tensor };

interface Gradient {
  /** The leaf, or the number of the argument that is one. */
  readonly leaf: Tensor | number;
  readonly before: GradientBefore;
  /** What the step leaves: its own slot in the plan's memory, nothing, or the tensor that it found. */
  readonly after: "slot" | null | Tensor;
  readonly address: number;
  slot: Tensor | null;
}

/** Arguments that match, in order; kept here so that a call allocates nothing for them. */
const scratch: Tensor[] = [];

/** A step that can run again. */
export class Replay {
  private readonly plan: Plan;
  private readonly gradEnabled = isGradEnabled();
  private readonly defaultDtype: DType = getDefaultDtype();
  private readonly threads = getNumThreads();
  private readonly modules: ModuleGuards;
  private readonly inputs: Input[];
  private readonly outputs: Output[];
  private readonly result: Pattern;
  private readonly fresh: { readonly binding: Binding | null; readonly bytes: number }[] = [];
  private readonly gradients: Gradient[] = [];
  private readonly changed: { readonly storage: Storage; readonly times: number }[] = [];
  private readonly ranges: {
    readonly input: number;
    readonly storage: Storage;
    readonly offset: number;
    readonly dtype: number;
    readonly count: number;
    readonly low: number;
    readonly high: number;
  }[] = [];
  /** Storages from outside that are no arguments. */
  private readonly own = new Set<Storage>();
  private readonly conditions: (() => boolean)[] = [];
  private readonly preparations: (() => void)[] = [];
  /** Bytes of engine memory. */
  readonly bytes: number;
  /** When it ran last, by the order of calls. */
  lastUse = 0;

  /** @param args the arguments' pattern and tensors, `value` what the step returned */
  constructor(
    session: Session,
    private readonly args: Pattern,
    given: readonly Tensor[],
    value: unknown,
  ) {
    const { recorder } = session;
    const slots = new Set([...session.gradients.keys()].map((leaf) => leaf.gradient?.storage));
    const results: Tensor[] = [];
    patternOf(value, results);
    for (const { storage } of results) slots.add(storage);
    const pinned = new Map<Preparation, (typeof recorder.instructions)[number]>();
    for (const p of session.preparations)
      if (p.kind === "rewrite") pinned.set(p, recorder.instructions[p.instruction]!);
    // What lies outside the plan's memory matters to others; within it only what is returned or left as a gradient.
    const survives = (storage: Storage) => storage.owner !== recorder || slots.has(storage);
    const plan = new Plan(fuse(recorder.instructions, survives, new Set(pinned.values())), recorder.arena);
    this.plan = plan;
    this.bytes = recorder.arena.chunks.reduce((n, { bytes }) => n + bytes, 0);
    this.modules = new ModuleGuards(session.modules);
    const indexOf = new Map(given.map((t, i) => [t.storage, i]));
    const offsetOf = (t: Tensor) => t.storageOffset * t.dtype.itemsize;
    const versions = (storage: Storage) =>
      storage.version - (recorder.externals.get(storage)?.version ?? storage.version);

    this.inputs = given.map((t) => ({
      binding: plan.bindingOf(t.storage),
      offset: offsetOf(t),
      changes: versions(t.storage),
    }));
    for (const storage of recorder.externals.keys()) {
      if (indexOf.has(storage)) continue;
      plan.hold(storage);
      this.own.add(storage);
      const times = versions(storage);
      if (times > 0) this.changed.push({ storage, times });
    }
    for (const { storage, offset, ...range } of recorder.guards) {
      const input = indexOf.get(storage) ?? -1;
      this.ranges.push({ ...range, storage, input, offset: input < 0 ? offset : offset - offsetOf(given[input]!) });
    }

    const kept = new Set<Storage>();
    for (const [leaf, before] of session.gradients) {
      const after = leaf.gradient;
      const isSlot = after !== null && after.storage.owner === recorder;
      const index = given.indexOf(leaf);
      if (isSlot) kept.add(after.storage);
      this.gradients.push({
        leaf: index < 0 ? leaf : index,
        before,
        after: isSlot ? "slot" : after,
        address: isSlot ? after.storage.address : 0,
        slot: isSlot ? after : null,
      });
    }

    this.result = patternOf(value, []);
    const numbers = new Map<Storage, number>();
    this.outputs = results.map((t): Output => {
      const { storage } = t;
      const index = indexOf.get(storage);
      const like = t.data;
      if (index !== undefined)
        return {
          kind: "input",
          index,
          offset: t.storageOffset - (given[index]!.storageOffset * given[index]!.dtype.itemsize) / t.dtype.itemsize,
          like,
        };
      if (storage.owner !== recorder || kept.has(storage)) return { kind: "outside", tensor: t };
      let number = numbers.get(storage);
      if (number === undefined) {
        number = this.fresh.push({ binding: plan.bindingOf(storage), bytes: storage.bytes }) - 1;
        numbers.set(storage, number);
      }
      return { kind: "fresh", storage: number, like };
    });

    for (const p of session.preparations) {
      if (p.kind !== "effect") this.conditions.push(p.matches);
      if (p.kind === "effect") this.preparations.push(p.again);
      else if (p.kind === "rewrite") {
        const address = plan.addressOfInstruction(pinned.get(p)!);
        this.preparations.push(() => p.rewrite(address));
      }
    }
    recorder.end(kept);
    for (const { storage } of this.gradients.flatMap((g) => (g.slot === null ? [] : [g.slot]))) storage.owner = plan;
  }

  /**
   * Whether the arguments, the modules and everything else are as they were; if so, the arguments' tensors come back in a
   * list that is valid until the next call.
   */
  matches(args: readonly unknown[]): readonly Tensor[] | null {
    if (this.gradEnabled !== isGradEnabled() || this.threads !== getNumThreads()) return null;
    if (this.defaultDtype !== getDefaultDtype()) return null;
    scratch.length = 0;
    if (!matchPattern(this.args, args, scratch) || !this.modules.hold()) return null;
    for (const { leaf, before } of this.gradients) {
      if (before !== "any" && (typeof leaf === "number" ? scratch[leaf]! : leaf).gradient !== before) return null;
    }
    for (let i = 0; i < this.conditions.length; i++) if (!this.conditions[i]!()) return null;
    // Arguments in memory that the step uses otherwise, or two in one storage, would have to be told apart by address.
    for (let i = 0; i < scratch.length; i++) {
      const { storage } = scratch[i]!;
      if (storage.owner !== null || this.own.has(storage)) return null;
      for (let j = 0; j < i; j++) if (scratch[j]!.storage === storage) return null;
    }
    return scratch;
  }

  /** Whether indices and labels are in the ranges that the captured step found them in. */
  inRange(tensors: readonly Tensor[]): boolean {
    for (const { input, storage, offset, dtype, count, low, high } of this.ranges) {
      const at = input < 0 ? addressOf(storage) + offset : tensors[input]!.address() + offset;
      if (!instructions.withinRange(count, at, low, high, dtype)) return false;
    }
    return true;
  }

  /** Runs the step on other tensors. */
  run(tensors: readonly Tensor[]): unknown {
    const { plan, inputs, fresh, gradients } = this;
    for (let i = 0; i < this.preparations.length; i++) this.preparations[i]!();
    for (const g of gradients) if (g.after === "slot") this.secure(g, tensors);
    const storages: Storage[] = [];
    for (let i = 0; i < fresh.length; i++) storages.push(createStorage(fresh[i]!.bytes));
    for (let i = 0; i < fresh.length; i++) {
      const { binding } = fresh[i]!;
      if (binding !== null) plan.bind(binding, addressOf(storages[i]!));
    }
    for (let i = 0; i < inputs.length; i++) {
      const { binding, offset, changes } = inputs[i]!;
      const tensor = tensors[i]!;
      if (binding !== null) plan.bind(binding, tensor.address() - offset);
      tensor.storage.version += changes;
    }
    plan.run();
    for (const { storage, times } of this.changed) storage.version += times;
    for (const g of gradients) {
      const leaf = typeof g.leaf === "number" ? tensors[g.leaf]! : g.leaf;
      leaf.gradient = g.after === "slot" ? g.slot : g.after;
      leaf.gradientSeen = g.after !== "slot" && g.after !== null;
    }
    const { outputs } = this;
    const first = outputs[0];
    if (this.result.kind === "tensor") return this.make(first!, storages, tensors);
    const self = this;
    return fillPattern(
      this.result,
      (function* () {
        for (const output of outputs) yield self.make(output, storages, tensors);
      })() as Iterator<Tensor>,
    );
  }

  private make(output: Output, storages: readonly Storage[], tensors: readonly Tensor[]): Tensor {
    if (output.kind === "outside") return output.tensor;
    const { dtype, shape, strides, storageOffset, dense } = output.like;
    if (output.kind === "fresh") {
      return new Tensor(storages[output.storage]!, dtype, shape, strides, storageOffset, dense);
    }
    const input = tensors[output.index]!;
    const offset = output.offset + (input.storageOffset * input.dtype.itemsize) / dtype.itemsize;
    return new Tensor(input.storage, dtype, shape, strides, offset, dense);
  }

  /** A gradient of the run before that somebody may hold moves to memory of its own: the slot is written again. */
  private secure(g: Gradient, tensors: readonly Tensor[]): void {
    const slot = g.slot!;
    const { storage } = slot;
    const leaf = typeof g.leaf === "number" ? tensors[g.leaf]! : g.leaf;
    if (storage.owner === this.plan && !storage.released) {
      if (leaf.gradient === slot && !leaf.gradientSeen) return;
      moveToHost(storage);
    }
    const own = new Storage(storage.bytes);
    own.address = g.address;
    own.owner = this.plan;
    g.slot = new Tensor(own, slot.dtype, slot.shape, slot.strides, slot.storageOffset, slot.dense);
  }

  /** Gives the engine's memory back; gradients that somebody may hold stay valid. */
  dispose(): void {
    for (const { slot } of this.gradients) {
      if (slot !== null && slot.storage.owner === this.plan && !slot.storage.released) moveToHost(slot.storage);
    }
    this.plan.dispose();
  }
}
