// Adamax: Adam with the infinity norm in place of the second moment.
import { instructions, Rule } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { ElementwiseOptimizer, stateTensor } from "./elementwise.js";
import {
  checkBetas,
  checkNonNegative,
  type GroupSettings,
  type OptimizerArguments,
  type ParameterGroup,
  type Parameters,
  readSettings,
} from "./settings.js";

/** Settings of a group of parameters. */
export interface AdamaxSettings extends GroupSettings {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  maximize: boolean;
}

interface AdamaxState {
  step: number;
  expAvg: Tensor;
  expInf: Tensor;
}

const DEFAULTS: AdamaxSettings = { lr: 0.002, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false };

/**
 * Adamax (section 7.1 of Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015), in step t:
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     m = beta1 * m + (1 - beta1) * g
 *     u = max(beta2 * u, |g| + eps)
 *     p = p - lr / (1 - beta1^t) * m / u
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.002, betas [0.9, 0.999], eps 1e-8, weightDecay 0, maximize false
 * @throws ValueError for negative settings and betas outside [0, 1)
 *
 * @example
 * const optimizer = new torch.optim.Adamax(net.parameters(), { lr: 0.002 });
 */
export class Adamax extends ElementwiseOptimizer<AdamaxSettings, AdamaxState> {
  protected override readonly stateNames = ["step", "expAvg", "expInf"];

  constructor(parameters: Parameters<AdamaxSettings>, ...args: OptimizerArguments<AdamaxSettings>) {
    super(parameters, readSettings("Adamax", DEFAULTS, args));
  }

  protected override checkSettings({ lr, eps, betas, weightDecay }: AdamaxSettings): void {
    checkNonNegative("Adamax", "lr", lr);
    checkNonNegative("Adamax", "eps", eps);
    checkBetas("Adamax", betas);
    checkNonNegative("Adamax", "weightDecay", weightDecay);
  }

  protected override stateFor(p: Tensor, _group: unknown, before?: AdamaxState): AdamaxState {
    return before ?? { step: 0, expAvg: stateTensor(p), expInf: stateTensor(p) };
  }

  protected override begin({ betas, eps, maximize, weightDecay }: ParameterGroup<AdamaxSettings>): void {
    instructions.beginUpdate(Rule.adamax, maximize, weightDecay, 1 - betas[0], betas[1], 0, eps, 1);
  }

  protected override update({ lr, betas }: ParameterGroup<AdamaxSettings>, state: AdamaxState): void {
    const t = ++state.step;
    this.apply(state.expAvg, state.expInf, null, -(lr / (1 - betas[0] ** t)));
  }
}
