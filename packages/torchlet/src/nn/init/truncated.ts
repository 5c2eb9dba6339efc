// Normal values within bounds, by rejection: the same draws as PyTorch 2.13 makes.
import { noGrad } from "../../autograd/index.js";
import { ValueError } from "../../errors/index.js";
import { emptyLike, gt, log, logicalOr, lt, where } from "../../ops/index.js";
import { inPlaceDraws } from "../../ops/random.js";
import { float32 } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { NormalOptions } from "./draws.js";

/** Options of `truncNormal_`. */
export interface TruncNormalOptions extends NormalOptions {
  /** The lower bound. Default: -2. */
  readonly a?: number;
  /** The upper bound. Default: 2. */
  readonly b?: number;
}

/**
 * Normal values with a mean and a standard deviation (of the whole distribution), none outside [a, b].
 *
 * @throws ValueError for a standard deviation that is not positive, or bounds in the wrong order
 *
 * @example
 * nn.init.truncNormal_(w, { std: 0.02 });
 */
export function truncNormal_<T extends Tensor>(
  tensor: T,
  mean: number | TruncNormalOptions = 0,
  std = 1,
  a = -2,
  b = 2,
  options: TruncNormalOptions = {},
): T {
  if (typeof mean === "object") {
    return truncNormal_(tensor, mean.mean ?? 0, mean.std ?? 1, mean.a ?? -2, mean.b ?? 2, mean);
  }
  if (!(std > 0) || !(a <= b)) {
    throw new ValueError("trunc-normal", {
      path: "truncNormal_",
      rule: {
        en: `std must be positive and a at most b, got std ${std}, a ${a}, b ${b}`,
        zh: `std 必须为正且 a 不大于 b，得到的是 std ${std}、a ${a}、b ${b}`,
      },
      received: { std, a, b },
    });
  }
  if (tensor.numel() === 0) return tensor;
  const share = normalCdf((b - mean) / std) - normalCdf((a - mean) / std);
  noGrad(() => {
    if (share > 0.3) rejectNormal(tensor, mean, std, a, b, options);
    else rejectUniform(tensor, mean, std, a, b, options);
  });
  return tensor;
}

/** Draws normal values until none lies outside the bounds; every round draws for all elements. */
function rejectNormal(tensor: Tensor, mean: number, std: number, a: number, b: number, options: NormalOptions): void {
  const round = (x: number) => (tensor.dtype === float32 ? Math.fround(x) : x);
  let values = inPlaceDraws.normal_(emptyLike(tensor), mean, std, options);
  for (;;) {
    const outside = logicalOr(lt(values, round(a)), gt(values, round(b)));
    if (!isAny(outside)) break;
    values = where(outside, inPlaceDraws.normal_(emptyLike(tensor), mean, std, options), values);
  }
  tensor.data.copy_(values);
}

/** Far from the mean: draws uniform values, accepted with the probability of their density over the highest one. */
function rejectUniform(tensor: Tensor, mean: number, std: number, a: number, b: number, options: NormalOptions): void {
  const mode = Math.max(a, Math.min(mean, b));
  const highest = -0.5 * ((mode - mean) / std) ** 2;
  const candidate = () => inPlaceDraws.uniform_(emptyLike(tensor), a, b, options);
  const isRefused = (x: Tensor) => {
    const density = x.sub(mean).div_(std).square().mul_(-0.5).sub_(highest);
    return gt(log(inPlaceDraws.uniform_(emptyLike(tensor), 0, 1, options)), density);
  };
  let values = candidate();
  let pending = isRefused(values);
  while (isAny(pending)) {
    const next = candidate();
    values = where(pending, next, values);
    pending = where(pending, isRefused(next), pending);
  }
  tensor.data.copy_(values);
}

function isAny(mask: Tensor): boolean {
  return mask.any().item() !== 0;
}

/** The normal distribution function to 1e-7: it only decides between the two ways of drawing. */
function normalCdf(x: number): number {
  // Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = z === Infinity ? 1 : 1 - series * Math.exp(-z * z);
  return (1 + Math.sign(x) * erf) / 2;
}
