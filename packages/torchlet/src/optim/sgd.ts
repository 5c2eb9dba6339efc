// Stochastic gradient descent.
import { instructions, tenure } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { contiguous } from "../ops/views.js";
import type { DType } from "../tensor/dtype.js";
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
    let waiting = group.params.filter((p) => p.gradient !== null);
    while (waiting.length > 0) {
      // One instruction steps all parameters of a type; groups of several types are rare.
      const { dtype } = waiting[0]!;
      this.stepType(
        group,
        dtype,
        waiting.filter((p) => p.dtype === dtype),
      );
      waiting = waiting.filter((p) => p.dtype !== dtype);
    }
  }

  private stepType(group: ParameterGroup<SGDSettings>, dtype: DType, params: readonly Tensor[]): void {
    const { momentum } = group;
    // Storages first, addresses afterwards.
    const gradients = params.map((p) => contiguous(p.gradient!));
    const buffers = momentum === 0 ? null : params.map((p) => this.momentumBuffers.get(p) ?? null);
    const existing = buffers?.map((buffer, i) => buffer ?? this.createBuffer(params[i]!));
    const words: number[] = [];
    for (let i = 0; i < params.length; i++) {
      const p = params[i]!;
      words.push(p.address(), gradients[i]!.address(), existing === undefined ? 0 : existing[i]!.address(), p.numel());
      words.push(buffers !== null && buffers[i] === null ? 1 : 0);
      p.storage.version++;
    }
    instructions.sgd(dtype.code, group, words);
  }

  private createBuffer(p: Tensor): Tensor {
    const buffer = emptyTensor(p.shape, p.dtype);
    tenure(buffer.storage);
    this.momentumBuffers.set(p, buffer);
    return buffer;
  }
}
