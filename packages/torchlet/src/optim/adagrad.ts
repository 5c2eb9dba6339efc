// Adagrad: steps that shrink with the sum of squared gradients.
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
export interface AdagradSettings extends GroupSettings {
  lrDecay: number;
  weightDecay: number;
  initialAccumulatorValue: number;
  eps: number;
  maximize: boolean;
}

interface AdagradState {
  step: number;
  sum: Tensor;
}

const DEFAULTS: AdagradSettings = {
  lr: 0.01,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
};

/**
 * Adagrad (Duchi et al., Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011), in step t:
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     s = s + g^2                                       (s = initialAccumulatorValue at first)
 *     p = p - lr / (1 + (t - 1) * lrDecay) * g / (sqrt(s) + eps)
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.01, lrDecay 0, weightDecay 0, initialAccumulatorValue 0, eps 1e-10,
 *   maximize false
 * @throws ValueError for negative settings
 *
 * @example
 * const optimizer = new torch.optim.Adagrad(net.parameters(), { lr: 0.1 });
 */
export class Adagrad extends ElementwiseOptimizer<AdagradSettings, AdagradState> {
  protected override readonly stateNames = ["step", "sum"];

  constructor(parameters: Parameters<AdagradSettings>, ...args: OptimizerArguments<AdagradSettings>) {
    super(parameters, readSettings("Adagrad", DEFAULTS, args));
  }

  protected override checkSettings(settings: AdagradSettings): void {
    for (const name of ["lr", "lrDecay", "weightDecay", "initialAccumulatorValue", "eps"] as const) {
      checkNonNegative("Adagrad", name, settings[name]);
    }
  }

  protected override stateFor(p: Tensor, group: ParameterGroup<AdagradSettings>, before?: AdagradState): AdagradState {
    return before ?? { step: 0, sum: stateTensor(p, group.initialAccumulatorValue) };
  }

  protected override begin({ maximize, weightDecay, eps }: ParameterGroup<AdagradSettings>): void {
    instructions.beginUpdate(Rule.adagrad, maximize, weightDecay, eps);
  }

  protected override update({ lr, lrDecay }: ParameterGroup<AdagradSettings>, state: AdagradState): void {
    const t = ++state.step;
    this.apply(state.sum, null, null, -lr / (1 + (t - 1) * lrDecay));
  }
}
