// Arithmetic on shapes and strides; nothing here touches values.
import { IndexError, ShapeError } from "../errors/index.js";

/** The sizes of a tensor's dimensions, outermost first. */
export type Shape = readonly number[];

/** How many elements a shape has. */
export function sizeOf(shape: Shape): number {
  let n = 1;
  for (let d = 0; d < shape.length; d++) n *= shape[d]!;
  return n;
}

/** Strides, in elements, of a contiguous tensor. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= Math.max(shape[d]!, 1);
  }
  return strides;
}

/** Whether elements lie one after another in row-major order. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d]!;
    if (size === 0) return true;
    if (size !== 1) {
      if (strides[d] !== expected) return false;
      expected *= size;
    }
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/** `[2, 3]`, as errors show it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The shape that several shapes broadcast to: aligned at the right, sizes equal or 1.
 *
 * @throws ShapeError where they do not fit
 */
export function broadcastShapes(who: string, ...shapes: readonly Shape[]): Shape {
  let result = shapes[0]!;
  for (let i = 1; i < shapes.length; i++) {
    const next = shapes[i]!;
    if (sameShape(result, next)) continue;
    const ndim = Math.max(result.length, next.length);
    const out = new Array<number>(ndim);
    for (let d = 1; d <= ndim; d++) {
      const a = d <= result.length ? result[result.length - d]! : 1;
      const b = d <= next.length ? next[next.length - d]! : 1;
      if (a !== b && a !== 1 && b !== 1) {
        throw new ShapeError("broadcast", {
          path: who,
          rule: {
            en: `shapes ${formatShape(result)} and ${formatShape(next)} do not broadcast: sizes ${a} and ${b} of dimension -${d} differ and neither is 1`,
            zh: `形状 ${formatShape(result)} 与 ${formatShape(next)} 无法广播：倒数第 ${d} 维的大小 ${a} 与 ${b} 不同，且都不为 1`,
          },
          expected: [...result],
          received: [...next],
        });
      }
      out[ndim - d] = a === 1 ? b : a;
    }
    result = out;
  }
  return result;
}

/**
 * A dimension as a number from 0, from one that may count from the end.
 *
 * @throws IndexError outside -ndim..ndim-1
 */
export function normalizeDim(who: string, dim: number, ndim: number): number {
  // A 0-dimensional tensor takes 0 and -1, as in PyTorch.
  const bound = Math.max(ndim, 1);
  if (!Number.isInteger(dim) || dim < -bound || dim >= bound) {
    throw new IndexError("dim-range", {
      path: who,
      rule: {
        en: `dim must be between ${-bound} and ${bound - 1}, got ${dim}`,
        zh: `dim 必须在 ${-bound} 到 ${bound - 1} 之间，得到的是 ${dim}`,
      },
      expected: [-bound, bound - 1],
      received: dim,
    });
  }
  return dim < 0 ? dim + bound : dim;
}

/** Several dimensions, in ascending order; none given means all. */
export function normalizeDims(who: string, dim: number | readonly number[] | null | undefined, ndim: number): number[] {
  if (dim === null || dim === undefined || (typeof dim === "object" && dim.length === 0)) {
    const all = new Array<number>(ndim);
    for (let d = 0; d < ndim; d++) all[d] = d;
    return all;
  }
  if (typeof dim === "number") return ndim === 0 ? [] : [normalizeDim(who, dim, ndim)];
  const list = dim.map((d) => normalizeDim(who, d, ndim));
  const sorted = [...list].sort((a, b) => a - b);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) {
      throw new IndexError("dim-twice", {
        path: who,
        rule: { en: `dim ${sorted[i]} appears twice`, zh: `dim ${sorted[i]} 出现了两次` },
        received: [...list],
      });
    }
  }
  return ndim === 0 ? [] : sorted;
}

/**
 * A requested shape with its one -1 filled in.
 *
 * @throws ShapeError where the sizes do not multiply to `count`
 */
export function inferShape(who: string, requested: Shape, count: number): number[] {
  let known = 1;
  let unknown = -1;
  const bad = (en: string, zh: string) =>
    new ShapeError("reshape", {
      path: who,
      rule: { en, zh },
      expected: count,
      received: [...requested],
    });
  for (let d = 0; d < requested.length; d++) {
    const size = requested[d]!;
    if (size === -1) {
      if (unknown >= 0) throw bad("only one size can be -1", "只能有一个 -1");
      unknown = d;
    } else if (!Number.isInteger(size) || size < 0) {
      throw bad(`sizes must be non-negative integers or -1, got ${size}`, `大小必须是非负整数或 -1，得到的是 ${size}`);
    } else known *= size;
  }
  const shape = [...requested];
  if (unknown >= 0) {
    if (known === 0 || count % known !== 0) {
      throw bad(
        `${count} elements do not divide into shape ${formatShape(requested)}`,
        `${count} 个元素无法排成形状 ${formatShape(requested)}`,
      );
    }
    shape[unknown] = count / known;
  } else if (known !== count) {
    throw bad(
      `shape ${formatShape(requested)} has ${known} elements, the tensor has ${count}`,
      `形状 ${formatShape(requested)} 有 ${known} 个元素，而张量有 ${count} 个`,
    );
  }
  return shape;
}

/** Strides under which the same memory shows another shape, or null where only a copy can. */
export function viewStrides(shape: Shape, strides: readonly number[], target: Shape): number[] | null {
  if (sizeOf(shape) === 0) return contiguousStrides(target);
  if (isContiguous(shape, strides)) return contiguousStrides(target);
  // Runs of dimensions that merge into one are matched against runs of the target from the right.
  const out = new Array<number>(target.length);
  let t = target.length - 1;
  let d = shape.length - 1;
  while (d >= 0) {
    const base = strides[d]!;
    let run = shape[d]!;
    while (d > 0 && (shape[d - 1] === 1 || strides[d - 1] === run * base)) {
      d--;
      run *= shape[d]!;
    }
    d--;
    let stride = base;
    while (t >= 0 && (run > 1 || target[t] === 1)) {
      const size = target[t]!;
      if (run % size !== 0) return null;
      out[t--] = stride;
      stride *= size;
      run /= size;
      if (run === 1 && (t < 0 || target[t] !== 1)) break;
    }
    if (run !== 1) return null;
  }
  while (t >= 0) {
    if (target[t] !== 1) return null;
    out[t--] = 1;
  }
  return out;
}
