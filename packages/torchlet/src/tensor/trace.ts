// What listens, above the engine, while a step is captured: gradients, modules, and effects outside tensors.
import type { Tensor } from "./tensor.js";

/** The listener; src/compile/session.ts is the one there is. */
export interface Trace {
  /** A tensor has been made: a result, a view, another name for the same memory. */
  tensor(made: Tensor): void;
  /** A tensor's values are used. */
  use(tensor: Tensor): void;
  /** A backward pass comes to the operation of this number (autograd/node.ts). */
  operation(sequence: number): void;
  /** A leaf's gradient is looked at, changed or replaced; `cleared`: whatever it was no longer matters. */
  gradient(leaf: Tensor, cleared: boolean): void;
  /** A module is called. */
  module(module: object): void;
  /** Something outside tensors has just happened (a count of steps, a learning rate): every replay does it again first. */
  effect(again: () => void): void;
  /**
   * Numbers in the instruction that is written next depend on such things: every replay writes them anew.
   *
   * @param matches whether the instruction still fits; where it does not, the step is captured again
   * @param rewrite writes the numbers into the instruction at this byte address
   */
  rewrites(matches: () => boolean, rewrite: (instruction: number) => void): void;
  /** Something outside tensors that has to hold for a replay; where it does not, the step is captured again. */
  holds(check: () => boolean): void;
  /** Something that a replay could not repeat, and what to do instead; without a hint, the general one. */
  refuse(en: string, zh: string, hintEn?: string, hintZh?: string): void;
}

export let trace: Trace | null = null;

/** Runs what changes something outside tensors; where a step is captured, every replay runs it again first. */
export function repeated(body: () => void): void {
  const listener = trace;
  if (listener === null) {
    body();
    return;
  }
  listener.effect(body);
  trace = null;
  try {
    body();
  } finally {
    trace = listener;
  }
}

/** Begins or ends listening. */
export function setTrace(listener: Trace | null): void {
  trace = listener;
}
