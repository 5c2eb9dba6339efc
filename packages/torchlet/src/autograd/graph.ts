// The recorded graph as plain data, for drawing and for counting.
import type { Tensor } from "../tensor/tensor.js";
import type { Node } from "./node.js";

/** A box of the graph. */
export interface GraphVertex {
  readonly id: number;
  /** `"variable"`: a tensor that was given (a parameter, data); `"operation"`: what was computed from others. */
  readonly kind: "variable" | "operation";
  /** The operation's name, as `"MmBackward"`; a variable's is what the caller called it, else `"parameter"` or `"data"`. */
  readonly name: string;
  /** The variable, null for operations. */
  readonly tensor: Tensor | null;
}

/** A graph: edges lead from what is read to what reads it, in the direction of the forward pass. */
export interface GraphData {
  readonly vertices: readonly GraphVertex[];
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/**
 * The graph that led to a tensor, before `backward` has freed it.
 *
 * @param names what variables are called; a computed tensor that is named becomes a variable between the operation that made it
 *   and those that read it
 *
 * @example
 * const { vertices, edges } = torch.autograd.graphOf(loss, { W1, W2, x });
 */
export function graphOf(output: Tensor, names: Readonly<Record<string, Tensor>> = {}): GraphData {
  const called = new Map<unknown, string>();
  const computed = new Map<unknown, readonly [string, Tensor]>();
  for (const [name, tensor] of Object.entries(names)) {
    if (tensor.node === null) called.set(tensor.storage, name);
    else computed.set(tensor.node, [name, tensor]);
  }
  const vertices: GraphVertex[] = [];
  const edges: [number, number][] = [];
  const known = new Map<unknown, number>();
  const add = (key: unknown, kind: GraphVertex["kind"], name: string, tensor: Tensor | null): number => {
    const id = vertices.length;
    vertices.push({ id, kind, name, tensor });
    known.set(key, id);
    return id;
  };
  const variable = (tensor: Tensor): number =>
    known.get(tensor.storage) ??
    add(tensor.storage, "variable", called.get(tensor.storage) ?? (tensor.requiresGrad ? "parameter" : "data"), tensor);
  /** What an operation's readers read: itself, or the variable that its result is called. */
  const results = new Map<Node, number>();
  const operation = (node: Node): number => {
    const id = add(node, "operation", node.name, null);
    const result = computed.get(node);
    if (result === undefined) results.set(node, id);
    else {
      const named = add(result, "variable", ...result);
      edges.push([id, named]);
      results.set(node, named);
    }
    return id;
  };
  const visit = (root: Node): void => {
    // By hand instead of by recursion: a graph may be thousands of operations deep.
    const pending: Node[] = [root];
    operation(root);
    while (pending.length > 0) {
      const node = pending.pop()!;
      const to = known.get(node)!;
      for (const [i, input] of node.inputs.entries()) {
        const source = node.edges[i] ?? null;
        if (source !== null && !results.has(source)) {
          operation(source);
          pending.push(source);
        }
        edges.push([source === null ? variable(input) : results.get(source)!, to]);
      }
    }
  };
  if (output.node === null) variable(output);
  else visit(output.node as Node);
  return { vertices, edges };
}

/**
 * What the graph that led to a tensor keeps for its backward pass: one tensor a storage, parameters and data included.
 *
 * @example
 * const bytes = torch.autograd.savedTensors(loss).reduce((sum, t) => sum + t.numel() * t.elementSize(), 0);
 */
export function savedTensors(output: Tensor): Tensor[] {
  const kept = new Map<unknown, Tensor>();
  const seen = new Set<Node>();
  const pending = output.node === null ? [] : [output.node as Node];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    for (const tensor of node.kept) if (!kept.has(tensor.storage)) kept.set(tensor.storage, tensor);
    for (const edge of node.edges) if (edge !== null) pending.push(edge);
  }
  return [...kept.values()];
}
