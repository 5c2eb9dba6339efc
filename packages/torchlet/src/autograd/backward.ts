// Backward passes that accumulate gradients in leaves.
import { AutogradError } from "../errors/index.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import { countStep } from "./anomaly.js";
import { isGradEnabled, setGradEnabled } from "./modes.js";
import { type Node, refreshView } from "./node.js";
import { type Flow, operations, Walk } from "./walk.js";

/** Options of a backward pass. */
export interface BackwardOptions {
  /** Gradient of the result; needed unless it has one element. */
  gradient?: Tensor | null;
  /** Keeps what the operations saved, for another pass. Default: `createGraph`. */
  retainGraph?: boolean;
  /** Records the pass itself, for second derivatives. Default: false. */
  createGraph?: boolean;
}

/** The gradient that a pass starts from. */
export function startingGradient(who: string, root: Tensor, given: Tensor | null | undefined): Flow {
  if (!root.requiresGrad) {
    throw new AutogradError("no-grad-fn", {
      path: who,
      rule: { en: "the tensor does not require a gradient and has no gradFn", zh: "该张量不需要梯度，也没有 gradFn" },
      hint: {
        en: "was it computed under noGrad, from detached tensors, or from leaves without requiresGrad?",
        zh: "它是否在 noGrad 下、由 detach 后的张量、或由未设置 requiresGrad 的叶子计算而来？",
      },
    });
  }
  refreshView(root);
  if (given == null) {
    if (root.numel() !== 1) {
      throw new AutogradError("grad-implicit", {
        path: who,
        rule: {
          en: `grad can be implicitly created only for scalar outputs, this one has shape ${formatShape(root.shape)}`,
          zh: `只有标量输出才能隐式创建梯度，此张量形状为 ${formatShape(root.shape)}`,
        },
        received: [...root.shape],
        hint: {
          en: "call sum() or mean() first, or pass a gradient of the same shape",
          zh: "请先调用 sum() 或 mean()，或传入同形状的 gradient",
        },
      });
    }
    return { tensor: operations.onesLike(root), owned: true };
  }
  if (!sameShape(given.shape, root.shape)) {
    throw new AutogradError("grad-shape", {
      path: who,
      rule: {
        en: `the gradient has shape ${formatShape(given.shape)}, the tensor ${formatShape(root.shape)}`,
        zh: `梯度的形状为 ${formatShape(given.shape)}，而张量为 ${formatShape(root.shape)}`,
      },
      expected: [...root.shape],
      received: [...given.shape],
    });
  }
  return { tensor: operations.toType(given, root), owned: false };
}

/** Runs a pass with recording on only where it builds a graph itself. */
export function withMode(createGraph: boolean, body: () => void): void {
  const before = isGradEnabled();
  setGradEnabled(createGraph);
  try {
    body();
  } finally {
    setGradEnabled(before);
  }
}

/** Adds a gradient to a tensor's `grad`. */
function accumulate(walk: Walk, tensor: Tensor, flow: Flow, createGraph: boolean): void {
  trace?.gradient(tensor, false);
  const { gradient } = tensor;
  if (gradient === null) {
    const fits =
      flow.owned && flow.tensor.dense && flow.tensor.storage.bytes === flow.tensor.numel() * flow.tensor.dtype.itemsize;
    // A gradient in a graph may flow on, or be held by it: each leaf gets its own, and none is freed early.
    tensor.gradient = fits && !createGraph ? flow.tensor : operations.copy(flow.tensor);
    if (!fits) walk.drop(flow);
    tensor.gradientSeen = createGraph;
    return;
  }
  if (createGraph) {
    tensor.gradient = operations.add(gradient, flow.tensor);
    tensor.gradientSeen = true;
    return;
  }
  operations.addInto(gradient, flow.tensor);
  gradient.storage.version++;
  walk.drop(flow);
}

/** Accumulates the gradients of `root` in the leaves it was computed from. */
export function backward(root: Tensor, options: BackwardOptions = {}): void {
  const { createGraph = false, retainGraph = createGraph } = options;
  const start = startingGradient("backward", root, options.gradient);
  countStep();
  withMode(createGraph, () => {
    const walk: Walk = new Walk(
      { retainGraph, createGraph },
      {
        leaf: (tensor, flow) => accumulate(walk, tensor, flow, createGraph),
        complete(node, flows) {
          if (node.retained === null) return;
          trace?.refuse(
            "the gradient of a computed tensor is kept (retainGrad)",
            "保留了计算所得张量的梯度（retainGrad）",
            "return torch.autograd.grad(loss, [tensor]) from the step instead",
            "请改为让步骤返回 torch.autograd.grad(loss, [tensor])",
          );
          node.retained.forEach((tensor, i) => {
            const flow = flows[i];
            if (flow != null) accumulate(walk, tensor, { tensor: flow.tensor, owned: false }, createGraph);
          });
        },
      },
    );
    walk.send(root, root.node as Node | null, root.outputIndex, start.tensor, start.owned);
    walk.run();
  });
}
