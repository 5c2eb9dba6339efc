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
 * @param names what variables are called
 *
 * @example
 * const { vertices, edges } = torch.autograd.graphOf(loss, { W1, W2, x });
 */
export function graphOf(output: Tensor, names: Readonly<Record<string, Tensor>> = {}): GraphData {
  const called = new Map<unknown, string>();
  for (const [name, tensor] of Object.entries(names)) called.set(tensor.storage, name);
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
  const visit = (root: Node): number => {
    // By hand instead of by recursion: a graph may be thousands of operations deep.
    const pending: Node[] = [root];
    add(root, "operation", root.name, null);
    while (pending.length > 0) {
      const node = pending.pop()!;
      const to = known.get(node)!;
      for (const [i, input] of node.inputs.entries()) {
        const source = node.edges[i] ?? null;
        let from = source === null ? variable(input) : known.get(source);
        if (from === undefined) {
          from = add(source, "operation", source!.name, null);
          pending.push(source!);
        }
        edges.push([from, to]);
      }
    }
    return known.get(root)!;
  };
  if (output.node === null) variable(output);
  else visit(output.node as Node);
  return { vertices, edges };
}
