// One capture as seen from above the engine: gradients, modules, tensors and effects, beside the instructions.
import { lastNode } from "../autograd/node.js";
import { Recorder, type Refusal, type Storage } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Trace } from "../tensor/trace.js";

/** What a leaf's gradient was when the step first met it; "any" where the step began by clearing it. */
export type GradientBefore = Tensor | null | "any";

/** Something that a replay checks or does in JavaScript before its instructions run. */
export type Preparation =
  | { readonly kind: "effect"; readonly again: () => void }
  | { readonly kind: "condition"; readonly matches: () => boolean }
  | {
      readonly kind: "rewrite";
      readonly instruction: number;
      readonly matches: () => boolean;
      readonly rewrite: (address: number) => void;
    };

export class Session implements Trace {
  readonly recorder: Recorder;
  readonly modules = new Set<object>();
  readonly preparations: Preparation[] = [];
  /** Operations recorded until now lie outside the step. */
  private readonly firstNode = lastNode() + 1;
  private readonly gradients = new Map<Tensor, GradientBefore>();
  /** Tensors that the step made; all others came from outside. */
  private readonly made = new Set<Tensor>();
  /** Tensors from outside whose values the step used, and those of whose values it used views of its own. */
  private readonly used = new Set<Tensor>();
  private readonly viewed = new Set<Tensor>();

  /** @param onRefusal told at once when something cannot be captured; may throw */
  constructor(onRefusal: (what: Refusal) => void) {
    this.recorder = new Recorder(onRefusal);
  }

  tensor(made: Tensor): void {
    this.made.add(made);
  }

  use(tensor: Tensor): void {
    if (!this.made.has(tensor)) this.used.add(tensor);
    else if (tensor.base !== null && !this.made.has(tensor.base)) this.viewed.add(tensor.base);
  }

  gradient(leaf: Tensor, cleared: boolean): void {
    if (!this.gradients.has(leaf)) this.gradients.set(leaf, cleared ? "any" : leaf.gradient);
  }

  /** Leaves from outside with the gradients they had. */
  *leafGradients(): Generator<readonly [Tensor, GradientBefore]> {
    for (const entry of this.gradients) if (!this.made.has(entry[0])) yield entry;
  }

  /** Tensors from outside whose values the step used, arguments among them, and what these are views of. */
  outside(): Set<Tensor> {
    const all = new Set(this.viewed);
    for (const tensor of this.used) all.add(tensor).add(tensor.base ?? tensor);
    return all;
  }

  /** Whether the step used memory otherwise than through the tensors given. */
  isUsedBeside(storage: Storage, given: readonly Tensor[]): boolean {
    for (const tensor of this.used) if (tensor.storage === storage && !given.includes(tensor)) return true;
    for (const base of this.viewed) {
      if (base.storage === storage && !given.some((t) => t === base || t.base === base)) return true;
    }
    return false;
  }

  /** Whether the step made a tensor. */
  isMade(tensor: Tensor): boolean {
    return this.made.has(tensor);
  }

  /** Storages that hold the gradients of leaves from outside now. */
  gradientStorages(): Set<Storage | undefined> {
    return new Set(Array.from(this.leafGradients(), ([leaf]) => leaf.gradient?.storage));
  }

  operation(sequence: number): void {
    if (sequence >= this.firstNode) return;
    this.refuse(
      "its backward pass goes on into operations from before the step",
      "其反向传播延伸到了该步骤之前的操作",
      "compile the whole step, from the leaves on, or detach() what comes from outside",
      "请编译从叶子张量开始的整个步骤，或对来自外部的张量调用 detach()",
    );
  }

  module(module: object): void {
    this.modules.add(module);
  }

  effect(again: () => void): void {
    this.preparations.push({ kind: "effect", again });
  }

  rewrites(matches: () => boolean, rewrite: (address: number) => void): void {
    this.preparations.push({ kind: "rewrite", instruction: this.recorder.instructions.length, matches, rewrite });
  }

  holds(check: () => boolean): void {
    this.preparations.push({ kind: "condition", matches: check });
  }

  refuse(en: string, zh: string, hintEn?: string, hintZh?: string): void {
    const hint = hintEn === undefined || hintZh === undefined ? undefined : { en: hintEn, zh: hintZh };
    this.recorder.refuse({ en, zh, hint });
  }
}
