// What knows its own state: models, optimizers, schedules, generators, and whatever follows the same protocol.
import { Module, type StateDict } from "../nn/module.js";
import { Generator } from "../ops/random.js";
import { LRScheduler, type SchedulerStateDict } from "../optim/lr-scheduler/scheduler.js";
import { Optimizer } from "../optim/optimizer.js";
import type { OptimizerStateDict } from "../optim/state-dict.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { type Problem, problem } from "./problems.js";

/** An object that gives its state as plain values and tensors, and takes it back: loaders, metrics, your own. */
export interface Stateful {
  stateDict(): unknown;
  loadStateDict(state: never): unknown;
}

/** The kinds of objects that a checkpoint knows. */
export type Kind = "module" | "optimizer" | "scheduler" | "generator" | "stateful";

/** Everything that takes its state back by itself. */
export type StatefulObject = Module | Optimizer | LRScheduler | Generator | Stateful;

function isProtocol(value: object): value is Stateful {
  const { stateDict, loadStateDict } = value as Partial<Stateful>;
  return typeof stateDict === "function" && typeof loadStateDict === "function";
}

/** The kind of an object; null for what has no state of its own. */
export function kindOf(value: unknown): Kind | null {
  if (value instanceof Module) return "module";
  if (value instanceof Optimizer) return "optimizer";
  if (value instanceof LRScheduler) return "scheduler";
  if (value instanceof Generator) return "generator";
  if (typeof value === "object" && value !== null && !(value instanceof Tensor) && isProtocol(value)) return "stateful";
  return null;
}

/** Whether something is a kind's name. */
export function isKind(value: unknown): value is Kind {
  return ["module", "optimizer", "scheduler", "generator", "stateful"].includes(value as string);
}

/** The class that a state belongs to; empty where any will do. A model is known by its names and shapes instead. */
export function classOf(kind: Kind, object: object): string {
  return kind === "optimizer" || kind === "scheduler" ? object.constructor.name : "";
}

/** A state as plain values and tensors; the tensors are the object's own. */
export function capture(object: StatefulObject): unknown {
  if (object instanceof Generator) return { state: object.getState(), seed: object.initialSeed() };
  return object.stateDict();
}

/** What of a saved state does not fit an object, as far as that can be told without changing it. */
export function findMisfits(path: string, object: StatefulObject, state: unknown): Problem[] {
  if (object instanceof Module) return moduleMisfits(path, object, state);
  if (object instanceof Generator) {
    const { state: bytes, seed } = (state ?? {}) as { state?: unknown; seed?: unknown };
    const fits = bytes instanceof Uint8Array && bytes.length === object.getState().length && typeof seed === "number";
    return fits ? [] : [problem(path, "it is no state of a generator", "这不是随机数生成器的状态")];
  }
  return [];
}

function moduleMisfits(path: string, module: Module, state: unknown): Problem[] {
  const own = module.stateDict();
  const given = (typeof state === "object" && state !== null ? state : {}) as Record<string, unknown>;
  const of = (x: unknown) => (x instanceof Tensor ? `${x.dtype.name} ${formatShape(x.shape)}` : typeof x);
  const problems: Problem[] = [];
  for (const [name, now] of Object.entries(own)) {
    const at = `${path}.${name}`;
    const saved = Object.hasOwn(given, name) ? given[name] : undefined;
    if (saved === undefined) {
      problems.push(
        problem(at, `is not in the checkpoint, the model has ${of(now)}`, `检查点中没有，而模型中为 ${of(now)}`),
      );
    } else if (!(saved instanceof Tensor) || saved.dtype !== now.dtype || !sameShape(saved.shape, now.shape)) {
      const [was, is] = [of(saved), of(now)];
      problems.push(
        problem(at, `was saved as ${was}, the model has ${is}`, `保存时为 ${was}，而模型中为 ${is}`, is, was),
      );
    }
  }
  for (const [name, saved] of Object.entries(given)) {
    if (Object.hasOwn(own, name)) continue;
    problems.push(problem(`${path}.${name}`, `is not in the model (${of(saved)})`, `模型中没有（${of(saved)}）`));
  }
  return problems;
}

/** Gives an object a saved state. */
export function restoreObject(object: StatefulObject, state: unknown): void {
  if (object instanceof Module) object.loadStateDict(state as StateDict);
  else if (object instanceof Generator) {
    const { state: bytes, seed } = state as { state: Uint8Array; seed: number };
    object.setState(bytes, seed);
  } else if (object instanceof Optimizer) object.loadStateDict(state as OptimizerStateDict);
  else if (object instanceof LRScheduler) object.loadStateDict(state as SchedulerStateDict);
  else object.loadStateDict(state as never);
}
