// Ctrl-C as an AbortSignal, so that a loop ends between two steps and saves once more. Node only.
import { EngineError } from "../errors/index.js";

/** Signals that ask a program to end. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** A signal that is aborted when the program is asked to end. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Lets Ctrl-C end the program again as it does without this. */
  dispose(): void;
}

/**
 * An `AbortSignal` that Ctrl-C (SIGINT) and SIGTERM abort, instead of ending the program at once. A second one ends it.
 *
 * The loop must let the program have its turn (`for await`, `await torch.utils.data.breathe()`), else signals are never seen.
 *
 * @throws EngineError in a page, where there are no such signals
 *
 * @example
 * const { signal } = torch.checkpoint.onInterrupt();
 * for await (const [X, y] of loader) {
 *   trainStep(X, y);
 *   if (signal.aborted) break;
 * }
 * await checkpoints.save(state.step, state);
 */
export function onInterrupt(signals: readonly EndSignal[] = ["SIGINT", "SIGTERM"]): Interruption {
  if (typeof process === "undefined" || typeof process.on !== "function") {
    throw new EngineError("no-signals", {
      path: "torch.checkpoint.onInterrupt",
      rule: { en: "a page gets no signals", zh: "网页不会收到系统信号" },
      hint: { en: "use an AbortController and a button", zh: "请使用 AbortController 与按钮" },
    });
  }
  const controller = new AbortController();
  const dispose = () => {
    for (const name of signals) process.off(name, abort);
  };
  const abort = (name: NodeJS.Signals) => {
    // Nobody listens any more: the next one ends the program.
    dispose();
    controller.abort(name);
  };
  for (const name of signals) process.on(name, abort);
  return { signal: controller.signal, dispose };
}
