// Copies of a model's weights and buffers, and of its optimizer, to go back to.
import { noGrad } from "../autograd/index.js";
import { Module } from "../nn/module.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { OptimizerStateDict } from "../optim/state-dict.js";
import { Tensor } from "../tensor/tensor.js";
import { parametersOf } from "./step.js";
import type { FitModel } from "./types.js";

/** The tensors that make up what a model has learned, by name: all parameters and buffers, or what the optimizer changes. */
export function stateOf(model: FitModel, optimizer: Optimizer): Record<string, Tensor> {
  if (model instanceof Module) return model.stateDict();
  return Object.fromEntries(parametersOf(optimizer).map((p, i) => [String(i), p.data]));
}

/** A copy that is written again and again. */
export class WeightSnapshot {
  private copies: Record<string, Tensor> = {};
  /** The optimizer step after which it was taken; -1 before. */
  step = -1;

  constructor(
    private readonly model: FitModel,
    private readonly optimizer: Optimizer,
  ) {}

  take(step: number): void {
    const state = stateOf(this.model, this.optimizer);
    noGrad(() => {
      for (const [name, value] of Object.entries(state)) {
        const copy = this.copies[name];
        if (copy?.shape.every((s, d) => s === value.shape[d]) && copy.numel() === value.numel()) copy.copy_(value);
        else this.copies[name] = value.clone();
      }
    });
    this.step = step;
  }

  /** Puts the values back, bit for bit. */
  restore(): void {
    const state = stateOf(this.model, this.optimizer);
    noGrad(() => {
      for (const [name, copy] of Object.entries(this.copies)) state[name]?.copy_(copy);
    });
  }

  /** The copies by name, to be saved. */
  stateDict(): Record<string, Tensor> {
    return { ...this.copies };
  }

  /** Continues with saved copies. */
  loadStateDict(copies: Record<string, Tensor>, step: number): void {
    this.copies = Object.fromEntries(Object.entries(copies).map(([name, value]) => [name, value.detach().clone()]));
    this.step = step;
  }
}

/** A copy of an optimizer's state in memory of its own. */
function copyState(dict: OptimizerStateDict): OptimizerStateDict {
  const copy = (value: unknown): unknown => {
    if (value instanceof Tensor) return value.detach().clone();
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copy(v)]));
    }
    return value;
  };
  return { state: copy(dict.state), paramGroups: copy(dict.paramGroups) } as OptimizerStateDict;
}

/** Weights together with the optimizer that made them. */
export class TrainingSnapshot {
  private readonly weights: WeightSnapshot;
  private state: OptimizerStateDict | null = null;

  constructor(
    model: FitModel,
    private readonly optimizer: Optimizer,
  ) {
    this.weights = new WeightSnapshot(model, optimizer);
  }

  get step(): number {
    return this.weights.step;
  }

  take(step: number): void {
    this.weights.take(step);
    this.state = copyState(this.optimizer.stateDict());
  }

  restore(): void {
    if (this.state === null) return;
    this.weights.restore();
    this.optimizer.loadStateDict(copyState(this.state));
  }

  /** The copies of the weights, to compare with. */
  get copies(): Record<string, Tensor> {
    return this.weights.stateDict();
  }
}
