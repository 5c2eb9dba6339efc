// Adadelta: steps in the units of the parameters, from recent gradients and recent steps.
import { instructions, Rule } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
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
export interface AdadeltaSettings extends GroupSettings {
  rho: number;
  eps: number;
  weightDecay: number;
  maximize: boolean;
}

interface AdadeltaState {
  step: number;
  squareAvg: Tensor;
  accDelta: Tensor;
}

const DEFAULTS: AdadeltaSettings = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };

/**
 * Adadelta (Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012):
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     v = rho * v + (1 - rho) * g^2
 *     x = sqrt(u + eps) / sqrt(v + eps) * g
 *     u = rho * u + (1 - rho) * x^2
 *     p = p - lr * x
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 1, rho 0.9, eps 1e-6, weightDecay 0, maximize false
 * @throws ValueError for negative settings and rho above 1
 *
 * @example
 * const optimizer = new torch.optim.Adadelta(net.parameters());
 */
export class Adadelta extends ElementwiseOptimizer<AdadeltaSettings, AdadeltaState> {
  protected override readonly stateNames = ["step", "squareAvg", "accDelta"];

  constructor(parameters: Parameters<AdadeltaSettings>, ...args: OptimizerArguments<AdadeltaSettings>) {
    super(parameters, readSettings("Adadelta", DEFAULTS, args));
  }

  protected override checkSettings({ lr, rho, eps, weightDecay }: AdadeltaSettings): void {
    checkNonNegative("Adadelta", "lr", lr);
    checkNonNegative("Adadelta", "eps", eps);
    checkNonNegative("Adadelta", "weightDecay", weightDecay);
    if (rho >= 0 && rho <= 1) return;
    throw new ValueError("optimizer-setting", {
      path: "Adadelta",
      rule: { en: `rho must be between 0 and 1, got ${rho}`, zh: `rho 必须在 0 到 1 之间，得到的是 ${rho}` },
      expected: [0, 1],
      received: rho,
    });
  }

  protected override stateFor(p: Tensor, _group: unknown, before?: AdadeltaState): AdadeltaState {
    return before ?? { step: 0, squareAvg: stateTensor(p), accDelta: stateTensor(p) };
  }

  protected override begin({ maximize, weightDecay, rho, eps }: ParameterGroup<AdadeltaSettings>): void {
    instructions.beginUpdate(Rule.adadelta, maximize, weightDecay, rho, 1 - rho, eps);
  }

  protected override update({ lr }: ParameterGroup<AdadeltaSettings>, state: AdadeltaState): void {
    state.step++;
    this.apply(state.squareAvg, state.accDelta, null, -lr);
  }
}
