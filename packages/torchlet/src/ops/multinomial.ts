// Draws of categories with given probabilities, the same as PyTorch's.
import { instructions, machine, Op } from "../engine/index.js";
import { DTypeError, ShapeError, ValueError } from "../errors/index.js";
import { float64, int32 } from "../tensor/dtype.js";
import { formatShape, sizeOf } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { div } from "./arithmetic.js";
import { type Generator, inPlaceDraws, rand } from "./random.js";
import { argmax } from "./reduction.js";
import { topk } from "./sorting.js";
import { contiguous } from "./views.js";

/** Options of `multinomial`. */
export interface MultinomialOptions {
  readonly numSamples?: number;
  /** Whether a category may come again. Default: false. */
  readonly replacement?: boolean;
  /** Where the numbers come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator | null;
}

/**
 * Indices of categories, drawn with the probabilities that each row names; rows need not sum to 1.
 *
 * @param self probabilities, (categories) or (rows, categories), float32 or float64
 * @param numSamples draws a row
 * @returns int32 indices, (numSamples) or (rows, numSamples)
 * @throws DTypeError for integers, ShapeError for other numbers of dimensions, ValueError for negative, infinite or NaN
 *   probabilities, rows of zeros, and more draws without replacement than categories
 *
 * @example
 * torch.multinomial(torch.tensor([0.1, 0.2, 0.7]), 10, { replacement: true });
 */
export function multinomial(
  self: Tensor,
  numSamples: number | MultinomialOptions,
  replacement: boolean | MultinomialOptions = {},
  options: MultinomialOptions = {},
): Tensor {
  const given: MultinomialOptions = {
    ...(typeof numSamples === "number" ? { numSamples } : numSamples),
    ...(typeof replacement === "boolean" ? { replacement } : replacement),
    ...options,
  };
  const draws = given.numSamples ?? 0;
  const again = given.replacement ?? false;
  const { generator } = given;
  checkRequest(self, draws, again);
  const probabilities = contiguous(self.data);
  const shape = [...self.shape.slice(0, -1), draws];
  if (self.numel() === 0) return emptyTensor(shape, int32);
  if (again && draws > 1) {
    const uniforms = rand([sizeOf(shape)], { dtype: float64, generator });
    const out = emptyTensor(shape, int32);
    run(probabilities, draws, uniforms, out);
    return out;
  }
  run(probabilities, 0, null, null);
  // The category whose exponential clock, at the speed of its probability, rings first; then the second, and so on.
  const clocks = inPlaceDraws.exponential_(emptyTensor(self.shape, self.dtype), 1, { generator });
  const speeds = div(probabilities, clocks);
  return draws === 1 ? argmax(speeds, -1, { keepdim: true }) : topk(speeds, draws)[1]!;
}

/** Draws with replacement; without draws it only checks the probabilities. */
function run(probabilities: Tensor, draws: number, uniforms: Tensor | null, out: Tensor | null): void {
  const { dtype, shape } = probabilities;
  const n = shape[shape.length - 1]!;
  const sums = draws === 0 ? null : emptyTensor([n], dtype);
  const addresses = [probabilities, sums, uniforms, out].map((x) => (x === null ? 0 : x.address()));
  const [from, running, numbers, to] = addresses as [number, number, number, number];
  const rows = probabilities.numel() / n;
  const { mailbox } = machine;
  instructions.plain(Op.multinomial, [dtype.code, rows, n, from, running, draws, numbers, to, mailbox]);
  const wrong = machine.i32[mailbox >> 2]!;
  if (wrong === 0) return;
  throw new ValueError("multinomial-probabilities", {
    path: "multinomial",
    rule:
      wrong === -1
        ? { en: "a probability is negative, infinite or NaN", zh: "存在为负、无穷或 NaN 的概率" }
        : { en: "a row of probabilities has only zeros", zh: "有一行概率全为零" },
  });
}

function checkRequest(self: Tensor, draws: number, again: boolean): void {
  const { shape, dtype } = self;
  if (!dtype.isFloatingPoint) {
    throw new DTypeError("multinomial-dtype", {
      path: "multinomial",
      rule: { en: `probabilities must be floating-point, got ${dtype}`, zh: `概率必须是浮点类型，得到的是 ${dtype}` },
      received: dtype.name,
    });
  }
  if (shape.length !== 1 && shape.length !== 2) {
    throw new ShapeError("multinomial-shape", {
      path: "multinomial",
      rule: {
        en: `probabilities must have 1 or 2 dimensions, got shape ${formatShape(shape)}`,
        zh: `概率必须是 1 维或 2 维，得到的形状为 ${formatShape(shape)}`,
      },
      received: [...shape],
    });
  }
  const n = shape[shape.length - 1]!;
  if (Number.isInteger(draws) && draws >= 1 && (again || draws <= n)) return;
  throw new ValueError("multinomial-samples", {
    path: "multinomial",
    rule: {
      en: `numSamples must be a positive integer${again ? "" : ` of at most ${n}, the number of categories,`} got ${draws}`,
      zh: `numSamples 必须是正整数${again ? "" : `且不超过类别数 ${n}`}，得到的是 ${draws}`,
    },
    expected: again ? "at least 1" : [1, n],
    received: draws,
    hint: again ? undefined : { en: "replacement: true allows more draws", zh: "replacement: true 允许更多次抽取" },
  });
}
