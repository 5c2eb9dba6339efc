// Options of `fit` that have no meaning are refused before anything runs.
import { ShapeError, ValueError } from "../errors/index.js";
import { Metric } from "../metrics/metric.js";
import { Module } from "../nn/module.js";
import { LRScheduler } from "../optim/lr-scheduler/scheduler.js";
import { Optimizer } from "../optim/optimizer.js";
import { formatShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import type { FitCallbacks, FitMetrics, FitModel, FitOptions } from "./types.js";

const NAMES: { readonly [K in keyof Required<FitOptions>]: true } = {
  data: true,
  loss: true,
  optimizer: true,
  epochs: true,
  maxSteps: true,
  batchSize: true,
  shuffle: true,
  validation: true,
  scheduler: true,
  metrics: true,
  callbacks: true,
  earlyStopping: true,
  clipGradNorm: true,
  clipGradValue: true,
  accumulateSteps: true,
  sampleWeight: true,
  classWeight: true,
  progress: true,
  signal: true,
  seed: true,
  everySteps: true,
  compile: true,
  onDiagnosis: true,
  snapshotEvery: true,
};
const CALLBACKS: { readonly [K in keyof Required<FitCallbacks>]: true } = {
  onStart: true,
  onEpochStart: true,
  onStep: true,
  onEpochEnd: true,
  onDiagnosis: true,
  onStop: true,
};

function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (value instanceof Tensor) return `a tensor of shape ${formatShape(value.shape)}`;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** The error of an option; the rule ends before what was received. */
export function optionError(option: string, en: string, zh: string, received: unknown): ValueError {
  return new ValueError("fit-option", {
    path: `fit (${option})`,
    rule: { en: `${option} ${en}, got ${shown(received)}`, zh: `${option} ${zh}，得到的是 ${shown(received)}` },
    received: typeof received === "object" || typeof received === "function" ? shown(received) : received,
  });
}

/** @throws ValueError for names that nothing listens to */
function checkNames(who: string, given: object, known: object): void {
  const names = Object.keys(known);
  for (const name of Object.keys(given)) {
    if (name in known) continue;
    throw new ValueError("fit-unknown-option", {
      path: who,
      rule: { en: `there is no option ${name}`, zh: `没有名为 ${name} 的选项` },
      expected: names,
      received: name,
      hint: { en: `the options are ${names.join(", ")}`, zh: `可用的选项有 ${names.join("、")}` },
    });
  }
}

function checkInteger(option: string, value: unknown, from: number): void {
  if (value === undefined || (typeof value === "number" && Number.isInteger(value) && value >= from)) return;
  throw optionError(option, `must be an integer of at least ${from}`, `必须是不小于 ${from} 的整数`, value);
}

function checkPositive(option: string, value: unknown): void {
  if (value == null || (typeof value === "number" && value > 0)) return;
  throw optionError(option, "must be a positive number", "必须是正数", value);
}

function checkFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw optionError(option, "must be a function", "必须是函数", value);
}

function checkBoolean(option: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw optionError(option, "must be true or false", "必须是 true 或 false", value);
}

function checkMetrics(metrics: FitMetrics): void {
  if (typeof metrics !== "object" || metrics === null || Array.isArray(metrics)) {
    throw optionError("metrics", "must be an object of metrics by name", "必须是以名称为键的指标对象", metrics);
  }
  for (const [name, metric] of Object.entries(metrics)) {
    if (name === "loss" || name.includes(".")) {
      throw optionError(
        "metrics",
        'must have names other than "loss", without dots',
        '的名称不能是 "loss"，也不能含点号',
        name,
      );
    }
    if (!(metric instanceof Metric)) {
      throw optionError(`metrics.${name}`, "must be a metric (torch.metrics)", "必须是指标（torch.metrics）", metric);
    }
  }
}

function checkEarlyStopping(settings: NonNullable<FitOptions["earlyStopping"]>): void {
  if (typeof settings !== "object") {
    throw optionError("earlyStopping", "must be an object", "必须是对象", settings);
  }
  const known = { monitor: 1, patience: 1, minDelta: 1, mode: 1, restoreBest: 1 };
  checkNames("fit (earlyStopping)", settings, known);
  checkInteger("earlyStopping.patience", settings.patience, 1);
  const { minDelta, mode } = settings;
  if (minDelta !== undefined && !(typeof minDelta === "number" && minDelta >= 0)) {
    throw optionError("earlyStopping.minDelta", "must not be negative", "不能为负", minDelta);
  }
  if (mode !== undefined && mode !== "min" && mode !== "max") {
    throw optionError("earlyStopping.mode", 'must be "min" or "max"', '必须是 "min" 或 "max"', mode);
  }
  checkBoolean("earlyStopping.restoreBest", settings.restoreBest);
}

function checkScheduler(scheduler: NonNullable<FitOptions["scheduler"]>): void {
  const makes = (value: unknown) => value instanceof LRScheduler || typeof value === "function";
  if (makes(scheduler)) return;
  if (typeof scheduler !== "object" || !("scheduler" in scheduler) || !makes(scheduler.scheduler)) {
    throw optionError(
      "scheduler",
      "must be a schedule, a function that makes one of the optimizer, or { scheduler, interval, monitor }",
      "必须是调度器、由优化器生成调度器的函数，或 { scheduler, interval, monitor }",
      scheduler,
    );
  }
  checkNames("fit (scheduler)", scheduler, { scheduler: 1, interval: 1, monitor: 1 });
  const { interval } = scheduler;
  if (interval !== undefined && interval !== "epoch" && interval !== "step") {
    throw optionError("scheduler.interval", 'must be "epoch" or "step"', '必须是 "epoch" 或 "step"', interval);
  }
}

/**
 * Refuses options without meaning.
 *
 * @throws ValueError that names the option
 */
export function checkOptions(model: FitModel, options: FitOptions): void {
  if (typeof model !== "function")
    throw optionError("model", "must be a module or a function", "必须是模块或函数", model);
  if (typeof options !== "object" || options === null) {
    throw optionError("options", "must be an object", "必须是对象", options);
  }
  checkNames("fit", options, NAMES);
  const { data, loss, optimizer, epochs, maxSteps, validation, callbacks, signal } = options;
  if (data == null) throw optionError("data", "is missing", "缺失", data);
  if (typeof loss !== "function") {
    throw optionError("loss", "must be a loss module or a function", "必须是损失模块或函数", loss);
  }
  if (!(optimizer instanceof Optimizer) && typeof optimizer !== "function") {
    throw optionError(
      "optimizer",
      "must be an optimizer or a function of the parameters that makes one",
      "必须是优化器，或由参数生成优化器的函数",
      optimizer,
    );
  }
  if (epochs === undefined && maxSteps === undefined) {
    throw optionError("epochs", "or maxSteps must be given", "与 maxSteps 至少要给出一个", epochs);
  }
  checkInteger("epochs", epochs, 0);
  checkInteger("maxSteps", maxSteps, 1);
  checkInteger("batchSize", options.batchSize, 1);
  checkBoolean("shuffle", options.shuffle);
  checkInteger("accumulateSteps", options.accumulateSteps, 1);
  checkInteger("everySteps", options.everySteps, 1);
  checkInteger("snapshotEvery", options.snapshotEvery, 0);
  checkInteger("seed", options.seed, Number.MIN_SAFE_INTEGER);
  checkPositive("clipGradNorm", options.clipGradNorm);
  checkPositive("clipGradValue", options.clipGradValue);
  if (options.clipGradNorm != null && options.clipGradValue != null) {
    throw optionError(
      "clipGradNorm",
      "and clipGradValue exclude each other",
      "与 clipGradValue 不能同时使用",
      options.clipGradNorm,
    );
  }
  checkFunction("sampleWeight", options.sampleWeight);
  checkFunction("progress", options.progress);
  checkBoolean("compile", options.compile);
  const { onDiagnosis, classWeight } = options;
  if (onDiagnosis !== undefined && !["throw", "stop", "warn"].includes(onDiagnosis)) {
    throw optionError(
      "onDiagnosis",
      'must be "throw", "stop" or "warn"',
      '必须是 "throw"、"stop" 或 "warn"',
      onDiagnosis,
    );
  }
  if (typeof validation === "number" && !(validation > 0 && validation < 1)) {
    throw optionError("validation", "as a share must lie between 0 and 1", "作为比例时必须在 0 到 1 之间", validation);
  }
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw optionError("signal", "must be an AbortSignal", "必须是 AbortSignal", signal);
  }
  if (classWeight !== undefined && !(classWeight instanceof Tensor) && !Array.isArray(classWeight)) {
    throw optionError("classWeight", "must be a list of numbers or a tensor", "必须是数字列表或张量", classWeight);
  }
  if (options.metrics !== undefined) checkMetrics(options.metrics);
  for (const each of listOf(callbacks)) {
    if (typeof each !== "object" || each === null) {
      throw optionError(
        "callbacks",
        "must be an object of functions, or a list of such",
        "必须是函数对象或其列表",
        each,
      );
    }
    checkNames("fit (callbacks)", each, CALLBACKS);
    for (const [name, body] of Object.entries(each)) checkFunction(`callbacks.${name}`, body);
  }
  if (options.earlyStopping != null) checkEarlyStopping(options.earlyStopping);
  if (options.scheduler != null) checkScheduler(options.scheduler);
}

/** Callbacks as a list. */
export function listOf<M extends FitMetrics>(callbacks: FitOptions<M>["callbacks"]): readonly FitCallbacks<M>[] {
  if (callbacks === undefined) return [];
  return (Array.isArray(callbacks) ? callbacks : [callbacks]) as readonly FitCallbacks<M>[];
}

/**
 * The optimizer, made where a function was given.
 *
 * @throws ValueError for one of none of the model's parameters
 */
export function optimizerOf(model: FitModel, given: FitOptions["optimizer"]): Optimizer {
  const made = given instanceof Optimizer ? given : given(model instanceof Module ? model.parameters() : []);
  if (!(made instanceof Optimizer)) {
    throw optionError("optimizer", "as a function must return an optimizer", "作为函数时必须返回优化器", made);
  }
  if (model instanceof Module) {
    const own = new Set<unknown>(model.parameters());
    if (!made.paramGroups.some(({ params }) => params.some((p) => own.has(p)))) {
      throw new ValueError("fit-optimizer", {
        path: "fit (optimizer)",
        rule: {
          en: "the optimizer changes none of the model's parameters",
          zh: "该优化器不包含模型的任何参数",
        },
        hint: {
          en: "it was made of another model: pass (parameters) => new torch.optim.SGD(parameters, { lr })",
          zh: "它是为另一个模型创建的：请传入 (parameters) => new torch.optim.SGD(parameters, { lr })",
        },
      });
    }
  }
  return made;
}

/**
 * Class weights as a tensor.
 *
 * @throws ShapeError unless it is a list, ValueError for negative weights
 */
export function classWeightOf(
  given: FitOptions["classWeight"],
  asTensor: (v: readonly number[]) => Tensor,
): Tensor | null {
  if (given === undefined) return null;
  const weights = given instanceof Tensor ? given : asTensor(given);
  if (weights.ndim !== 1) {
    throw new ShapeError("fit-class-weight", {
      path: "fit (classWeight)",
      rule: {
        en: `class weights must be a list, one for each class, got shape ${formatShape(weights.shape)}`,
        zh: `类别权重必须是列表，每个类别一个，得到的形状为 ${formatShape(weights.shape)}`,
      },
      received: [...weights.shape],
    });
  }
  const bad = [...weights.toTypedArray()].find((w) => !(w >= 0));
  if (bad !== undefined) throw optionError("classWeight", "must have weights of 0 or more", "的权重不能为负", bad);
  return weights;
}
