// Tensors with a margin.
import { needsGraph, record } from "../autograd/index.js";
import { Fn, instructions, type MapStep, Op } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { int32 } from "../tensor/dtype.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { computeType, runProgram, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { indexSelect } from "./indexing.js";
import { clone, slice } from "./views.js";

/** What a margin holds: a value, the tensor mirrored, its edge, or the tensor over again. */
export type PadMode = "constant" | "reflect" | "replicate" | "circular";

/** Options of `pad`. */
export interface PadOptions {
  /** Default: "constant". */
  readonly mode?: PadMode;
  /** What a constant margin holds. Default: 0. */
  readonly value?: number | null;
}

/** A larger tensor filled with a value, with x at `before[d]` along each dimension. */
function surrounded(x: Tensor, before: Shape, after: Shape, value: number): Tensor {
  const shape = x.shape.map((s, d) => before[d]! + s + after[d]!);
  const inner = (whole: Tensor) =>
    x.shape.reduce((t, s, d) => (t.shape[d] === s ? t : slice(t, d, before[d]!, before[d]! + s, 1)), whole);
  const out = fillTensor(emptyTensor(shape, x.dtype), value);
  runUnary(Fn.copy, x, inner(out.data), computeType(x.dtype));
  if (needsGraph(x)) record(out, "ConstantPadNdBackward0", [x], null, (g) => inner(g));
  return out;
}

/** Steps from a position p (register 0) to the place it shows: registers 0 p, 1 the margin, 2 size - 1, 3 zero, 4 size. */
const SOURCES: Record<Exclude<PadMode, "constant">, readonly MapStep[]> = {
  reflect: [
    { fn: Fn.sub, a: 0, b: 1 },
    { fn: Fn.abs, a: 5 },
    { fn: Fn.sub, a: 2, b: 6 },
    { fn: Fn.abs, a: 7 },
    { fn: Fn.sub, a: 2, b: 8 },
  ],
  replicate: [
    { fn: Fn.sub, a: 0, b: 1 },
    { fn: Fn.max, a: 5, b: 3 },
    { fn: Fn.min, a: 6, b: 2 },
  ],
  circular: [
    { fn: Fn.sub, a: 0, b: 1 },
    { fn: Fn.remainder, a: 5, b: 4 },
  ],
};

/** A dimension with margins that show other places of it. */
function extended(x: Tensor, dim: number, before: number, after: number, mode: Exclude<PadMode, "constant">): Tensor {
  const size = x.shape[dim]!;
  const most = mode === "reflect" ? size - 1 : mode === "circular" ? size : size === 0 ? 0 : Infinity;
  if (before > most || after > most) {
    throw new ShapeError("pad-margin", {
      path: "pad",
      rule: {
        en: `margins of ${before} and ${after} are too large to ${mode} dimension ${dim} of size ${size}`,
        zh: `边距 ${before} 与 ${after} 对大小为 ${size} 的第 ${dim} 维过大（${mode}）`,
      },
      expected: most,
      received: [before, after],
    });
  }
  const count = before + size + after;
  const ramp = emptyTensor([count], int32);
  instructions.plain(Op.iota, [int32.code, count, ramp.address()], [0, 1]);
  const places = runProgram(emptyTensor([count], int32), 2, [ramp, before, size - 1, 0, size], SOURCES[mode]);
  return indexSelect(x, dim, places);
}

/**
 * The tensor with margins: `padding` is (left, right) of the last dimension, then of the one before it, and so on;
 * negative margins cut off.
 *
 * @throws ShapeError for more margins than dimensions, and for margins that the mode cannot fill
 *
 * @example
 * F.pad(torch.ones(1, 2), [1, 0]); // [[0, 1, 1]]
 * F.pad(x, [1, 1, 1, 1], "reflect");
 */
export function pad(
  self: Tensor,
  padding: Shape,
  mode?: PadMode | PadOptions,
  value?: number | null | PadOptions,
): Tensor {
  const given = readKeywords<PadOptions>(["mode", "value"], [mode, value]);
  const how = given.mode ?? "constant";
  const ndim = self.shape.length;
  if (padding.length % 2 !== 0 || padding.length > 2 * ndim) {
    throw new ShapeError("pad-count", {
      path: "pad",
      rule: {
        en: `padding must hold a pair for each dimension from the last on, got ${formatShape(padding)} for shape ${formatShape(self.shape)}`,
        zh: `padding 须从最后一维起每维给出一对数，形状 ${formatShape(self.shape)} 得到的是 ${formatShape(padding)}`,
      },
      expected: 2 * ndim,
      received: padding.length,
    });
  }
  if (how !== "constant" && !(how in SOURCES)) {
    throw new ValueError("pad-mode", {
      path: "pad",
      rule: { en: `unknown mode ${JSON.stringify(how)}`, zh: `未知的模式 ${JSON.stringify(how)}` },
      expected: ["constant", "reflect", "replicate", "circular"],
      received: how,
    });
  }
  const before = self.shape.map((_, d) => padding[2 * (ndim - 1 - d)] ?? 0);
  const after = self.shape.map((_, d) => padding[2 * (ndim - 1 - d) + 1] ?? 0);
  let x = self;
  // Mirrored and edge margins show places of the whole tensor, also those that a negative margin cuts off.
  const crops = how === "constant" || how === "circular";
  for (let d = 0; d < ndim; d++) {
    const low = Math.max(-before[d]!, 0);
    const high = self.shape[d]! - Math.max(-after[d]!, 0);
    if (crops ? low > high : before[d]! + self.shape[d]! + after[d]! < 0) {
      throw new ShapeError("pad-negative", {
        path: "pad",
        rule: {
          en: `margins ${before[d]} and ${after[d]} cut off more than dimension ${d} of size ${self.shape[d]} has`,
          zh: `边距 ${before[d]} 与 ${after[d]} 裁去的超过第 ${d} 维的大小 ${self.shape[d]}`,
        },
        expected: self.shape[d],
        received: [before[d], after[d]],
      });
    }
    if (!crops) continue;
    if (low > 0 || high < self.shape[d]!) x = slice(x, d, low, high, 1);
    before[d] = Math.max(before[d]!, 0);
    after[d] = Math.max(after[d]!, 0);
  }
  const margins = x.shape.some((_, d) => before[d] !== 0 || after[d] !== 0);
  if (!margins) return clone(x);
  if (how === "constant") return surrounded(x, before, after, given.value ?? 0);
  for (let d = 0; d < ndim; d++) {
    if (before[d] !== 0 || after[d] !== 0) x = extended(x, d, before[d]!, after[d]!, how);
  }
  return x;
}
