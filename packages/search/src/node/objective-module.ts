// An objective for threads: a module that exports it, since a function cannot be sent to a thread.
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ValueError } from "torchlet";
import type { Json } from "../core/trial-record.js";
import type { Trial } from "../study/trial.js";

/** What an objective may ask of its trial, wherever it runs. */
export type ObjectiveTrial = Pick<
  Trial,
  | "number"
  | "seed"
  | "params"
  | "signal"
  | "suggest"
  | "suggestFloat"
  | "suggestInt"
  | "suggestCategorical"
  | "report"
  | "shouldPrune"
  | "setUserAttr"
>;

/**
 * What the module exports.
 *
 * @example
 * // objective.ts
 * export default function objective(trial: ObjectiveTrial, options: { epochs: number }): number { ... }
 */
export type ModuleObjective = (
  trial: ObjectiveTrial,
  options: Json,
) => number | readonly number[] | Promise<number | readonly number[]>;

/** Where an objective is found. */
export interface ObjectiveModule {
  /** A URL (`new URL("./objective.js", import.meta.url)`), or a path from the working directory. */
  readonly module: URL | string;
  /** Its name in the module. Default: "default". */
  readonly export?: string;
  /** Handed to it beside the trial. */
  readonly options?: Json;
}

/** The module's address. @throws ValueError for what is none */
export function moduleUrl(objective: ObjectiveModule): string {
  const { module } = objective;
  if (module instanceof URL) return module.href;
  if (typeof module !== "string" || module === "") {
    throw new ValueError("objective-module", {
      path: "optimizeParallel",
      rule: {
        en: `the objective must be { module, export?, options? }, got ${typeof objective === "function" ? "a function" : typeof module}`,
        zh: `目标必须是 { module, export?, options? }，得到 ${typeof objective === "function" ? "函数" : typeof module}`,
      },
      received: objective,
      hint: {
        en: "a function cannot be sent to a thread: export it from a module",
        zh: "函数无法发送到线程：请从模块中导出",
      },
    });
  }
  if (/^(file|data|https?):/.test(module)) return module;
  return pathToFileURL(isAbsolute(module) ? module : resolve(module)).href;
}
