// Rprop: steps from the signs of the gradients alone.
import { instructions, Rule } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { ElementwiseOptimizer, stateTensor } from "./elementwise.js";
import {
  checkNonNegative,
  checkPair,
  type GroupSettings,
  type OptimizerArguments,
  type ParameterGroup,
  type Parameters,
  readSettings,
} from "./settings.js";

/** Settings of a group of parameters. */
export interface RpropSettings extends GroupSettings {
  etas: readonly [number, number];
  stepSizes: readonly [number, number];
  maximize: boolean;
}

interface RpropState {
  step: number;
  prev: Tensor;
  stepSize: Tensor;
}

const DEFAULTS: RpropSettings = { lr: 0.01, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };

/**
 * Resilient backpropagation (Riedmiller and Braun, A direct adaptive method for faster backpropagation learning, 1993).
 * Every element has a step size s, at first lr:
 *
 *     s = s * (g * g' > 0 ? etas[1] : g * g' < 0 ? etas[0] : 1), kept within stepSizes   (g' the gradient before)
 *     g = g * g' < 0 ? 0 : g
 *     p = p - sign(g) * s
 *
 * It is meant for whole batches: the signs of noisy gradients mislead it.
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.01, etas [0.5, 1.2], stepSizes [1e-6, 50], maximize false
 * @throws ValueError for a negative lr, and unless 0 < etas[0] < 1 < etas[1]
 *
 * @example
 * const optimizer = new torch.optim.Rprop(net.parameters(), { lr: 0.01 });
 */
export class Rprop extends ElementwiseOptimizer<RpropSettings, RpropState> {
  protected override readonly stateNames = ["step", "prev", "stepSize"];

  constructor(parameters: Parameters<RpropSettings>, ...args: OptimizerArguments<RpropSettings>) {
    super(parameters, readSettings("Rprop", DEFAULTS, args));
  }

  protected override checkSettings({ lr, etas, stepSizes }: RpropSettings): void {
    checkNonNegative("Rprop", "lr", lr);
    checkPair("Rprop", "etas", etas);
    checkPair("Rprop", "stepSizes", stepSizes);
    if (0 < etas[0] && etas[0] < 1 && 1 < etas[1]) return;
    throw new ValueError("optimizer-setting", {
      path: "Rprop",
      rule: {
        en: `etas must satisfy 0 < etas[0] < 1 < etas[1], got ${etas[0]} and ${etas[1]}`,
        zh: `etas 必须满足 0 < etas[0] < 1 < etas[1]，得到的是 ${etas[0]} 与 ${etas[1]}`,
      },
      received: [...etas],
    });
  }

  protected override stateFor(p: Tensor, group: ParameterGroup<RpropSettings>, before?: RpropState): RpropState {
    return before ?? { step: 0, prev: stateTensor(p), stepSize: stateTensor(p, group.lr) };
  }

  protected override begin({ maximize, etas, stepSizes }: ParameterGroup<RpropSettings>): void {
    instructions.beginUpdate(Rule.rprop, maximize, 0, etas[0], etas[1], stepSizes[0], stepSizes[1]);
  }

  protected override update(_group: unknown, state: RpropState): void {
    state.step++;
    this.apply(state.prev, state.stepSize, null, 0);
  }
}
