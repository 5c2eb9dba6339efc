// RAdam: Adam that waits with the second moment until its variance is tractable.
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
export interface RAdamSettings extends GroupSettings {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  decoupledWeightDecay: boolean;
  maximize: boolean;
}

interface RAdamState {
  step: number;
  expAvg: Tensor;
  expAvgSq: Tensor;
}

const DEFAULTS: RAdamSettings = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  maximize: false,
};

/**
 * RAdam (Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, 2020), in step t:
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     m = beta1 * m + (1 - beta1) * g
 *     v = beta2 * v + (1 - beta2) * g^2
 *     rho_inf = 2 / (1 - beta2) - 1,  rho = rho_inf - 2 t beta2^t / (1 - beta2^t)
 *     r = sqrt((rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho))
 *     p = p - lr * m / (1 - beta1^t) * (rho > 5 ? r * sqrt(1 - beta2^t) / (sqrt(v) + eps) : 1)
 *
 * With `decoupledWeightDecay` p shrinks by the factor 1 - lr * weightDecay instead of the decay in g.
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.001, betas [0.9, 0.999], eps 1e-8, weightDecay 0,
 *   decoupledWeightDecay false, maximize false
 * @throws ValueError for negative settings and betas outside [0, 1)
 *
 * @example
 * const optimizer = new torch.optim.RAdam(net.parameters(), { lr: 0.001 });
 */
export class RAdam extends ElementwiseOptimizer<RAdamSettings, RAdamState> {
  protected override readonly stateNames = ["step", "expAvg", "expAvgSq"];

  constructor(parameters: Parameters<RAdamSettings>, ...args: OptimizerArguments<RAdamSettings>) {
    super(parameters, readSettings("RAdam", DEFAULTS, args));
  }

  protected override checkSettings({ lr, eps, betas, weightDecay }: RAdamSettings): void {
    checkNonNegative("RAdam", "lr", lr);
    checkNonNegative("RAdam", "eps", eps);
    checkBetas("RAdam", betas);
    checkNonNegative("RAdam", "weightDecay", weightDecay);
  }

  protected override stateFor(p: Tensor, _group: unknown, before?: RAdamState): RAdamState {
    return before ?? { step: 0, expAvg: stateTensor(p), expAvgSq: stateTensor(p) };
  }

  protected override begin(group: ParameterGroup<RAdamSettings>): void {
    const { betas, eps, maximize, weightDecay, lr, decoupledWeightDecay } = group;
    const [decay, factor] = decoupledWeightDecay ? [0, 1 - lr * weightDecay] : [weightDecay, 1];
    instructions.beginUpdate(Rule.radam, maximize, decay, 1 - betas[0], betas[1], 1 - betas[1], eps, factor);
  }

  protected override update({ lr, betas: [beta1, beta2] }: ParameterGroup<RAdamSettings>, state: RAdamState): void {
    const t = ++state.step;
    const correction2 = 1 - beta2 ** t;
    const limit = 2 / (1 - beta2) - 1;
    const length = limit - (2 * t * beta2 ** t) / correction2;
    const rectification =
      length > 5 ? Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length)) : 0;
    this.apply(state.expAvg, state.expAvgSq, null, 1 - beta1 ** t, lr, Math.sqrt(correction2), rectification);
  }
}
