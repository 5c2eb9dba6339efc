// One capture as seen from above the engine: gradients, modules and effects, beside the instructions.
import { Recorder, type Refusal } from "../engine/index.js";
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
  readonly gradients = new Map<Tensor, GradientBefore>();
  readonly modules = new Set<object>();
  readonly preparations: Preparation[] = [];

  /** @param onRefusal told at once when something cannot be captured; may throw */
  constructor(onRefusal: (what: Refusal) => void) {
    this.recorder = new Recorder(onRefusal);
  }

  gradient(leaf: Tensor, cleared: boolean): void {
    if (!this.gradients.has(leaf)) this.gradients.set(leaf, cleared ? "any" : leaf.gradient);
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

  refuse(en: string, zh: string): void {
    this.recorder.refuse({ en, zh });
  }
}
