// Functions with a gradient of the user's own.
import { ValueError } from "../errors/index.js";
import { Tensor } from "../tensor/tensor.js";
import { isGradEnabled, setGradEnabled } from "./modes.js";
import { type Node, recordMany } from "./node.js";

/** What forward leaves for backward. */
export class FunctionContext {
  private kept: readonly Tensor[] = [];
  /** @internal */
  node: Node | null = null;
  /** Whether each input of forward wants a gradient. */
  needsInputGrad: readonly boolean[] = [];
  [key: string]: unknown;

  /** Keeps tensors for backward; those changed in place in between are found out. */
  saveForBackward(...tensors: Tensor[]): void {
    this.kept = tensors;
  }

  /** The tensors that were kept. */
  get savedTensors(): readonly Tensor[] {
    const { node } = this;
    return node === null ? this.kept : this.kept.map((_, i) => node.saved(i));
  }

  /** @internal */
  get saved(): readonly Tensor[] {
    return this.kept;
  }
}

/** What a subclass of `Function` has to have. */
export interface FunctionClass<A extends readonly unknown[]> {
  readonly name: string;
  forward(context: FunctionContext, ...inputs: A): Tensor | readonly Tensor[];
  backward(context: FunctionContext, ...gradients: Tensor[]): Tensor | null | readonly (Tensor | null)[];
}

/**
 * The base of operations whose gradient is written by hand.
 *
 * `forward` computes without recording; `backward` turns gradients of the results into gradients of the inputs (null for
 * those that have none), and is itself recorded under `createGraph`.
 *
 * @example
 * class Exp extends torch.autograd.Function {
 *   static forward(context: torch.autograd.FunctionContext, x: torch.Tensor) {
 *     const y = x.exp();
 *     context.saveForBackward(y);
 *     return y;
 *   }
 *   static backward(context: torch.autograd.FunctionContext, gradient: torch.Tensor) {
 *     return gradient.mul(context.savedTensors[0]!);
 *   }
 * }
 * const y = Exp.apply(x);
 */
export abstract class Function {
  /**
   * Runs `forward` and records it.
   *
   * @throws ValueError where backward returns another number of gradients than forward has inputs
   */
  static apply<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(
    this: {
      readonly name: string;
      forward(context: FunctionContext, ...inputs: A): R;
      backward(context: FunctionContext, ...gradients: Tensor[]): unknown;
    },
    ...inputs: A
  ): R {
    const context = new FunctionContext();
    const tensors = inputs.filter((x): x is Tensor & A[number] => x instanceof Tensor);
    const recorded = isGradEnabled();
    const needs = recorded && tensors.some((t) => t.requiresGrad);
    context.needsInputGrad = inputs.map((x) => x instanceof Tensor && x.requiresGrad);
    setGradEnabled(false);
    let result: R;
    try {
      result = this.forward(context, ...inputs);
    } finally {
      setGradEnabled(recorded);
    }
    if (!needs) return result;
    const given: readonly Tensor[] = result instanceof Tensor ? [result] : (result as readonly Tensor[]);
    // A result that is an input itself becomes a tensor of its own, so that the input's history stays.
    const outs = given.map((out) => (tensors.includes(out as never) || out.node !== null ? out.data : out));
    recordMany(outs, `${this.name}Backward`, tensors, context.saved, (gradients) => {
      const zeros = outs.map((out, i) => gradients[i] ?? out.data.mul(0));
      const back = this.backward(context, ...zeros) as Tensor | null | readonly (Tensor | null)[];
      const list = back instanceof Tensor || back === null ? [back] : back;
      if (list.length !== inputs.length) {
        throw new ValueError("function-gradients", {
          path: this.name,
          rule: {
            en: `backward must return one gradient for each of the ${inputs.length} inputs, got ${list.length}`,
            zh: `backward 必须为 ${inputs.length} 个输入各返回一个梯度，得到的是 ${list.length} 个`,
          },
          expected: inputs.length,
          received: list.length,
        });
      }
      return list.filter((_, i) => inputs[i] instanceof Tensor);
    });
    const node = outs[0]!.node as Node;
    node.foreign = true;
    context.node = node;
    return (result instanceof Tensor ? outs[0] : outs) as R;
  }
}
