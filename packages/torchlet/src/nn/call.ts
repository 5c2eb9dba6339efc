// Calling a module: hooks around forward, and the path of layers that errors and anomaly reports name.
import { provideLayerPath } from "../autograd/index.js";
import { TorchletError } from "../errors/index.js";
import { Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import type { Module } from "./module.js";

/** Sees a module's inputs and output after `forward`. */
export type ForwardHook = (module: Module, inputs: readonly Tensor[], output: Tensor) => Tensor | undefined | void;
/** Sees a module's inputs before `forward`. */
export type ForwardPreHook = (
  module: Module,
  inputs: readonly Tensor[],
) => Tensor | readonly Tensor[] | undefined | void;
/** Sees the gradient of a module's output. */
export type BackwardHook = (module: Module, gradient: Tensor) => Tensor | undefined | void;

interface Hooks {
  readonly before: ForwardPreHook[];
  readonly after: ForwardHook[];
  readonly backward: BackwardHook[];
}

/** Kept outside the modules, so that attributes hold nothing but what the user put there. */
const registered = new WeakMap<Module, Hooks>();
/** How many modules ever had hooks: while there are none, nobody looks. */
export let anyHooks = false;

/** A module's hooks, to add to. */
export function hooksOf(module: Module): Hooks {
  anyHooks = true;
  let hooks = registered.get(module);
  if (hooks === undefined) {
    hooks = { before: [], after: [], backward: [] };
    registered.set(module, hooks);
  }
  return hooks;
}

/** Whether somebody sees what passes through a module. */
export function hasHooks(module: Module): boolean {
  if (!anyHooks) return false;
  const hooks = registered.get(module);
  return hooks !== undefined && hooks.before.length + hooks.after.length + hooks.backward.length > 0;
}

/** Whether somebody watches what passes through a module: with hooks, or with a forward of their own. */
export function isWatched(module: Module): boolean {
  return Object.hasOwn(module, "forward") || hasHooks(module);
}

/** The modules that are being called, outermost first. */
const active: Module[] = [];

/** `net.2 (Linear 128 -> 10)`: the innermost of the modules being called, seen from the outermost. */
function activePath(): string | undefined {
  const inner = active[active.length - 1];
  if (inner === undefined) return undefined;
  for (const [path, module] of active[0]!.namedModules()) {
    if (module === inner) return `net${path === "" ? "" : `.${path}`} (${inner.describe()})`;
  }
  return inner.describe();
}
provideLayerPath(activePath);

/** Errors that a layer's path was added to already. */
const located = new WeakSet<Error>();

/** The same error with the path of the layer it came from. */
function locate(error: TorchletError, path: string): TorchletError {
  const { rule, hint, expected, received, cause } = error;
  const Kind = error.constructor as new (
    code: string,
    details: ConstructorParameters<typeof TorchletError>[1],
  ) => TorchletError;
  const result = new Kind(error.code, { path, rule, hint, expected, received, cause });
  result.stack = error.stack?.replace(error.message, () => result.message);
  located.add(result);
  return result;
}

/** Runs a module: hooks before, forward, hooks after. An error is told which layer it came from. */
export function callModule(module: Module, inputs: Tensor[], forward = module.forward): Tensor {
  trace?.module(module);
  active.push(module);
  try {
    return hasHooks(module) ? callWithHooks(module, inputs) : forward.call(module, ...inputs);
  } catch (error) {
    if (error instanceof TorchletError && !located.has(error)) {
      const path = activePath();
      if (path !== undefined) throw locate(error, path);
    }
    throw error;
  } finally {
    active.pop();
  }
}

function callWithHooks(module: Module, given: Tensor[]): Tensor {
  trace?.refuse(
    "a module has hooks, which would run only once",
    "某个模块带有钩子，而钩子只会运行一次",
    "remove the hooks, or do what they do inside the step",
    "请移除这些钩子，或把它们的操作写进步骤里",
  );
  const { before, after, backward } = hooksOf(module);
  let inputs: Tensor[] = given;
  for (const hook of [...before]) {
    const replaced = hook(module, inputs);
    if (replaced instanceof Tensor) inputs = [replaced];
    else if (Array.isArray(replaced)) inputs = [...replaced];
  }
  let output = module.forward(...inputs);
  for (const hook of [...after]) {
    const replaced = hook(module, inputs, output);
    if (replaced instanceof Tensor) output = replaced;
  }
  if (backward.length > 0 && output instanceof Tensor && output.requiresGrad) {
    output.registerHook((gradient) => {
      let current = gradient;
      for (const hook of [...backward]) {
        const replaced = hook(module, current);
        if (replaced instanceof Tensor) current = replaced;
      }
      return current;
    });
  }
  return output;
}
