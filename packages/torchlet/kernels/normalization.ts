// Normalization of rows: over the last dimensions of a tensor, with weights and biases along them; the gradients.
//
// The mean and the reciprocal standard deviation of each row are kept for the gradient. Both come from deviations from an
// estimate of the mean, whose own mean corrects the estimate. In short rows the estimate is the mean of the first elements:
// being of the same row they cannot be so far off that rounding shows. Long rows are summed first.
import { F32 } from "./dtype";
import { firstLanes, fma, fnma, lanes, storeFirst, sumLanes } from "./lanes";
import { shareCount, shareEnd, shareStart } from "./parallel";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Elements whose sums are added in vector lanes before they join a total in double precision. */
const BLOCK: i32 = 1024;

/** The sum of n elements. */
export function sumRow<T>(x: usize, n: i32): f64 {
  let total: f64 = 0;
  while (n >= 4 * lanes<T>()) {
    let s0 = v128.splat<T>(0), s1 = s0, s2 = s0, s3 = s0;
    const block = min(n, BLOCK) & ~(4 * lanes<T>() - 1);
    for (const end = x + <usize>block * sizeof<T>(); x < end; x += 64) {
      s0 = v128.add<T>(s0, v128.load(x));
      s1 = v128.add<T>(s1, v128.load(x, 16));
      s2 = v128.add<T>(s2, v128.load(x, 32));
      s3 = v128.add<T>(s3, v128.load(x, 48));
    }
    total += sumLanes<T>(v128.add<T>(v128.add<T>(s0, s1), v128.add<T>(s2, s3)));
    n -= block;
  }
  let rest = v128.splat<T>(0);
  for (; n > 0; n -= lanes<T>(), x += 16) rest = v128.add<T>(rest, v128.and(v128.load(x), firstLanes<T>(n)));
  return total + sumLanes<T>(rest);
}

/**
 * How many of n elements the estimate of their mean is made of. With k of n it is at most sqrt(n / k) standard deviations off,
 * which costs the variance n / k roundings.
 */
// @ts-ignore: decorator
@inline
export function sampleOf(n: i32): i32 {
  return n > 4096 ? n : min(n, 16);
}

/** What `deviations` finds beside its result; globals belong to one thread. */
export let squares: f64 = 0;

/** The sum of x - m over n elements; the sum of the squares goes to `squares`. */
export function deviations<T>(x: usize, n: i32, m: T): f64 {
  const centre = v128.splat<T>(m);
  let total: f64 = 0, totalSquares: f64 = 0;
  while (n > 0) {
    let s0 = v128.splat<T>(0), s1 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
    const block = min(n, BLOCK);
    let left = block;
    for (; left >= 4 * lanes<T>(); left -= 4 * lanes<T>(), x += 64) {
      const a = v128.sub<T>(v128.load(x), centre), b = v128.sub<T>(v128.load(x, 16), centre);
      const c = v128.sub<T>(v128.load(x, 32), centre), d = v128.sub<T>(v128.load(x, 48), centre);
      s0 = v128.add<T>(s0, v128.add<T>(a, b));
      s1 = v128.add<T>(s1, v128.add<T>(c, d));
      q0 = fma<T>(a, a, q0);
      q1 = fma<T>(b, b, q1);
      q2 = fma<T>(c, c, q2);
      q3 = fma<T>(d, d, q3);
    }
    for (; left > 0; left -= lanes<T>(), x += 16) {
      const a = v128.and(v128.sub<T>(v128.load(x), centre), firstLanes<T>(left));
      s0 = v128.add<T>(s0, a);
      q0 = fma<T>(a, a, q0);
    }
    q0 = v128.add<T>(q0, q2);
    q1 = v128.add<T>(q1, q3);
    total += sumLanes<T>(v128.add<T>(s0, s1));
    totalSquares += sumLanes<T>(v128.add<T>(q0, q1));
    n -= block;
  }
  squares = totalSquares;
  return total;
}

/** y = (x - mean) * scale over n elements, then times a vector w and plus a vector b (0: none), or plus one number. */
// @ts-ignore: decorator
@inline
function moved<T>(x: usize, mean: v128, scale: v128, w: usize, b: usize, shift: v128): v128 {
  const y = v128.mul<T>(v128.sub<T>(v128.load(x), mean), scale);
  if (w) return fma<T>(y, v128.load(w), b ? v128.load(b) : shift);
  return v128.add<T>(y, b ? v128.load(b) : shift);
}

export function normalizeRow<T>(x: usize, y: usize, n: i32, mean: T, scale: T, w: usize, b: usize, shift: T): void {
  const m = v128.splat<T>(mean), s = v128.splat<T>(scale), t = v128.splat<T>(shift);
  if (w && b) {
    for (; n >= 4 * lanes<T>(); n -= 4 * lanes<T>(), x += 64, y += 64, w += 64, b += 64) {
      const y0 = fma<T>(v128.mul<T>(v128.sub<T>(v128.load(x), m), s), v128.load(w), v128.load(b));
      const y1 = fma<T>(v128.mul<T>(v128.sub<T>(v128.load(x, 16), m), s), v128.load(w, 16), v128.load(b, 16));
      const y2 = fma<T>(v128.mul<T>(v128.sub<T>(v128.load(x, 32), m), s), v128.load(w, 32), v128.load(b, 32));
      const y3 = fma<T>(v128.mul<T>(v128.sub<T>(v128.load(x, 48), m), s), v128.load(w, 48), v128.load(b, 48));
      v128.store(y, y0);
      v128.store(y, y1, 16);
      v128.store(y, y2, 32);
      v128.store(y, y3, 48);
    }
  }
  const nextW: usize = w ? 16 : 0, nextB: usize = b ? 16 : 0;
  for (; n > 0; n -= lanes<T>(), x += 16, y += 16, w += nextW, b += nextB) {
    storeFirst<T>(y, moved<T>(x, m, s, w, b, t), n);
  }
}

/** result = (g w - c1 - (x - mean) * c2) * scale: the gradient of a normalized row; w is a vector (0: none). */
export function rowGradient<T>(
  g: usize, x: usize, result: usize, n: i32, w: usize, mean: T, c1: T, c2: T, scale: T,
): void {
  const m = v128.splat<T>(mean), a = v128.splat<T>(c1), b = v128.splat<T>(c2), s = v128.splat<T>(scale);
  if (w) {
    for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>(), g += 32, x += 32, w += 32, result += 32) {
      const g0 = v128.sub<T>(v128.mul<T>(v128.load(g), v128.load(w)), a);
      const g1 = v128.sub<T>(v128.mul<T>(v128.load(g, 16), v128.load(w, 16)), a);
      v128.store(result, v128.mul<T>(fnma<T>(v128.sub<T>(v128.load(x), m), b, g0), s));
      v128.store(result, v128.mul<T>(fnma<T>(v128.sub<T>(v128.load(x, 16), m), b, g1), s), 16);
    }
  }
  const nextW: usize = w ? 16 : 0;
  for (; n > 0; n -= lanes<T>(), g += 16, x += 16, w += nextW, result += 16) {
    const own = w ? v128.mul<T>(v128.load(g), v128.load(w)) : v128.load(g);
    storeFirst<T>(result, v128.mul<T>(fnma<T>(v128.sub<T>(v128.load(x), m), b, v128.sub<T>(own, a)), s), n);
  }
}

function rowNormOf<T>(pc: usize): void {
  const rows = word(pc, 3), n = word(pc, 4), first = shareStart(rows, 1), end = shareEnd(rows, 1);
  const w = <usize>word(pc, 7), b = <usize>word(pc, 8), rootMeanSquare = word(pc, 10) != 0;
  const eps = f64.load(pc + 48), sample = sampleOf(n);
  const bytes = <usize>n * sizeof<T>(), skipped = <usize>first * bytes;
  let x = <usize>word(pc, 5) + skipped, y = <usize>word(pc, 6) + skipped;
  let kept = <usize>word(pc, 9) + <usize>first * 2 * sizeof<T>();
  for (let r = first; r < end; ++r, x += bytes, y += bytes, kept += 2 * sizeof<T>()) {
    let mean: f64 = 0;
    if (!rootMeanSquare) mean = sumRow<T>(x, sample) / <f64>sample;
    const off = deviations<T>(x, n, <T>mean) / <f64>n;
    let variance = squares / <f64>n;
    if (!rootMeanSquare) {
      mean = <f64><T>mean + off;
      variance = max<f64>(variance - off * off, 0);
    }
    const scale = <T>(1 / sqrt(variance + eps));
    store<T>(kept, <T>mean);
    store<T>(kept, scale, sizeof<T>());
    normalizeRow<T>(x, y, n, <T>mean, scale, w, b, 0);
  }
}

/**
 * y = (x - mean) / sqrt(variance + eps) * weight + bias over rows.
 * Words: 2 dtype, 3 rows, 4 columns, 5 x, 6 y, 7 weight, 8 bias (0: none), 9 mean and reciprocal deviation of each row,
 *   10 root mean square instead (the mean is taken as 0), 12 eps (double).
 */
export function rowNorm(pc: usize): void {
  if (word(pc, 2) == F32) rowNormOf<f32>(pc);
  else rowNormOf<f64>(pc);
}

/** Sums of g w and of g w times the normalized x over a row; globals belong to one thread. */
let sum0: f64 = 0;
let dot0: f64 = 0;
let sum1: f64 = 0;
let dot1: f64 = 0;

/** Adds what two rows (or one) give for the weight and for the bias. */
// @ts-ignore: decorator
@inline
function addPair<T>(to: usize, padded: usize, u0: v128, z0: v128, u1: v128, z1: v128, second: bool): void {
  let weights = fma<T>(u0, z0, v128.load(to)), biases = v128.add<T>(v128.load(to + padded), u0);
  if (second) {
    weights = fma<T>(u1, z1, weights);
    biases = v128.add<T>(biases, u1);
  }
  v128.store(to, weights);
  v128.store(to + padded, biases);
}

/**
 * The sums that two rows' gradients need, in sum0, dot0, sum1, dot1; and, where `partial` is given, g times the
 * normalized x and g themselves added to its two rows of `padded` elements.
 */
function pairSums<T>(
  g0: usize, x0: usize, g1: usize, x1: usize, n: i32, w: usize, kept0: usize, kept1: usize, partial: usize, padded: usize,
): void {
  const m0 = v128.splat<T>(load<T>(kept0)), s0 = v128.splat<T>(load<T>(kept0, sizeof<T>()));
  const m1 = v128.splat<T>(load<T>(kept1)), s1 = v128.splat<T>(load<T>(kept1, sizeof<T>()));
  let totalA: f64 = 0, totalB: f64 = 0, totalC: f64 = 0, totalD: f64 = 0;
  const second = g1 != g0;
  while (n > 0) {
    let a = v128.splat<T>(0), b = a, c = a, d = a;
    const block = min(n, BLOCK);
    let left = block;
    for (; left >= lanes<T>(); left -= lanes<T>(), g0 += 16, x0 += 16, g1 += 16, x1 += 16) {
      const u0 = v128.load(g0), z0 = v128.mul<T>(v128.sub<T>(v128.load(x0), m0), s0);
      const u1 = v128.load(g1), z1 = v128.mul<T>(v128.sub<T>(v128.load(x1), m1), s1);
      if (partial) {
        addPair<T>(partial, padded, u0, z0, u1, z1, second);
        partial += 16;
      }
      let v0 = u0, v1 = u1;
      if (w) {
        const weight = v128.load(w);
        v0 = v128.mul<T>(u0, weight);
        v1 = v128.mul<T>(u1, weight);
        w += 16;
      }
      a = v128.add<T>(a, v0);
      b = fma<T>(v0, z0, b);
      c = v128.add<T>(c, v1);
      d = fma<T>(v1, z1, d);
    }
    if (left > 0) {
      const mask = firstLanes<T>(left);
      const u0 = v128.and(v128.load(g0), mask), u1 = v128.and(v128.load(g1), mask);
      const z0 = v128.and(v128.mul<T>(v128.sub<T>(v128.load(x0), m0), s0), mask);
      const z1 = v128.and(v128.mul<T>(v128.sub<T>(v128.load(x1), m1), s1), mask);
      if (partial) addPair<T>(partial, padded, u0, z0, u1, z1, second);
      const weight = w ? v128.and(v128.load(w), mask) : v128.splat<T>(1);
      const v0 = v128.mul<T>(u0, weight), v1 = v128.mul<T>(u1, weight);
      a = v128.add<T>(a, v0);
      b = fma<T>(v0, z0, b);
      c = v128.add<T>(c, v1);
      d = fma<T>(v1, z1, d);
    }
    totalA += sumLanes<T>(a);
    totalB += sumLanes<T>(b);
    totalC += sumLanes<T>(c);
    totalD += sumLanes<T>(d);
    n -= block;
  }
  sum0 = totalA;
  dot0 = totalB;
  sum1 = totalC;
  dot1 = totalD;
}

function gradientOf<T>(g: usize, x: usize, to: usize, n: i32, w: usize, kept: usize, sum: f64, dot: f64, rms: bool): void {
  const scale = load<T>(kept, sizeof<T>()), count = <f64>n;
  // g w - mean(g w) - z mean(g w z) with z = (x - mean) * scale.
  rowGradient<T>(g, x, to, n, w, load<T>(kept), rms ? <T>0 : <T>(sum / count), <T>(dot / count * <f64>scale), scale);
}

/** Adds the chunks' partial sums in their order. */
function joinPartials<T>(partials: usize, chunks: i32, padded: usize, n: i32, to: usize): void {
  for (; n > 0; n -= lanes<T>(), partials += 16, to += 16) {
    let s = v128.load(partials);
    for (let k = 1; k < chunks; ++k) s = v128.add<T>(s, v128.load(partials + <usize>k * 2 * padded));
    storeFirst<T>(to, s, n);
  }
}

function rowNormBackwardOf<T>(pc: usize): void {
  const rows = word(pc, 3), n = word(pc, 4), w = <usize>word(pc, 7), kept = <usize>word(pc, 8), chunks = word(pc, 13);
  const g = <usize>word(pc, 5), x = <usize>word(pc, 6), result = <usize>word(pc, 9), partials = <usize>word(pc, 12);
  const rms = word(pc, 14) != 0;
  const bytes = <usize>n * sizeof<T>(), padded = (bytes + 15) & ~15, pair = 2 * sizeof<T>();
  // Rows go in pairs, chunks are whole pairs.
  const size = ((rows + chunks - 1) / chunks + 1) & ~1;
  const last = shareEnd(chunks, 1);
  for (let chunk = shareStart(chunks, 1); chunk < last; ++chunk) {
    const partial = partials ? partials + <usize>chunk * 2 * padded : 0;
    if (partial) memory.fill(partial, 0, 2 * padded);
    const end = min(rows, (chunk + 1) * size);
    for (let r = chunk * size; r < end; r += 2) {
      const next = min(r + 1, end - 1);
      const g0 = g + <usize>r * bytes, x0 = x + <usize>r * bytes, kept0 = kept + <usize>r * pair;
      const g1 = g + <usize>next * bytes, x1 = x + <usize>next * bytes, kept1 = kept + <usize>next * pair;
      pairSums<T>(g0, x0, g1, x1, n, w, kept0, kept1, partial, padded);
      if (result) {
        const sum = sum1, dot = dot1;
        gradientOf<T>(g0, x0, result + <usize>r * bytes, n, w, kept0, sum0, dot0, rms);
        if (next != r) gradientOf<T>(g1, x1, result + <usize>next * bytes, n, w, kept1, sum, dot, rms);
      }
    }
  }
  if (!partials) return;
  // The thread that finishes last joins the chunks.
  if (atomic.add<i32>(pc + 60, 1) + 1 < shareCount()) return;
  atomic.store<i32>(pc + 60, 0);
  if (word(pc, 10)) joinPartials<T>(partials, chunks, padded, n, <usize>word(pc, 10));
  if (word(pc, 11)) joinPartials<T>(partials + padded, chunks, padded, n, <usize>word(pc, 11));
}

/**
 * Gradients of the above. Rows are cut into a number of chunks that depends on the shape alone, so that the sums for
 * weight and bias do not depend on the threads.
 * Words: 2 dtype, 3 rows, 4 columns, 5 g, 6 x, 7 weight (0: none), 8 what the forward kept, 9 dx, 10 dweight, 11 dbias (0: not
 *   wanted), 12 two rows of columns (a multiple of 16 bytes) for each chunk (0: neither is wanted), 13 chunks,
 *   14 root mean square, 15 0: how many threads have finished.
 */
export function rowNormBackward(pc: usize): void {
  if (word(pc, 2) == F32) rowNormBackwardOf<f32>(pc);
  else rowNormBackwardOf<f64>(pc);
}
