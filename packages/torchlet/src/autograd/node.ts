// One recorded operation: what it read, what it keeps for its gradient, and its vector-Jacobian product.
import { releaseStorage } from "../engine/index.js";
import { AutogradError } from "../errors/index.js";
import type { GraphNode, Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import { anomalyDetectionEnabled, checkForward, type Origin, rememberOrigin } from "./anomaly.js";
import { isGradEnabled } from "./modes.js";
import type { GradientHook } from "./walk.js";

/**
 * Turns the gradient of an operation's result into the gradients of its inputs (null: none), in their order.
 *
 * It may use any operation: in ordinary backward passes these are not recorded, under `createGraph` they are.
 */
export type Vjp = (gradient: Tensor, node: Node) => readonly (Tensor | null)[] | Tensor | null;

/** The same for an operation with several results; a gradient that never came is null. */
export type MultiVjp = (
  gradients: readonly (Tensor | null)[],
  node: Node,
) => readonly (Tensor | null)[] | Tensor | null;

let sequence = 0;

/** The number of the operation that was recorded last. */
export function lastNode(): number {
  return sequence;
}

/** A recorded operation. */
export class Node implements GraphNode {
  /** Order of recording: an operation always comes after those that made its inputs. */
  readonly sequence = ++sequence;
  /** Versions of the saved tensors' storages when they were saved. */
  private versions: number[] | null = null;
  private released = false;
  /** Gradients that a pass has brought so far, one a result, and the pass: kept here because a map would cost more than small operations do. */
  arrived: unknown[] | null = null;
  pass: unknown = null;
  /** Functions that see the gradient of each result, and the tensors whose gradient is kept although they are no leaves. */
  hooks: GradientHook[][] | null = null;
  retained: Map<number, Tensor> | null = null;
  /** A user's own function: what it is given and returns may be held by somebody. */
  foreign = false;
  /** Whether a backward pass that keeps nothing has gone through it. */
  isPassed = false;
  /** Where it ran, under anomaly detection. */
  readonly origin: Origin | null = rememberOrigin();
  /** The operations that made the inputs, and which of their results: an in-place change gives a tensor another one later. */
  edges: readonly (Node | null)[];
  readonly edgeOutputs: readonly number[];
  /** The inputs that are leaves which require a gradient, as bits. */
  private leaves = 0;

  constructor(
    public name: string,
    /** What the operation read; gradients go to those that require them. */
    public inputs: readonly Tensor[],
    private savedTensors: readonly (Tensor | null)[] | null,
    public vjp: Vjp | null,
    public multiVjp: MultiVjp | null,
    readonly outputs: number,
  ) {
    const edges = new Array<Node | null>(inputs.length);
    const edgeOutputs = new Array<number>(inputs.length);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!;
      if (input.base !== null) refreshView(input);
      edges[i] = input.node as Node | null;
      edgeOutputs[i] = input.outputIndex;
      if (i < 32 && input.leafRequiresGrad) this.leaves |= 1 << i;
    }
    this.edges = edges;
    this.edgeOutputs = edgeOutputs;
    if (savedTensors !== null) {
      const versions = new Array<number>(savedTensors.length);
      for (let i = 0; i < savedTensors.length; i++) {
        const saved = savedTensors[i]!;
        if (saved === null) continue;
        versions[i] = saved.storage.version;
        saved.storage.graphReferences++;
      }
      this.versions = versions;
    }
  }

  /** Whether input i wants a gradient, as it was when the operation ran: only for such inputs was kept what it takes. */
  needs(i: number): boolean {
    return this.edges[i] !== null || (i < 32 ? ((this.leaves >>> i) & 1) === 1 : this.inputs[i]!.leafRequiresGrad);
  }

  /**
   * A tensor that the operation kept.
   *
   * @throws AutogradError when it was freed by an earlier backward pass or changed in place since
   */
  saved(i: number): Tensor {
    const tensor = this.savedTensors?.[i];
    if (tensor === undefined || tensor === null) throw freedError(this.name);
    const { version } = tensor.storage;
    const expected = this.versions![i]!;
    if (version !== expected) {
      throw new AutogradError("saved-tensor-changed", {
        path: this.name,
        rule: {
          en: `a tensor of shape [${tensor.shape.join(", ")}] that the gradient needs was changed by an in-place operation: it is at version ${version}, expected version ${expected}`,
          zh: `求梯度所需的张量（形状 [${tensor.shape.join(", ")}]）已被原地操作修改：现为版本 ${version}，应为版本 ${expected}`,
        },
        expected,
        received: version,
        hint: {
          en: "use the operation that returns a new tensor instead of the one that ends in an underscore",
          zh: "请改用返回新张量的操作，而不是以下划线结尾的原地操作",
        },
      });
    }
    return tensor;
  }

  /** All that it keeps, for counting. */
  get kept(): readonly Tensor[] {
    return (this.savedTensors ?? []).filter((tensor) => tensor !== null);
  }

  /** Whether a backward pass has already freed what the operation kept. One that kept nothing can be passed again. */
  get isReleased(): boolean {
    return this.released;
  }

  /**
   * Lets go of what was kept; storages that only the graph could reach give their memory back. Inputs and closures go
   * too: a loss that somebody keeps must not keep its batch.
   */
  release(): void {
    this.isPassed = true;
    const { savedTensors } = this;
    if (savedTensors === null) return;
    this.released = true;
    this.savedTensors = null;
    this.inputs = [];
    this.edges = [];
    this.vjp = null;
    this.multiVjp = null;
    for (const saved of savedTensors) {
      if (saved === null) continue;
      const { storage } = saved;
      if (--storage.graphReferences === 0 && storage.internal) releaseStorage(storage);
    }
  }
}

/** Records a view as what it is of its base as that is now; src/ops provides it. */
let recordView: (view: Tensor, base: Tensor) => void;

/** Called once by src/ops, which stands above this folder. */
export function provideViewRefresh(provided: (view: Tensor, base: Tensor) => void): void {
  recordView = provided;
}

/** Finds a view's place in the graph anew where its base was changed in place since: it shows the new values. */
export function refreshView(view: Tensor): void {
  const { base } = view;
  if (base === null || base.node === view.baseNode) return;
  view.baseNode = base.node;
  if (base.requiresGrad) recordView(view, base);
  else view.node = null;
  view.outputIndex = 0;
}

/** Puts a tensor at another one's place in the graph. */
export function replaceNode(self: Tensor, other: Tensor): void {
  self.node = other.node;
  self.outputIndex = other.outputIndex;
}

/** The error of a second backward pass. */
export function freedError(name: string): AutogradError {
  return new AutogradError("graph-freed", {
    path: name,
    rule: {
      en: "Trying to backward through the graph a second time: the values saved for it were freed by the first pass",
      zh: "试图第二次对同一计算图反向传播：其保存的中间值已在第一次反向传播后释放",
    },
    hint: {
      en: "call backward({ retainGraph: true }) the first time",
      zh: "第一次请调用 backward({ retainGraph: true })",
    },
  });
}

/** Whether an operation on these tensors has to be recorded. */
export function needsGraph(a: Tensor, b?: Tensor, c?: Tensor): boolean {
  if (trace !== null) {
    trace.use(a);
    if (b !== undefined) trace.use(b);
    if (c !== undefined) trace.use(c);
  }
  return isGradEnabled() && (a.requiresGrad || b?.requiresGrad === true || c?.requiresGrad === true);
}

/** Whether an operation on a list of tensors has to be recorded. */
export function anyNeedsGraph(tensors: readonly Tensor[]): boolean {
  if (trace !== null) for (const tensor of tensors) trace.use(tensor);
  return isGradEnabled() && tensors.some((t) => t.requiresGrad);
}

/** Ties a result to the operation that made it. */
export function record(
  out: Tensor,
  name: string,
  inputs: readonly Tensor[],
  saved: readonly (Tensor | null)[] | null,
  vjp: Vjp,
): Tensor {
  const node = new Node(name, inputs, saved, vjp, null, 1);
  out.node = node;
  if (anomalyDetectionEnabled()) checkForward(node, [out]);
  return out;
}

/** Gives the operation that made a result PyTorch's name for it, where it is made of several here. */
export function named(out: Tensor, name: string): Tensor {
  if (out.node !== null) (out.node as Node).name = name;
  return out;
}

/** Ties several results to the operation that made them. */
export function recordMany(
  outs: readonly Tensor[],
  name: string,
  inputs: readonly Tensor[],
  saved: readonly (Tensor | null)[] | null,
  vjp: MultiVjp,
): void {
  const node = new Node(name, inputs, saved, null, vjp, outs.length);
  for (let i = 0; i < outs.length; i++) {
    outs[i]!.node = node;
    outs[i]!.outputIndex = i;
  }
  if (anomalyDetectionEnabled()) checkForward(node, outs);
}
