// NAdam: Adam with Nesterov's look ahead.
import { instructions, Rule } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { ElementwiseOptimizer, stateNumber, stateTensor } from "./elementwise.js";
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
export interface NAdamSettings extends GroupSettings {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  momentumDecay: number;
  decoupledWeightDecay: boolean;
  maximize: boolean;
}

interface NAdamState {
  step: number;
  muProduct: number;
  expAvg: Tensor;
  expAvgSq: Tensor;
}

const DEFAULTS: NAdamSettings = {
  lr: 0.002,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 0.004,
  decoupledWeightDecay: false,
  maximize: false,
};

/**
 * NAdam (Dozat, Incorporating Nesterov Momentum into Adam, 2016), in step t:
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     mu_t = beta1 * (1 - 0.96^(t * momentumDecay) / 2)
 *     m = beta1 * m + (1 - beta1) * g
 *     v = beta2 * v + (1 - beta2) * g^2
 *     h = mu_t+1 * m / (1 - mu_1 ... mu_t+1) + (1 - mu_t) * g / (1 - mu_1 ... mu_t)
 *     p = p - lr * h / (sqrt(v / (1 - beta2^t)) + eps)
 *
 * With `decoupledWeightDecay` p shrinks by the factor 1 - lr * weightDecay instead of the decay in g.
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.002, betas [0.9, 0.999], eps 1e-8, weightDecay 0, momentumDecay 0.004,
 *   decoupledWeightDecay false, maximize false
 * @throws ValueError for negative settings and betas outside [0, 1)
 *
 * @example
 * const optimizer = new torch.optim.NAdam(net.parameters(), { lr: 0.002 });
 */
export class NAdam extends ElementwiseOptimizer<NAdamSettings, NAdamState> {
  protected override readonly stateNames = ["step", "muProduct", "expAvg", "expAvgSq"];

  constructor(parameters: Parameters<NAdamSettings>, ...args: OptimizerArguments<NAdamSettings>) {
    super(parameters, readSettings("NAdam", DEFAULTS, args));
  }

  protected override checkSettings({ lr, eps, betas, weightDecay, momentumDecay }: NAdamSettings): void {
    checkNonNegative("NAdam", "lr", lr);
    checkNonNegative("NAdam", "eps", eps);
    checkBetas("NAdam", betas);
    checkNonNegative("NAdam", "weightDecay", weightDecay);
    checkNonNegative("NAdam", "momentumDecay", momentumDecay);
  }

  protected override stateFor(p: Tensor, _group: unknown, before?: NAdamState): NAdamState {
    return before ?? { step: 0, muProduct: 1, expAvg: stateTensor(p), expAvgSq: stateTensor(p) };
  }

  protected override begin(group: ParameterGroup<NAdamSettings>): void {
    const { betas, eps, maximize, weightDecay, lr, decoupledWeightDecay } = group;
    const [decay, factor] = decoupledWeightDecay ? [0, 1 - lr * weightDecay] : [weightDecay, 1];
    instructions.beginUpdate(Rule.nadam, maximize, decay, 1 - betas[0], betas[1], 1 - betas[1], eps, factor);
  }

  protected override update({ lr, betas, momentumDecay }: ParameterGroup<NAdamSettings>, state: NAdamState): void {
    const t = ++state.step;
    const mu = betas[0] * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const next = betas[0] * (1 - 0.5 * 0.96 ** ((t + 1) * momentumDecay));
    state.muProduct = stateNumber(state.muProduct * stateNumber(mu));
    const ofGradient = (-lr * (1 - mu)) / (1 - state.muProduct);
    const ofMoment = (-lr * next) / (1 - state.muProduct * next);
    this.apply(state.expAvg, state.expAvgSq, null, ofGradient, ofMoment, 1 - betas[1] ** t);
  }
}
