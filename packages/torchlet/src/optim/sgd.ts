// Stochastic gradient descent.
import { instructions, tenure } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { checkNonNegative, type GroupSettings, Optimizer, type ParameterGroup, type Parameters } from "./optimizer.js";

/** Settings of a group of parameters. */
export interface SGDSettings extends GroupSettings {
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
}

/**
 * Stochastic gradient descent, as PyTorch has it:
 *
 *     g = grad + weightDecay * p
 *     b = momentum * b + (1 - dampening) * g      (b = g in the first step)
 *     g = nesterov ? g + momentum * b : b         (with momentum)
 *     p = p - lr * g
 *
 * @param parameters tensors, or groups `{ params, lr, ... }` with settings of their own
 * @param options lr 0.001, momentum 0, dampening 0, weightDecay 0, nesterov false, maximize false
 * @throws ValueError for negative settings, and for nesterov without momentum or with dampening
 *
 * @example
 * const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
 */
export class SGD extends Optimizer<SGDSettings> {
  private readonly momentumBuffers = new Map<Tensor, Tensor>();

  constructor(parameters: Parameters<SGDSettings>, options: Partial<SGDSettings> = {}) {
    const settings = {
      lr: 0.001,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      maximize: false,
      ...options,
    };
    checkNonNegative("SGD", "lr", settings.lr);
    checkNonNegative("SGD", "momentum", settings.momentum);
    checkNonNegative("SGD", "weightDecay", settings.weightDecay);
    if (settings.nesterov && (settings.momentum <= 0 || settings.dampening !== 0)) {
      throw new ValueError("nesterov", {
        path: "SGD",
        rule: {
          en: "Nesterov momentum needs a momentum and no dampening",
          zh: "Nesterov 动量要求 momentum 大于 0 且 dampening 为 0",
        },
        received: { momentum: settings.momentum, dampening: settings.dampening },
      });
    }
    super(parameters, settings);
  }

  protected override stepGroup(group: ParameterGroup<SGDSettings>): void {
    const { params, momentum } = group;
    const moving: Tensor[] = [];
    const fresh = new Set<Tensor>();
    for (const p of params) {
      if (p.gradient === null) continue;
      moving.push(p);
      if (momentum !== 0 && !this.momentumBuffers.has(p)) {
        const buffer = emptyTensor(p.shape, p.dtype);
        tenure(buffer.storage);
        this.momentumBuffers.set(p, buffer);
        fresh.add(p);
      }
    }
    if (moving.length === 0) return;
    const { dtype } = moving[0]!;
    const same = moving.filter((p) => p.dtype === dtype);
    if (same.length < moving.length) {
      // A group of several types is stepped type by type.
      this.stepGroup({ ...group, params: moving.filter((p) => p.dtype !== dtype) });
    }
    const gradients = same.map((p) => (p.gradient!.dense ? p.gradient! : p.gradient!.data.clone()));
    const words: number[] = [];
    same.forEach((p, i) => {
      const buffer = this.momentumBuffers.get(p);
      words.push(
        p.address(),
        gradients[i]!.address(),
        momentum === 0 ? 0 : buffer!.address(),
        p.numel(),
        fresh.has(p) ? 1 : 0,
      );
    });
    instructions.sgd(dtype.code, group, words);
    for (const p of same) p.storage.version++;
  }
}
