// Einstein's summation: products and sums written with an index a dimension.
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape, sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { mul } from "./arithmetic.js";
import { bmm } from "./matmul.js";
import { sum } from "./reduction.js";
import { diagonal, expand, permute, reshape, unsqueeze } from "./views.js";

/** A tensor and the index of each of its dimensions. */
interface Term {
  readonly x: Tensor;
  readonly indices: readonly string[];
}

function equationError(equation: string, en: string, zh: string): ValueError {
  return new ValueError("einsum-equation", {
    path: "einsum",
    rule: { en: `${en}, in "${equation}"`, zh: `${zh}（"${equation}"）` },
    received: equation,
  });
}

/** The indices of a subscript; dimensions of an ellipsis are named "0", "1", ... from the right. */
function readIndices(equation: string, subscript: string, hidden: number): string[] {
  const parts = subscript.split("...");
  if (parts.length > 2) throw equationError(equation, "an operand has several ellipses", "一个操作数有多个省略号");
  for (const letter of parts.join("")) {
    if (!/[A-Za-z]/.test(letter)) throw equationError(equation, `unexpected "${letter}"`, `多余的 "${letter}"`);
  }
  if (parts.length === 1) return [...subscript];
  return [...parts[0]!, ...Array.from({ length: hidden }, (_, i) => String(hidden - 1 - i)), ...parts[1]!];
}

/** An index that stands at several dimensions of one operand takes their diagonal. */
function withoutRepeats(x: Tensor, indices: readonly string[]): Term {
  for (let b = 0; b < indices.length; b++) {
    const a = indices.indexOf(indices[b]!);
    if (a === b) continue;
    const size = Math.max(x.shape[a]!, x.shape[b]!);
    const square = expand(
      x,
      x.shape.map((s, d) => (d === a || d === b ? size : s)),
    );
    const rest = indices.filter((_, d) => d !== a && d !== b);
    return withoutRepeats(diagonal(square, { offset: 0, dim1: a, dim2: b }), [...rest, indices[a]!]);
  }
  return { x, indices };
}

/** A term with its dimensions in a given order; indices that it lacks become size 1. */
function arranged({ x, indices }: Term, order: readonly string[]): Tensor {
  const own = order.filter((i) => indices.includes(i));
  let out = permute(
    x,
    own.map((i) => indices.indexOf(i)),
  );
  order.forEach((i, d) => {
    if (!indices.includes(i)) out = unsqueeze(out, d);
  });
  return out;
}

function sumOut(term: Term, gone: readonly string[]): Term {
  if (gone.length === 0) return term;
  return {
    x: sum(
      term.x,
      gone.map((i) => term.indices.indexOf(i)),
    ),
    indices: term.indices.filter((i) => !gone.includes(i)),
  };
}

/** The product of two terms, summed over the indices that nobody needs any more: a batched matrix product. */
function contract(left: Term, right: Term, needed: ReadonlySet<string>): Term {
  const a = sumOut(
    left,
    left.indices.filter((i) => !needed.has(i) && !right.indices.includes(i)),
  );
  const b = sumOut(
    right,
    right.indices.filter((i) => !needed.has(i) && !left.indices.includes(i)),
  );
  const shared = a.indices.filter((i) => b.indices.includes(i));
  const size = (i: string) => Math.max(sizeIn(a, i), sizeIn(b, i), sizeIn(a, i) * sizeIn(b, i) === 0 ? 0 : 1);
  const batch = shared.filter((i) => needed.has(i));
  const summed = shared.filter((i) => !needed.has(i));
  const onlyA = a.indices.filter((i) => !b.indices.includes(i));
  const onlyB = b.indices.filter((i) => !a.indices.includes(i));
  const indices = [...batch, ...onlyA, ...onlyB];
  if (summed.length === 0) return { x: mul(arranged(a, indices), arranged(b, indices)), indices };
  const sizes = (list: readonly string[]) => list.map(size);
  const count = (list: readonly string[]) => sizeOf(sizes(list));
  const x = expand(arranged(a, [...batch, ...onlyA, ...summed]), sizes([...batch, ...onlyA, ...summed]));
  const y = expand(arranged(b, [...batch, ...summed, ...onlyB]), sizes([...batch, ...summed, ...onlyB]));
  const product = bmm(
    reshape(x, [count(batch), count(onlyA), count(summed)]),
    reshape(y, [count(batch), count(summed), count(onlyB)]),
  );
  return { x: reshape(product, sizes(indices)), indices };
}

function sizeIn({ x, indices }: Term, index: string): number {
  const d = indices.indexOf(index);
  return d < 0 ? 1 : x.shape[d]!;
}

/**
 * Sums of products by Einstein's convention: an index that the result does not name is summed over, `...` stands for
 * dimensions that broadcast, an index that stands twice in one operand takes the diagonal. Operands are multiplied from
 * left to right, each pair as a batched matrix product.
 *
 * @throws ValueError for an equation that cannot be read, ShapeError for sizes that differ
 *
 * @example
 * torch.einsum("ij,jk->ik", a, b); // the matrix product
 * torch.einsum("bii->b", x); // traces
 */
export function einsum(equation: string, ...operands: Tensor[] | [readonly Tensor[]]): Tensor;
export function einsum(operands: readonly Tensor[], equation: string): Tensor;
export function einsum(...args: readonly (string | Tensor | readonly Tensor[])[]): Tensor {
  const equation = args.find((a): a is string => typeof a === "string") ?? "";
  const operands = args.flat().filter((a): a is Tensor => a instanceof Tensor);
  const [inputs, output] = equation.replaceAll(" ", "").split("->") as [string, string | undefined];
  const subscripts = inputs.split(",");
  if (subscripts.length !== operands.length || operands.length === 0) {
    throw equationError(
      equation,
      `${subscripts.length} operands are named and ${operands.length} given`,
      `写出 ${subscripts.length} 个操作数，给出 ${operands.length} 个`,
    );
  }
  const hidden = subscripts.map((s, i) =>
    s.includes("...") ? operands[i]!.shape.length - s.replace("...", "").length : 0,
  );
  const lists = subscripts.map((s, i) => readIndices(equation, s, hidden[i]!));
  lists.forEach((list, i) => {
    if (hidden[i]! >= 0 && list.length === operands[i]!.shape.length) return;
    throw equationError(
      equation,
      `operand ${i} of shape ${formatShape(operands[i]!.shape)} does not have the dimensions of "${subscripts[i]}"`,
      `形状为 ${formatShape(operands[i]!.shape)} 的第 ${i} 个操作数与 "${subscripts[i]}" 的维数不符`,
    );
  });
  const widest = Math.max(...hidden);
  const counts = new Map<string, number>();
  for (const list of lists) for (const i of list) counts.set(i, (counts.get(i) ?? 0) + 1);
  // Without an arrow: the ellipsis, then the indices that stand once, in alphabetical order.
  const wanted =
    output !== undefined
      ? readIndices(equation, output, widest)
      : [
          ...Array.from({ length: widest }, (_, i) => String(widest - 1 - i)),
          ...[...counts]
            .filter(([i, n]) => n === 1 && /[A-Za-z]/.test(i))
            .map(([i]) => i)
            .sort(),
        ];
  if (new Set(wanted).size !== wanted.length || wanted.some((i) => !counts.has(i))) {
    throw equationError(
      equation,
      "the result names an index twice, or one that no operand has",
      "结果中的索引重复或不存在",
    );
  }
  const sizes = new Map<string, number>();
  lists.forEach((list, o) => {
    list.forEach((i, d) => {
      const s = operands[o]!.shape[d]!;
      const before = sizes.get(i) ?? 1;
      if (before !== 1 && s !== 1 && s !== before) {
        throw new ShapeError("einsum-sizes", {
          path: "einsum",
          rule: {
            en: `index "${i}" has sizes ${before} and ${s}, in "${equation}"`,
            zh: `索引 "${i}" 的大小既是 ${before} 又是 ${s}（"${equation}"）`,
          },
          expected: before,
          received: s,
        });
      }
      sizes.set(i, before === 1 ? s : before);
    });
  });
  const terms = lists.map((list, o) => withoutRepeats(operands[o]!, list));
  let total = terms[0]!;
  for (let o = 1; o < terms.length; o++) {
    const needed = new Set([...wanted, ...terms.slice(o + 1).flatMap((t) => t.indices)]);
    total = contract(total, terms[o]!, needed);
  }
  total = sumOut(
    total,
    total.indices.filter((i) => !wanted.includes(i)),
  );
  return permute(
    total.x,
    wanted.map((i) => total.indices.indexOf(i)),
  );
}
