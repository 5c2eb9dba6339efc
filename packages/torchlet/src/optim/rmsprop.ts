// RMSprop: steps divided by the root of the mean square of recent gradients.
import { instructions, Rule } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { ElementwiseOptimizer, stateTensor } from "./elementwise.js";
import {
  checkNonNegative,
  type GroupSettings,
  type OptimizerArguments,
  type ParameterGroup,
  type Parameters,
  readSettings,
} from "./settings.js";

/** Settings of a group of parameters. */
export interface RMSpropSettings extends GroupSettings {
  alpha: number;
  eps: number;
  weightDecay: number;
  momentum: number;
  centered: boolean;
  maximize: boolean;
}

interface RMSpropState {
  step: number;
  squareAvg: Tensor;
  momentumBuffer?: Tensor;
  gradAvg?: Tensor;
}

const DEFAULTS: RMSpropSettings = {
  lr: 0.01,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

/**
 * RMSprop (Tieleman and Hinton, lecture 6.5 of Neural Networks for Machine Learning, 2012):
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     v = alpha * v + (1 - alpha) * g^2
 *     a = alpha * a + (1 - alpha) * g                    (with `centered`, else 0; Graves, 2013)
 *     d = sqrt(v - a^2) + eps
 *     b = momentum * b + g / d                           (with momentum, else b = g / d)
 *     p = p - lr * b
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.01, alpha 0.99, eps 1e-8, weightDecay 0, momentum 0, centered false,
 *   maximize false
 * @throws ValueError for negative settings
 *
 * @example
 * const optimizer = new torch.optim.RMSprop(net.parameters(), { lr: 0.01, momentum: 0.9 });
 */
export class RMSprop extends ElementwiseOptimizer<RMSpropSettings, RMSpropState> {
  protected override readonly stateNames = ["step", "squareAvg", "momentumBuffer", "gradAvg"];

  constructor(parameters: Parameters<RMSpropSettings>, ...args: OptimizerArguments<RMSpropSettings>) {
    super(parameters, readSettings("RMSprop", DEFAULTS, args));
  }

  protected override checkSettings(settings: RMSpropSettings): void {
    for (const name of ["lr", "eps", "momentum", "weightDecay", "alpha"] as const) {
      checkNonNegative("RMSprop", name, settings[name]);
    }
  }

  protected override stateFor(p: Tensor, group: ParameterGroup<RMSpropSettings>, before?: RMSpropState): RMSpropState {
    const state: RMSpropState = before ?? { step: 0, squareAvg: stateTensor(p) };
    if (group.momentum > 0) state.momentumBuffer ??= stateTensor(p);
    if (group.centered) state.gradAvg ??= stateTensor(p);
    return state;
  }

  protected override begin({ maximize, weightDecay, alpha, eps, momentum }: ParameterGroup<RMSpropSettings>): void {
    instructions.beginUpdate(Rule.rmsprop, maximize, weightDecay, alpha, 1 - alpha, eps, momentum);
  }

  protected override update(group: ParameterGroup<RMSpropSettings>, state: RMSpropState): void {
    state.step++;
    const buffer = group.momentum > 0 ? state.momentumBuffer! : null;
    this.apply(state.squareAvg, buffer, group.centered ? state.gradAvg! : null, -group.lr);
  }
}
