// Averaged stochastic gradient descent.
import { instructions, Rule } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { ElementwiseOptimizer, stateNumber, stateTensor } from "./elementwise.js";
import {
  checkNonNegative,
  type GroupSettings,
  type OptimizerArguments,
  type ParameterGroup,
  type Parameters,
  readSettings,
} from "./settings.js";

/** Settings of a group of parameters. */
export interface ASGDSettings extends GroupSettings {
  lambd: number;
  alpha: number;
  t0: number;
  weightDecay: number;
  maximize: boolean;
}

interface ASGDState {
  step: number;
  eta: number;
  mu: number;
  ax: Tensor;
}

const DEFAULTS: ASGDSettings = { lr: 0.01, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false };

/**
 * Averaged stochastic gradient descent (Polyak and Juditsky, Acceleration of stochastic approximation by averaging,
 * 1992), in step t, with eta = lr and mu = 1 at first:
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     p = p * (1 - lambd * eta) - eta * g
 *     ax = ax + mu * (p - ax)                            (the average, in the state)
 *     eta = lr / (1 + lambd * lr * t)^alpha,  mu = 1 / max(1, t - t0)
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.01, lambd 1e-4, alpha 0.75, t0 1e6, weightDecay 0, maximize false
 * @throws ValueError for a negative lr or weightDecay
 *
 * @example
 * const optimizer = new torch.optim.ASGD(net.parameters(), { lr: 0.1, t0: 1000 });
 * optimizer.state.get(w).ax; // the averaged w
 */
export class ASGD extends ElementwiseOptimizer<ASGDSettings, ASGDState> {
  protected override readonly stateNames = ["step", "eta", "mu", "ax"];

  constructor(parameters: Parameters<ASGDSettings>, ...args: OptimizerArguments<ASGDSettings>) {
    super(parameters, readSettings("ASGD", DEFAULTS, args));
  }

  protected override checkSettings({ lr, weightDecay }: ASGDSettings): void {
    checkNonNegative("ASGD", "lr", lr);
    checkNonNegative("ASGD", "weightDecay", weightDecay);
  }

  protected override stateFor(p: Tensor, group: ParameterGroup<ASGDSettings>, before?: ASGDState): ASGDState {
    return before ?? { step: 0, eta: stateNumber(group.lr), mu: 1, ax: stateTensor(p) };
  }

  protected override begin({ maximize, weightDecay }: ParameterGroup<ASGDSettings>): void {
    instructions.beginUpdate(Rule.asgd, maximize, weightDecay);
  }

  protected override update({ lr, lambd, alpha, t0 }: ParameterGroup<ASGDSettings>, state: ASGDState): void {
    const t = ++state.step;
    this.apply(state.ax, null, null, 1 - lambd * state.eta, -state.eta, state.mu);
    state.eta = stateNumber(lr / (1 + lambd * lr * t) ** alpha);
    state.mu = stateNumber(1 / Math.max(1, t - t0));
  }
}
