// Stochastic gradient descent.
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
export interface SGDSettings extends GroupSettings {
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
}

interface SGDState {
  momentumBuffer: Tensor;
}

const DEFAULTS: SGDSettings = {
  lr: 0.001,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
};

/**
 * Stochastic gradient descent, as PyTorch has it:
 *
 *     g = (maximize ? -grad : grad) + weightDecay * p
 *     b = momentum * b + (1 - dampening) * g      (b = g in the first step)
 *     g = nesterov ? g + momentum * b : b         (with momentum)
 *     p = p - lr * g
 *
 * Nesterov's form follows Sutskever et al., On the importance of initialization and momentum in deep learning (2013).
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param args options (or lr, options): lr 0.001, momentum 0, dampening 0, weightDecay 0, nesterov false, maximize false
 * @throws ValueError for negative settings, and for nesterov without momentum or with dampening
 *
 * @example
 * const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends ElementwiseOptimizer<SGDSettings, SGDState | null> {
  protected override readonly stateNames = ["momentumBuffer"];

  constructor(parameters: Parameters<SGDSettings>, ...args: OptimizerArguments<SGDSettings>) {
    super(parameters, readSettings("SGD", DEFAULTS, args));
  }

  protected override checkSettings({ lr, momentum, dampening, weightDecay, nesterov }: SGDSettings): void {
    checkNonNegative("SGD", "lr", lr);
    checkNonNegative("SGD", "momentum", momentum);
    checkNonNegative("SGD", "weightDecay", weightDecay);
    if (!nesterov || (momentum > 0 && dampening === 0)) return;
    throw new ValueError("nesterov", {
      path: "SGD",
      rule: {
        en: "Nesterov momentum needs a momentum and no dampening",
        zh: "Nesterov 动量要求 momentum 大于 0 且 dampening 为 0",
      },
      received: { momentum, dampening },
    });
  }

  protected override stateFor(
    p: Tensor,
    group: ParameterGroup<SGDSettings>,
    before?: SGDState | null,
  ): SGDState | null {
    return group.momentum === 0 ? null : (before ?? { momentumBuffer: stateTensor(p) });
  }

  protected override begin({ maximize, weightDecay, momentum, nesterov }: ParameterGroup<SGDSettings>): void {
    instructions.beginUpdate(Rule.sgd, maximize, weightDecay, momentum, nesterov ? 1 : 0);
  }

  protected override update(group: ParameterGroup<SGDSettings>, state: SGDState | null, isNew: boolean): void {
    // A new buffer holds zeros: it takes the whole gradient.
    this.apply(state?.momentumBuffer ?? null, null, null, -group.lr, isNew ? 1 : 1 - group.dampening);
  }
}
