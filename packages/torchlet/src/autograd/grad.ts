// Gradients as values: returned instead of accumulated.
import { AutogradError } from "../errors/index.js";
import { Tensor } from "../tensor/tensor.js";
import { startingGradient, withMode } from "./backward.js";
import { freedError, type Node } from "./node.js";
import { type Flow, operations, Walk } from "./walk.js";

/** Options of `autograd.grad`. */
export interface GradOptions {
  /** Gradients of the outputs; needed for those that have more than one element. */
  gradOutputs?: Tensor | null | readonly (Tensor | null)[];
  /** Default: `createGraph`. */
  retainGraph?: boolean;
  createGraph?: boolean;
  /** Returns null for inputs that the outputs do not depend on, instead of an error. */
  allowUnused?: boolean;
}

/**
 * The operations between the outputs and the inputs: only they are visited. Those that made an input and lead to no
 * other one (false) receive a gradient but do not run, and are not freed.
 */
function operationsBetween(roots: readonly Tensor[], targets: readonly Tensor[]) {
  const leaves = new Set<Tensor>(targets);
  const goals = new Set<unknown>(targets.flatMap((t) => (t.node === null ? [] : [t.node])));
  const leads = new Map<Node, boolean>();
  const wanted = new Map<Node, boolean>();
  let freed: Node | null = null;
  const stack = roots.flatMap((r) => (r.node === null ? [] : [r.node as Node]));
  // Depth first without recursion: a node is decided when all it was made from are.
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!;
    if (leads.has(node)) {
      stack.pop();
      continue;
    }
    const open = node.edges.filter((edge): edge is Node => edge !== null && !leads.has(edge));
    if (open.length > 0) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    if (node.isReleased) freed = node;
    const runs = node.edges.some((edge, i) => (edge === null ? leaves.has(node.inputs[i]!) : leads.get(edge) === true));
    const matters = runs || goals.has(node);
    leads.set(node, matters);
    if (matters) wanted.set(node, runs);
  }
  return { wanted, freed };
}

/**
 * The gradients of outputs with respect to inputs, returned instead of accumulated.
 *
 * @throws AutogradError for an input that the outputs do not depend on, unless `allowUnused`
 *
 * @example
 * const x = torch.tensor([2], { dtype: torch.float32, requiresGrad: true });
 * const [g] = torch.autograd.grad(x.pow(3).sum(), x); // tensor([12.])
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
  const found = (i: number, flow: Flow) => {
    const before = results[i]!;
    // What is returned is the user's, and may still flow on: it is nobody's alone.
    flow.owned = false;
    results[i] = before === null ? flow : { tensor: operations.add(before.tensor, flow.tensor), owned: false };
  };
  const { wanted, freed } = operationsBetween(roots, targets);
  withMode(createGraph, () => {
    const walk = new Walk(
      { retainGraph, createGraph, wanted },
      {
        leaf(tensor, flow) {
          targets.forEach((target, i) => {
            if (target === tensor && target.node === null) found(i, flow);
          });
        },
        complete(node, flows) {
          targets.forEach((target, i) => {
            const flow = target.node === node ? flows[target.outputIndex] : null;
            if (flow != null) found(i, flow);
          });
        },
      },
    );
    roots.forEach((root, i) => {
      walk.send(root, root.node as Node | null, root.outputIndex, starts[i]!.tensor, starts[i]!.owned);
    });
    walk.run();
  });
  return results.map((flow, i) => {
    if (flow !== null) return flow.tensor;
    // A freed operation no longer knows what it was computed from.
    if (freed !== null) throw freedError(freed.name);
    if (allowUnused) return null;
    throw new AutogradError("unused-input", {
      path: "autograd.grad",
      rule: { en: `the outputs do not depend on input ${i}`, zh: `输出不依赖第 ${i} 个输入` },
      hint: { en: "pass allowUnused: true to get null for it", zh: "传入 allowUnused: true 则返回 null" },
    });
  });
}
