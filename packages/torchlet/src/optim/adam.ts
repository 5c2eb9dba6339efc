// Adam, and AdamW, whose weight decay stays out of the moments.
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
import type { OptimizerStateDict } from "./state-dict.js";

/** Settings of a group of parameters. */
export interface AdamSettings extends GroupSettings {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  amsgrad: boolean;
  maximize: boolean;
  decoupledWeightDecay: boolean;
}

interface AdamState {
  step: number;
  expAvg: Tensor;
  expAvgSq: Tensor;
  maxExpAvgSq?: Tensor;
}

const DEFAULTS: AdamSettings = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  decoupledWeightDecay: false,
};
const DECOUPLED: AdamSettings = { ...DEFAULTS, weightDecay: 0.01, decoupledWeightDecay: true };

/**
 * Adam (Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015), in step t:
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     m = beta1 * m + (1 - beta1) * g
 *     v = beta2 * v + (1 - beta2) * g^2
 *     p = p - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
 *
 * With `amsgrad` the largest v so far takes v's place (Reddi et al., On the Convergence of Adam and Beyond, 2018); with
 * `decoupledWeightDecay` p shrinks by the factor 1 - lr * weightDecay instead of the decay in g.
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.001, betas [0.9, 0.999], eps 1e-8, weightDecay 0, amsgrad false,
 *   maximize false, decoupledWeightDecay false
 * @throws ValueError for negative settings and betas outside [0, 1)
 *
 * @example
 * const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.001 });
 */
export class Adam extends ElementwiseOptimizer<AdamSettings, AdamState> {
  /** @internal */
  static readonly settings = DEFAULTS;
  protected override readonly stateNames = ["step", "expAvg", "expAvgSq", "maxExpAvgSq"];

  constructor(parameters: Parameters<AdamSettings>, ...args: OptimizerArguments<AdamSettings>) {
    super(parameters, readSettings(new.target.name, new.target.settings, args));
  }

  protected override checkSettings({ lr, eps, betas, weightDecay }: AdamSettings): void {
    const who = this.constructor.name;
    checkNonNegative(who, "lr", lr);
    checkNonNegative(who, "eps", eps);
    checkBetas(who, betas);
    checkNonNegative(who, "weightDecay", weightDecay);
  }

  protected override stateFor(p: Tensor, group: ParameterGroup<AdamSettings>, before?: AdamState): AdamState {
    const state = before ?? { step: 0, expAvg: stateTensor(p), expAvgSq: stateTensor(p) };
    if (group.amsgrad) state.maxExpAvgSq ??= stateTensor(p);
    return state;
  }

  protected override begin(group: ParameterGroup<AdamSettings>): void {
    const { betas, eps, maximize, weightDecay, lr, decoupledWeightDecay } = group;
    const [decay, factor] = decoupledWeightDecay ? [0, 1 - lr * weightDecay] : [weightDecay, 1];
    instructions.beginUpdate(Rule.adam, maximize, decay, 1 - betas[0], betas[1], 1 - betas[1], eps, factor);
  }

  protected override update({ lr, betas, amsgrad }: ParameterGroup<AdamSettings>, state: AdamState): void {
    const t = ++state.step;
    const correction1 = 1 - betas[0] ** t;
    const correction2 = 1 - betas[1] ** t;
    const largest = amsgrad ? state.maxExpAvgSq! : null;
    this.apply(state.expAvg, state.expAvgSq, largest, -lr / correction1, Math.sqrt(correction2));
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019):
 * p shrinks by the factor 1 - lr * weightDecay, then takes Adam's step without any decay in the gradient.
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options as Adam's, with weightDecay 0.01
 * @throws ValueError for negative settings and betas outside [0, 1)
 *
 * @example
 * const optimizer = new torch.optim.AdamW(net.parameters(), { lr: 0.001, weightDecay: 0.1 });
 */
export class AdamW extends Adam {
  /** @internal */
  static override readonly settings = DECOUPLED;

  /** As `Optimizer.loadStateDict`; the decay stays decoupled even where Adam saved the state. */
  override loadStateDict(dict: OptimizerStateDict<AdamSettings>): void {
    super.loadStateDict(dict);
    for (const group of this.paramGroups) group.decoupledWeightDecay = true;
  }
}
