// Walks the graph from results to leaves and brings every gradient to where it belongs.
import { lastSerial, releaseStorage } from "../engine/index.js";
import { AutogradError } from "../errors/index.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { isGradEnabled, setGradEnabled } from "./modes.js";
import { checkView, freedError, type Node } from "./node.js";

/** The tensor operations that the walk itself uses; src/ops provides them. */
export interface BackwardOperations {
  add(a: Tensor, b: Tensor): Tensor;
  addInto(target: Tensor, other: Tensor): void;
  onesLike(a: Tensor): Tensor;
  copy(a: Tensor): Tensor;
}
let operations: BackwardOperations;

/** Called once by src/ops, which stands above this folder. */
export function provideBackwardOperations(provided: BackwardOperations): void {
  operations = provided;
}

/** A gradient on its way; `owned` when nobody else can hold its storage. */
interface Flow {
  tensor: Tensor;
  owned: boolean;
}

/** Options of a backward pass. */
export interface BackwardOptions {
  /** Gradient of the result; needed unless it has one element. */
  gradient?: Tensor | null;
  /** Keeps what the operations saved, for another pass. Default: `createGraph`. */
  retainGraph?: boolean;
  /** Records the pass itself, for second derivatives. Default: false. */
  createGraph?: boolean;
}

function shareStorage(a: Tensor, b: Tensor): boolean {
  return a.storage === b.storage;
}

/** One pass over the graph, from the latest operation to the earliest. */
class Walk {
  private readonly ready: Node[] = [];

  constructor(
    private readonly retainGraph: boolean,
    private readonly createGraph: boolean,
    /** Sees every gradient: a tensor, the operation that made it (null: a leaf) and which of its results it is. */
    private readonly arrive: (tensor: Tensor, node: Node | null, output: number, flow: Flow) => void,
  ) {}

  /** Adds a gradient to what a tensor has received so far. */
  send(to: Tensor, node: Node | null, output: number, tensor: Tensor, owned: boolean): void {
    const flow = { tensor, owned };
    this.arrive(to, node, output, flow);
    if (node === null) return;
    if (node.pass !== this) {
      node.pass = this;
      node.arrived = node.outputs === 1 ? [null] : new Array<Flow | null>(node.outputs).fill(null);
      this.enqueue(node);
    }
    const slots = node.arrived as (Flow | null)[];
    const before = slots[output]!;
    slots[output] = before === null ? flow : this.sum(before, flow);
  }

  /** Sum of two gradients; in place where one of them is ours alone. */
  sum(a: Flow, b: Flow): Flow {
    if (this.createGraph) return { tensor: operations.add(a.tensor, b.tensor), owned: false };
    const [into, other] = a.owned && a.tensor.dense ? [a, b] : [b, a];
    if (into.owned && into.tensor.dense && !shareStorage(into.tensor, other.tensor)) {
      operations.addInto(into.tensor, other.tensor);
      this.drop(other);
      return into;
    }
    const result = { tensor: operations.add(a.tensor, b.tensor), owned: true };
    this.drop(a);
    if (!shareStorage(a.tensor, b.tensor)) this.drop(b);
    return result;
  }

  /** A gradient nobody needs any more. */
  drop(flow: Flow): void {
    if (flow.owned && !this.createGraph) releaseStorage(flow.tensor.storage);
  }

  /** Inserts by sequence: the latest operation is processed first, so every gradient is complete when it is used. */
  private enqueue(node: Node): void {
    const { ready } = this;
    let i = ready.length;
    ready.push(node);
    while (i > 0 && ready[i - 1]!.sequence > node.sequence) {
      ready[i] = ready[i - 1]!;
      i--;
    }
    ready[i] = node;
  }

  run(): void {
    const { ready } = this;
    try {
      while (ready.length > 0) {
        const node = ready.pop()!;
        const slots = node.arrived as (Flow | null)[];
        node.arrived = null;
        node.pass = null;
        this.visit(node, slots);
      }
    } finally {
      // An error leaves nothing behind: the next pass starts afresh.
      for (const node of ready) {
        node.arrived = null;
        node.pass = null;
      }
    }
  }

  private visit(node: Node, slots: (Flow | null)[]): void {
    if (node.isReleased) throw freedError(node.name);
    const serial = lastSerial();
    const results =
      node.vjp !== null
        ? node.vjp(slots[0]!.tensor, node)
        : node.multiVjp!(
            slots.map((s) => s?.tensor ?? null),
            node,
          );
    const list = results instanceof Tensor || results === null ? [results] : results;
    const { inputs } = node;
    for (let i = 0; i < inputs.length; i++) {
      const result = list[i];
      const input = inputs[i]!;
      if (result === null || result === undefined || !node.needs(i)) continue;
      this.send(
        input,
        node.edges[i]!,
        node.edgeOutputs[i]!,
        result,
        !this.createGraph && this.isOwned(result, i, list, slots, serial),
      );
    }
    if (!this.createGraph) {
      for (const slot of slots) {
        // What came in goes back unless it was handed on.
        if (slot?.owned && !list.some((r) => r != null && shareStorage(r, slot.tensor))) this.drop(slot);
      }
    }
    if (!this.retainGraph) node.release();
  }

  /** Whether a result's storage is held by nobody but us: made by this operation, or handed on by it to one place only. */
  private isOwned(
    result: Tensor,
    index: number,
    list: readonly (Tensor | null)[],
    slots: (Flow | null)[],
    serial: number,
  ): boolean {
    for (let i = 0; i < list.length; i++) {
      const other = list[i];
      if (i !== index && other != null && shareStorage(other, result)) return false;
    }
    if (result.storage.serial > serial) return !result.storage.tenured;
    return slots.some((slot) => slot?.owned && shareStorage(slot.tensor, result));
  }
}

/** The gradient that a pass starts from. */
function startingGradient(
  who: string,
  root: Tensor,
  given: Tensor | null | undefined,
): { tensor: Tensor; owned: boolean } {
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
  checkView(who, root);
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
  return { tensor: given, owned: false };
}

/** Runs a pass with recording on only where it builds a graph itself. */
function withMode(createGraph: boolean, body: () => void): void {
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
  const { gradient } = tensor;
  if (gradient === null) {
    const fits =
      flow.owned && flow.tensor.dense && flow.tensor.storage.bytes === flow.tensor.numel() * flow.tensor.dtype.itemsize;
    tensor.gradient = createGraph || fits ? flow.tensor : operations.copy(flow.tensor);
    if (!fits) walk.drop(flow);
    tensor.gradientSeen = false;
    return;
  }
  if (createGraph) {
    tensor.gradient = operations.add(gradient, flow.tensor);
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
  withMode(createGraph, () => {
    const walk: Walk = new Walk(retainGraph, createGraph, (tensor, node, _output, flow) => {
      if (node === null) accumulate(walk, tensor, flow, createGraph);
      else if (tensor.keepsGradient) accumulate(walk, tensor, { tensor: flow.tensor, owned: false }, createGraph);
    });
    walk.send(root, root.node as Node | null, root.outputIndex, start.tensor, start.owned);
    walk.run();
  });
}

/** Options of `autograd.grad`. */
export interface GradOptions {
  gradOutputs?: Tensor | null | readonly (Tensor | null)[];
  retainGraph?: boolean;
  createGraph?: boolean;
  /** Returns null for inputs that the outputs do not depend on, instead of an error. */
  allowUnused?: boolean;
}

/**
 * The gradients of outputs with respect to inputs, returned instead of accumulated.
 *
 * @throws AutogradError for an input that the outputs do not depend on, unless `allowUnused`
 *
 * @example
 * const x = torch.tensor([2], { requiresGrad: true });
 * const [g] = torch.autograd.grad(x.pow(3).sum(), x); // 12
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const roots = outputs instanceof Tensor ? [outputs] : outputs;
  const targets = inputs instanceof Tensor ? [inputs] : inputs;
  const { createGraph = false, retainGraph = createGraph, allowUnused = false, gradOutputs } = options;
  const given = gradOutputs instanceof Tensor ? [gradOutputs] : (gradOutputs ?? []);
  const results: (Flow | null)[] = targets.map(() => null);
  const starts = roots.map((root, i) => startingGradient("autograd.grad", root, given[i]));
  withMode(createGraph, () => {
    const walk: Walk = new Walk(retainGraph, createGraph, (tensor, node, output, flow) => {
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i]!;
        const same = node === null ? target === tensor : target.node === node && target.outputIndex === output;
        if (!same) continue;
        const before = results[i]!;
        // The same gradient may be wanted twice and still has to flow on: it is nobody's alone.
        flow.owned = false;
        results[i] = before === null ? flow : { tensor: operations.add(before.tensor, flow.tensor), owned: false };
      }
    });
    roots.forEach((root, i) => {
      walk.send(root, root.node as Node | null, root.outputIndex, starts[i]!.tensor, starts[i]!.owned);
    });
    walk.run();
  });
  return results.map((flow, i) => {
    if (flow !== null) return flow.tensor;
    if (allowUnused) return null;
    throw new AutogradError("unused-input", {
      path: "autograd.grad",
      rule: {
        en: `the outputs do not depend on input ${i}`,
        zh: `输出不依赖第 ${i} 个输入`,
      },
      hint: { en: "pass allowUnused: true to get null for it", zh: "传入 allowUnused: true 则返回 null" },
    });
  });
}
