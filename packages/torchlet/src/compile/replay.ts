// A captured step of tensors: what has to hold for it to run again, and what a run leaves behind.
import { isGradEnabled } from "../autograd/index.js";
import { addressOf, createStorage, fuse, getNumThreads, Plan, type Storage } from "../engine/index.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { type Binding, changesOf, offsetOf, replaceableGradients, StepGradients } from "./gradients.js";
import { LeafGuards, ModuleGuards } from "./guards.js";
import { fillPattern, matchPattern, type Pattern, patternOf } from "./pattern.js";
import type { Preparation, Session } from "./session.js";

interface Input {
  readonly binding: Binding | null;
  /** Bytes from the start of its storage at which the captured tensor began. */
  readonly offset: number;
  /** How often the step changes it. */
  readonly changes: number;
  /** The first argument in the same storage, and bytes from its beginning to this one's. */
  readonly partner: number;
  readonly distance: number;
  /** Set where the step uses this memory in other ways as well: it has to be the same again, at the same place. */
  readonly storage: Storage | null;
}

/** A result: in fresh memory each time, or an argument or a view of one, or a tensor from outside. */
type Output =
  | { readonly kind: "fresh"; readonly storage: number; readonly like: Tensor }
  | { readonly kind: "argument"; readonly index: number }
  | { readonly kind: "view"; readonly index: number; readonly offset: number; readonly like: Tensor }
  | { readonly kind: "outside"; readonly tensor: Tensor };

/** A check of an argument's values, or (input < 0) of those of a tensor from outside, that comes before a run. */
interface Guard {
  readonly input: number;
  readonly storage: Storage;
  readonly offset: number;
  readonly check: (address: number) => boolean;
}

/** A step that can run again. */
export class Replay {
  private readonly plan: Plan;
  private readonly gradEnabled = isGradEnabled();
  private readonly defaultDtype: DType = getDefaultDtype();
  private readonly threads = getNumThreads();
  private readonly modules: ModuleGuards;
  private readonly leaves: LeafGuards;
  private readonly gradients: StepGradients;
  private readonly inputs: readonly Input[];
  private readonly outputs: readonly Output[];
  private readonly result: Pattern;
  private readonly fresh: { readonly binding: Binding | null; readonly bytes: number }[] = [];
  private readonly changed: { readonly storage: Storage; readonly times: number }[] = [];
  private readonly guards: readonly Guard[];
  /** Storages from outside that are no arguments. */
  private readonly own = new Set<Storage>();
  private readonly conditions: (() => boolean)[] = [];
  private readonly preparations: (() => void)[] = [];
  /** The arguments of the call under way, and storages of its results: kept here so that a call allocates nothing for them. */
  private readonly tensors: Tensor[] = [];
  private readonly storages: Storage[] = [];
  /** Bytes of engine memory. */
  readonly bytes: number;
  /** Whether a run failed in the middle: instructions that count the threads which are done with them have lost count. */
  private interrupted = false;
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
    const survivors = session.gradientStorages();
    const results: Tensor[] = [];
    this.result = patternOf(value, results);
    for (const { storage } of results) survivors.add(storage);
    const pinned = new Map<Preparation, (typeof recorder.instructions)[number]>();
    for (const p of session.preparations)
      if (p.kind === "rewrite") pinned.set(p, recorder.instructions[p.instruction]!);
    // What lies outside the plan's memory matters to others; within it only what is returned or left as a gradient.
    const survives = (storage: Storage) => storage.owner !== recorder || survivors.has(storage);
    const plan = new Plan(fuse(recorder.instructions, survives, new Set(pinned.values())), recorder.arena);
    this.plan = plan;
    this.bytes = recorder.arena.chunks.reduce((n, { bytes }) => n + bytes, 0);
    this.modules = new ModuleGuards(session.modules);
    this.leaves = new LeafGuards(session, given);

    const indexOf = new Map<Storage, number>();
    given.forEach(({ storage }, i) => {
      if (!indexOf.has(storage)) indexOf.set(storage, i);
    });
    this.inputs = given.map((t, i): Input => {
      const { storage } = t;
      const partner = indexOf.get(storage)!;
      const isFirst = partner === i;
      return {
        binding: isFirst ? plan.bindingOf(storage) : null,
        offset: offsetOf(t),
        changes: isFirst ? changesOf(recorder, storage) : 0,
        partner,
        distance: offsetOf(t) - offsetOf(given[partner]!),
        storage: session.isUsedBeside(storage, given) ? storage : null,
      };
    });
    const replaceable = replaceableGradients(session, given);
    for (const storage of recorder.externals.keys()) {
      if (indexOf.has(storage) || replaceable.has(storage)) continue;
      plan.hold(storage);
      this.own.add(storage);
      const times = changesOf(recorder, storage);
      if (times > 0) this.changed.push({ storage, times });
    }
    this.gradients = new StepGradients(session, replaceable, given, plan, this.own);
    this.guards = recorder.guards.map(({ storage, offset, check }) => {
      const input = indexOf.get(storage) ?? -1;
      return { check, storage, input, offset: input < 0 ? offset : offset - offsetOf(given[input]!) };
    });

    const numbers = new Map<Storage, number>();
    this.outputs = results.map((t): Output => {
      const { storage } = t;
      if (given.includes(t)) return { kind: "argument", index: given.indexOf(t) };
      const like = t.data;
      like.leafRequiresGrad = t.leafRequiresGrad;
      const index = indexOf.get(storage);
      if (index !== undefined) return { kind: "view", index, offset: offsetOf(t) - offsetOf(given[index]!), like };
      if (storage.owner !== recorder) return { kind: "outside", tensor: t };
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
    plan.seal();
    const { slots } = this.gradients;
    recorder.end(slots);
    for (const storage of slots) storage.owner = plan;
  }

  /** Whether the arguments, the modules and everything else are as they were; if so, `run` may follow. */
  matches(args: readonly unknown[]): boolean {
    if (this.gradEnabled !== isGradEnabled() || this.threads !== getNumThreads()) return false;
    if (this.defaultDtype !== getDefaultDtype() || this.interrupted) return false;
    const { tensors, inputs, conditions } = this;
    if (matchPattern(this.args, args, tensors, 0) < 0) return false;
    for (let i = 0; i < inputs.length; i++) {
      const { partner, distance, offset, storage: fixed } = inputs[i]!;
      const tensor = tensors[i]!;
      const { storage } = tensor;
      if (fixed !== null) {
        if (storage !== fixed || offsetOf(tensor) !== offset) return false;
      } else if (storage.isHeld && this.own.has(storage)) return false;
      if (partner === i) {
        for (let j = 0; j < i; j++) if (tensors[j]!.storage === storage) return false;
      } else {
        const first = tensors[partner]!;
        if (first.storage !== storage || offsetOf(tensor) - offsetOf(first) !== distance) return false;
      }
    }
    if (!this.modules.hold() || !this.leaves.hold() || !this.gradients.match(tensors)) return false;
    for (let i = 0; i < conditions.length; i++) if (!conditions[i]!()) return false;
    return true;
  }

  /** Whether indices and labels are in the ranges that the captured step found them in. */
  inRange(): boolean {
    const { guards } = this;
    for (let i = 0; i < guards.length; i++) {
      const { input, storage, offset, check } = guards[i]!;
      if (!check((input < 0 ? addressOf(storage) : this.tensors[input]!.address()) + offset)) return false;
    }
    return true;
  }

  /** Runs the step on the arguments that matched. */
  run(): unknown {
    const { plan, inputs, fresh, storages, tensors, changed, gradients, preparations } = this;
    // Every storage is created before the first address is asked for, and before anything is changed.
    gradients.secure(tensors);
    for (let i = 0; i < fresh.length; i++) storages[i] = createStorage(fresh[i]!.bytes);
    for (let i = 0; i < fresh.length; i++) {
      const { binding } = fresh[i]!;
      if (binding !== null) plan.bind(binding, addressOf(storages[i]!));
    }
    for (let i = 0; i < inputs.length; i++) {
      const { binding, offset, changes } = inputs[i]!;
      const tensor = tensors[i]!;
      if (binding !== null) plan.bind(binding, tensor.address() - offset);
      if (changes > 0) tensor.storage.version += changes;
    }
    gradients.bind(tensors);
    for (let i = 0; i < preparations.length; i++) preparations[i]!();
    this.interrupted = true;
    plan.run();
    this.interrupted = false;
    for (let i = 0; i < changed.length; i++) changed[i]!.storage.version += changed[i]!.times;
    gradients.finish(tensors);
    return this.result.kind === "tensor" ? this.make(0) : fillPattern(this.result, 0, this);
  }

  /** Result number i of the run that has just ended. */
  make(i: number): Tensor {
    const output = this.outputs[i]!;
    switch (output.kind) {
      case "outside":
        return output.tensor;
      case "argument":
        return this.tensors[output.index]!;
      case "fresh": {
        const { dtype, shape, strides, storageOffset, dense, leafRequiresGrad } = output.like;
        const made = new Tensor(this.storages[output.storage]!, dtype, shape, strides, storageOffset, dense);
        if (leafRequiresGrad) made.leafRequiresGrad = true;
        return made;
      }
      case "view": {
        const { dtype, shape, strides, dense, leafRequiresGrad } = output.like;
        const input = this.tensors[output.index]!;
        const offset = (offsetOf(input) + output.offset) / dtype.itemsize;
        const made = new Tensor(input.storage, dtype, shape, strides, offset, dense);
        if (leafRequiresGrad) made.leafRequiresGrad = true;
        return made;
      }
      default:
        return output satisfies never;
    }
  }

  /** Gives the engine's memory back; gradients that somebody may hold stay valid. */
  dispose(): void {
    this.gradients.dispose();
    this.plan.dispose();
  }
}
