// One pass over the graph, from the latest operation to the earliest, that brings every gradient to where it belongs.
import { lastSerial, releaseStorage } from "../engine/index.js";
import { Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import { anomalyDetectionEnabled, checkGradient } from "./anomaly.js";
import { freedError, type Node } from "./node.js";

/** The tensor operations that the walk itself uses; src/ops provides them. */
export interface BackwardOperations {
  add(a: Tensor, b: Tensor): Tensor;
  addInto(target: Tensor, other: Tensor): void;
  onesLike(a: Tensor): Tensor;
  copy(a: Tensor): Tensor;
  toType(a: Tensor, like: Tensor): Tensor;
}
export let operations: BackwardOperations;

/** Called once by src/ops, which stands above this folder. */
export function provideBackwardOperations(provided: BackwardOperations): void {
  operations = provided;
}

/** A gradient on its way; `owned` when nobody else can hold its storage. */
export interface Flow {
  tensor: Tensor;
  owned: boolean;
}

/** What a pass does with the gradients it finds. */
export interface WalkEvents {
  /** A gradient reached a leaf. */
  leaf(tensor: Tensor, flow: Flow): void;
  /** All gradients of an operation's results are complete; hooks have run. */
  complete?(node: Node, flows: readonly (Flow | null)[]): void;
}

/** How a pass goes. */
export interface WalkOptions {
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
  /** The operations whose gradients matter, and whether those of their inputs do as well; null: all. */
  readonly wanted?: ReadonlyMap<Node, boolean> | null;
}

function shareStorage(a: Tensor, b: Tensor): boolean {
  return a.storage === b.storage;
}

/** One pass. */
export class Walk {
  private readonly ready: Node[] = [];
  /** Leaves with hooks wait for the whole of their gradient. */
  private hooked: Map<Tensor, Flow> | null = null;

  constructor(
    private readonly options: WalkOptions,
    private readonly events: WalkEvents,
  ) {}

  /** Adds a gradient to what a tensor, made by `node` (null: a leaf) as its result number `output`, has received so far. */
  send(to: Tensor, node: Node | null, output: number, tensor: Tensor, owned: boolean): void {
    const flow = { tensor, owned };
    if (node === null) {
      if (to.gradientHooks === null) this.events.leaf(to, flow);
      else this.waitAtLeaf(to, flow);
      return;
    }
    const { wanted } = this.options;
    if (wanted != null && !wanted.has(node)) {
      this.drop(flow);
      return;
    }
    if (node.pass !== this) {
      node.pass = this;
      node.arrived = node.outputs === 1 ? [null] : new Array<Flow | null>(node.outputs).fill(null);
      this.enqueue(node);
    }
    const slots = node.arrived as (Flow | null)[];
    const before = slots[output]!;
    slots[output] = before === null ? flow : this.sum(before, flow);
  }

  private waitAtLeaf(leaf: Tensor, flow: Flow): void {
    this.hooked ??= new Map();
    const before = this.hooked.get(leaf);
    this.hooked.set(leaf, before === undefined ? flow : this.sum(before, flow));
  }

  /** Sum of two gradients; in place where one of them is ours alone. */
  private sum(a: Flow, b: Flow): Flow {
    if (this.options.createGraph) return { tensor: operations.add(a.tensor, b.tensor), owned: false };
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
    if (flow.owned && !this.options.createGraph) releaseStorage(flow.tensor.storage);
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
      for (const [leaf, flow] of this.hooked ?? []) this.events.leaf(leaf, runHooks(leaf.gradientHooks, flow));
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
    if (trace !== null) trace.operation(node.sequence);
    if (node.hooks !== null) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i];
        if (slot != null) slots[i] = runHooks(node.hooks[i], slot);
      }
    }
    this.events.complete?.(node, slots);
    if (this.options.wanted?.get(node) === false) return;
    // A user's own function may keep what it is given, and what it returns.
    if (node.foreign) for (const slot of slots) if (slot != null) slot.owned = false;
    const { createGraph } = this.options;
    const serial = lastSerial();
    const gradients = node.vjp === null ? slots.map((s) => s?.tensor ?? null) : null;
    const results = gradients === null ? node.vjp!(slots[0]!.tensor, node) : node.multiVjp!(gradients, node);
    const list = results instanceof Tensor || results === null ? [results] : results;
    if (anomalyDetectionEnabled())
      checkGradient(
        node,
        slots.map((s) => s?.tensor ?? null),
        list,
      );
    const { inputs } = node;
    for (let i = 0; i < inputs.length; i++) {
      const result = list[i];
      if (result === null || result === undefined || !node.needs(i)) continue;
      const owned = !createGraph && !node.foreign && this.isOwned(result, i, list, slots, serial);
      this.send(inputs[i]!, node.edges[i]!, node.edgeOutputs[i]!, result, owned);
    }
    if (!createGraph) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!;
        // What came in goes back unless it was handed on.
        if (slot?.owned && !isAmong(list, slot.tensor)) this.drop(slot);
      }
    }
    if (!this.options.retainGraph) node.release();
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
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      if (slot?.owned && shareStorage(slot.tensor, result)) return true;
    }
    return false;
  }
}

/** Whether one of the tensors lies in the storage of another. */
function isAmong(list: readonly (Tensor | null)[], tensor: Tensor): boolean {
  for (let i = 0; i < list.length; i++) {
    const other = list[i];
    if (other != null && shareStorage(other, tensor)) return true;
  }
  return false;
}

/** A function that sees a gradient and may return another one in its place. */
export type GradientHook = (gradient: Tensor) => Tensor | undefined | void;

/** Hooks may keep the gradient or replace it: afterwards it is nobody's alone. */
function runHooks(hooks: readonly GradientHook[] | null | undefined, flow: Flow): Flow {
  if (hooks === null || hooks === undefined || hooks.length === 0) return flow;
  trace?.refuse(
    "a tensor has a gradient hook, which would run only once",
    "某个张量带有梯度钩子，而钩子只会运行一次",
    "remove the hook, or do what it does inside the step",
    "请移除该钩子，或把它的操作写进步骤里",
  );
  let { tensor } = flow;
  for (const hook of hooks) {
    const replaced = hook(tensor);
    if (replaced instanceof Tensor) tensor = replaced;
  }
  return { tensor, owned: false };
}
