// Hooks on tensors: functions that see gradients, and gradients that are kept.
import { AutogradError } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Node } from "./node.js";
import type { GradientHook } from "./walk.js";

/** Takes a hook away again. */
export interface RemovableHandle extends Disposable {
  remove(): void;
}

/** A handle that takes an entry out of a list. */
export function handleOf<T>(list: T[], entry: T): RemovableHandle {
  const remove = () => {
    const at = list.indexOf(entry);
    if (at >= 0) list.splice(at, 1);
  };
  return { remove, [Symbol.dispose]: remove };
}

/**
 * Calls a function with a tensor's gradient whenever a pass has computed it.
 *
 * @throws AutogradError for a tensor that does not require a gradient
 */
export function addGradientHook(tensor: Tensor, hook: GradientHook): RemovableHandle {
  if (!tensor.requiresGrad) {
    throw new AutogradError("hook-no-grad", {
      path: "registerHook",
      rule: { en: "the tensor does not require a gradient", zh: "该张量不需要梯度" },
    });
  }
  const node = tensor.node as Node | null;
  let list: GradientHook[];
  if (node === null) {
    list = tensor.gradientHooks ??= [];
  } else {
    node.hooks ??= Array.from({ length: node.outputs }, () => []);
    list = node.hooks[tensor.outputIndex]!;
  }
  list.push(hook);
  return handleOf(list, hook);
}

/** Keeps the gradient of a computed tensor in its `grad`, as leaves do. */
export function retainGradient(tensor: Tensor): void {
  const node = tensor.node as Node | null;
  if (node === null) return;
  node.retained ??= new Map();
  node.retained.set(tensor.outputIndex, tensor);
}
