// Dropout: the mask is drawn and applied in one instruction, and kept as a byte an element for the gradient.
import { needsGraph, record } from "../autograd/index.js";
import { instructions, markInternal, Op } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { uint8 } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { mul } from "./arithmetic.js";
import { zerosLike } from "./creation.js";
import { floatType } from "./elementwise.js";
import { defaultGenerator } from "./random.js";
import { contiguous, toDtype } from "./views.js";

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Default: true. */
  readonly training?: boolean;
}

/** @internal @throws ValueError for p outside 0..1 */
export function checkProbability(who: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new ValueError("dropout-probability", {
    path: who,
    rule: { en: `the probability must be between 0 and 1, got ${p}`, zh: `概率必须在 0 到 1 之间，得到的是 ${p}` },
    expected: [0, 1],
    received: p,
  });
}

/** Nanoseconds for an element. */
const WORK = 0.15;

/** x * scale where the mask is set, else x * 0; its gradient is the same of the gradient. */
function applyMask(x: Tensor, mask: Tensor, scale: number): Tensor {
  const source = contiguous(x);
  const out = emptyTensor(x.shape, x.dtype);
  const count = x.numel();
  const from = source.address();
  const at = mask.address();
  instructions.plain(Op.applyMask, [x.dtype.code, count, from, at, out.address()], [scale], count * WORK);
  recordMask(out, source, mask, scale);
  return out;
}

function recordMask(out: Tensor, source: Tensor, mask: Tensor, scale: number): void {
  if (!needsGraph(source)) return;
  record(out, "MulBackward0", [source], [mask], (g, node) => applyMask(g, node.saved(0), scale));
}

/**
 * Zeroes each element with probability p and divides the others by 1 - p, so that the mean stays.
 *
 * The mask is drawn anew each time. p = 0 gives the input, p = 1 zeros.
 *
 * @throws ValueError for p outside 0..1
 */
export function dropout(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkProbability("dropout", p);
  if (options.training === false || p === 0 || x.numel() === 0) return x;
  // What is not a number stays so, as in PyTorch.
  if (p === 1) return mul(x, zerosLike(x));
  const source = contiguous(toDtype(x, floatType(x.dtype)));
  const out = emptyTensor(source.shape, source.dtype);
  const mask = emptyTensor(source.shape, uint8);
  const generator = defaultGenerator().address;
  const scale = 1 / (1 - p);
  const from = source.address();
  const to = out.address();
  instructions.plain(
    Op.dropout,
    [generator, source.dtype.code, source.numel(), from, to, mask.address()],
    [1 - p, scale],
  );
  recordMask(out, source, mask, scale);
  markInternal(mask.storage);
  return out;
}
