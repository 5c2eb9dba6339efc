// Gradients that are on their way: for loops that save between two backward passes of one step.
import { ValueError } from "../errors/index.js";
import type { Module } from "../nn/module.js";
import { clone } from "../ops/views.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import type { Stateful } from "./kinds.js";

/**
 * A model's gradients as a part of the state. Only needed where gradients are accumulated over several batches and a checkpoint may
 * be saved among them; after an optimizer's step there is nothing to keep.
 *
 * @example
 * const state = { net, gradients: torch.checkpoint.gradients(net), optimizer, loader, step: 0 };
 */
export function gradients(module: Module): Stateful {
  return {
    stateDict() {
      const parameters = [...module.namedParameters()];
      return Object.fromEntries(
        parameters.flatMap(([name, p]) => (p.gradient === null ? [] : [[name, p.gradient.data]])),
      );
    },
    loadStateDict(state: Readonly<Record<string, Tensor>>) {
      const parameters = new Map(module.namedParameters());
      for (const [name, saved] of Object.entries(state)) {
        const p = parameters.get(name);
        if (p !== undefined && saved instanceof Tensor && saved.dtype === p.dtype && sameShape(saved.shape, p.shape))
          continue;
        const shape = saved instanceof Tensor ? formatShape(saved.shape) : typeof saved;
        throw new ValueError("checkpoint-gradient", {
          path: `gradients.${name}`,
          rule: {
            en: `no parameter takes a gradient of shape ${shape}`,
            zh: `没有参数可接受形状为 ${shape} 的梯度`,
          },
          received: shape,
        });
      }
      for (const [name, p] of parameters) p.grad = Object.hasOwn(state, name) ? clone(state[name]!) : null;
    },
  };
}
