// Normalization of channels over a batch, with running statistics; the gradients.
//
// Input is (batch, channels, length). Threads have channels of their own, so nothing is joined afterwards. With length 1
// the rows of the batch are walked in order, four at a time, and every channel has its lane; otherwise a channel is a
// row in each sample (kernels/normalization.ts).
import { F32 } from "./dtype";
import { firstLanes, fma, fnma, lanes, storeFirst, sumLanes } from "./lanes";
import { deviations, normalizeRow, rowGradient, sampleOf, squares, sumRow } from "./normalization";
import { shareEnd, shareStart } from "./parallel";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Channels are shared in pairs of cache lines of float32; rows of statistics have whole ones. */
const GRAIN: i32 = 32;
/** Rows whose sums are added before they join a total. */
const RUN: i32 = 64;

/** Scratch from a boundary of the shares on: two threads that write into one cache line wait for each other at every row. */
// @ts-ignore: decorator
@inline
function aligned(address: i32): usize {
  return (<usize>address + 127) & ~127;
}

/** Adds the columns of `from` to those of `to` and clears them. */
// @ts-ignore: decorator
@inline
function flush<T>(to: usize, from: usize, columns: i32): void {
  for (; columns > 0; columns -= lanes<T>(), to += 16, from += 16) {
    v128.store(to, v128.add<T>(v128.load(to), v128.load(from)));
    v128.store(from, v128.splat<T>(0));
  }
}

/** Sums of the columns into `total`; `run` is scratch. All are rows of whole vectors. */
function columnSums<T>(x: usize, step: usize, n: i32, columns: i32, total: usize, run: usize): void {
  const bytes = <usize>columns * sizeof<T>();
  memory.fill(total, 0, bytes);
  memory.fill(run, 0, bytes);
  for (; n > 0; n -= RUN) {
    let k = min(n, RUN);
    for (; k >= 4; k -= 4, x += 4 * step) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const a = v128.add<T>(v128.load(x + at), v128.load(x + step + at));
        const b = v128.add<T>(v128.load(x + 2 * step + at), v128.load(x + 3 * step + at));
        v128.store(run + at, v128.add<T>(v128.load(run + at), v128.add<T>(a, b)));
      }
    }
    for (; k > 0; --k, x += step) {
      for (let at: usize = 0; at < bytes; at += 16) v128.store(run + at, v128.add<T>(v128.load(run + at), v128.load(x + at)));
    }
    flush<T>(total, run, columns);
  }
}

/** Sums of x - centre and of its square. */
function columnDeviations<T>(x: usize, step: usize, n: i32, columns: i32, centre: usize, sums: usize, squares: usize, run0: usize, run1: usize): void {
  const bytes = <usize>columns * sizeof<T>();
  memory.fill(sums, 0, bytes);
  memory.fill(squares, 0, bytes);
  memory.fill(run0, 0, bytes);
  memory.fill(run1, 0, bytes);
  for (; n > 0; n -= RUN) {
    let k = min(n, RUN);
    for (; k >= 4; k -= 4, x += 4 * step) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const c = v128.load(centre + at);
        const x0 = v128.sub<T>(v128.load(x + at), c), x1 = v128.sub<T>(v128.load(x + step + at), c);
        const x2 = v128.sub<T>(v128.load(x + 2 * step + at), c), x3 = v128.sub<T>(v128.load(x + 3 * step + at), c);
        const s = v128.add<T>(v128.add<T>(x0, x1), v128.add<T>(x2, x3));
        const q = v128.add<T>(fma<T>(x1, x1, v128.mul<T>(x0, x0)), fma<T>(x3, x3, v128.mul<T>(x2, x2)));
        v128.store(run0 + at, v128.add<T>(v128.load(run0 + at), s));
        v128.store(run1 + at, v128.add<T>(v128.load(run1 + at), q));
      }
    }
    for (; k > 0; --k, x += step) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const d = v128.sub<T>(v128.load(x + at), v128.load(centre + at));
        v128.store(run0 + at, v128.add<T>(v128.load(run0 + at), d));
        v128.store(run1 + at, fma<T>(d, d, v128.load(run1 + at)));
      }
    }
    flush<T>(sums, run0, columns);
    flush<T>(squares, run1, columns);
  }
}

/** Sums of g and of g (x - centre). */
function columnDots<T>(g: usize, x: usize, step: usize, n: i32, columns: i32, centre: usize, sums: usize, dots: usize, run0: usize, run1: usize): void {
  const bytes = <usize>columns * sizeof<T>();
  memory.fill(sums, 0, bytes);
  memory.fill(dots, 0, bytes);
  memory.fill(run0, 0, bytes);
  memory.fill(run1, 0, bytes);
  for (; n > 0; n -= RUN) {
    let k = min(n, RUN);
    for (; k >= 2; k -= 2, x += 2 * step, g += 2 * step) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const c = v128.load(centre + at), g0 = v128.load(g + at), g1 = v128.load(g + step + at);
        const q = v128.mul<T>(g0, v128.sub<T>(v128.load(x + at), c));
        v128.store(run0 + at, v128.add<T>(v128.load(run0 + at), v128.add<T>(g0, g1)));
        v128.store(run1 + at, v128.add<T>(v128.load(run1 + at), fma<T>(g1, v128.sub<T>(v128.load(x + step + at), c), q)));
      }
    }
    for (; k > 0; --k, x += step, g += step) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const own = v128.load(g + at);
        v128.store(run0 + at, v128.add<T>(v128.load(run0 + at), own));
        v128.store(run1 + at, fma<T>(own, v128.sub<T>(v128.load(x + at), v128.load(centre + at)), v128.load(run1 + at)));
      }
    }
    flush<T>(sums, run0, columns);
    flush<T>(dots, run1, columns);
  }
}

/** running = (1 - momentum) running + momentum value, for one channel. */
// @ts-ignore: decorator
@inline
function follow<T>(running: usize, value: T, momentum: f64): void {
  if (running) store<T>(running, <T>((1 - momentum) * <f64>load<T>(running) + momentum * <f64>value));
}

function batchNormOf<T>(pc: usize): void {
  const batch = word(pc, 3), channels = word(pc, 4), length = word(pc, 5), training = word(pc, 13) != 0;
  const x = <usize>word(pc, 6), y = <usize>word(pc, 7), weight = <usize>word(pc, 8), bias = <usize>word(pc, 9);
  const runningMean = <usize>word(pc, 10), runningVar = <usize>word(pc, 11), padded = <usize>word(pc, 15) * sizeof<T>();
  const momentum = f64.load(pc + 64), eps = f64.load(pc + 72);
  const first = shareStart(channels, GRAIN), end = shareEnd(channels, GRAIN), columns = end - first;
  if (columns <= 0) return;
  const shift = <usize>first * sizeof<T>(), step = <usize>channels * sizeof<T>(), plane = <usize>length * sizeof<T>();
  // Rows of the statistics: mean, reciprocal deviation; then scratch.
  const means = <usize>word(pc, 12) + shift, scales = means + padded;
  const scratch = aligned(word(pc, 14)) + shift;
  const count = <f64>batch * <f64>length;
  if (training && length == 1) {
    const a = scratch, b = a + padded, run0 = b + padded, run1 = run0 + padded;
    const whole = <i32>((<usize>columns * sizeof<T>() + 15) & ~15) / <i32>sizeof<T>();
    const sample = sampleOf(batch);
    columnSums<T>(x + shift, step, sample, whole, a, run0);
    for (let c = 0; c < columns; ++c) {
      const at = <usize>c * sizeof<T>();
      store<T>(means + at, <T>(<f64>load<T>(a + at) / <f64>sample));
    }
    columnDeviations<T>(x + shift, step, batch, whole, means, a, b, run0, run1);
  }
  for (let c = 0; c < columns; ++c) {
    const at = <usize>c * sizeof<T>();
    let mean: f64, variance: f64;
    if (training) {
      let off: f64 = 0, sum: f64 = 0;
      if (length == 1) {
        mean = <f64>load<T>(means + at);
        off = <f64>load<T>(scratch + at) / count;
        sum = <f64>load<T>(scratch + padded + at);
      } else {
        const from = x + <usize>(first + c) * plane;
        let total: f64 = 0;
        for (let i = 0; i < batch; ++i) total += sumRow<T>(from + <usize>i * step * <usize>length, length);
        mean = <f64><T>(total / count);
        total = 0;
        for (let i = 0; i < batch; ++i) {
          total += deviations<T>(from + <usize>i * step * <usize>length, length, <T>mean);
          sum += squares;
        }
        off = total / count;
      }
      mean += off;
      variance = max<f64>(sum / count - off * off, 0);
      follow<T>(runningMean ? runningMean + shift + at : 0, <T>mean, momentum);
      follow<T>(runningVar ? runningVar + shift + at : 0, <T>(variance * (count / (count - 1))), momentum);
    } else {
      mean = <f64>load<T>(runningMean + shift + at);
      variance = <f64>load<T>(runningVar + shift + at);
    }
    store<T>(means + at, <T>mean);
    store<T>(scales + at, <T>(1 / sqrt(variance + eps)));
  }
  if (length == 1) {
    applyColumns<T>(x + shift, y + shift, step, batch, columns, means, scales, weight ? weight + shift : 0, bias ? bias + shift : 0, scratch, padded);
    return;
  }
  for (let i = 0; i < batch; ++i) {
    for (let c = 0; c < columns; ++c) {
      const at = <usize>c * sizeof<T>(), row = (<usize>i * <usize>channels + <usize>(first + c)) * plane;
      const w = weight ? load<T>(weight + shift + at) : <T>1, b = bias ? load<T>(bias + shift + at) : <T>0;
      normalizeRow<T>(x + row, y + row, length, load<T>(means + at), load<T>(scales + at) * w, 0, 0, b);
    }
  }
}

/** y = (x - mean) * (scale weight) + bias, a lane a column. */
function applyColumns<T>(
  x: usize, y: usize, step: usize, n: i32, columns: i32, means: usize, scales: usize, weight: usize, bias: usize, scratch: usize, padded: usize,
): void {
  const factors = scratch, shifts = scratch + padded;
  for (let at: usize = 0; at < <usize>columns * sizeof<T>(); at += 16) {
    const s = v128.load(scales + at);
    v128.store(factors + at, weight ? v128.mul<T>(s, v128.load(weight + at)) : s);
    v128.store(shifts + at, bias ? v128.load(bias + at) : v128.splat<T>(0));
  }
  for (; n > 0; --n, x += step, y += step) {
    let at: usize = 0;
    let left = columns;
    for (; left >= lanes<T>(); left -= lanes<T>(), at += 16) {
      const d = v128.sub<T>(v128.load(x + at), v128.load(means + at));
      v128.store(y + at, fma<T>(d, v128.load(factors + at), v128.load(shifts + at)));
    }
    if (left > 0) {
      const d = v128.sub<T>(v128.load(x + at), v128.load(means + at));
      storeFirst<T>(y + at, fma<T>(d, v128.load(factors + at), v128.load(shifts + at)), left);
    }
  }
}

/**
 * y = (x - mean) / sqrt(variance + eps) * weight + bias for each channel.
 * Words: 2 dtype, 3 batch, 4 channels, 5 length, 6 x, 7 y, 8 weight, 9 bias (0: none), 10 running mean, 11 running variance (0:
 *   none), 12 kept: a row of means and one of reciprocal deviations, 13 training, 14 scratch: four such rows and 128 bytes,
 *   15 elements of these rows (channels, rounded up to a multiple of 32), 16 momentum, 18 eps (doubles).
 */
export function batchNorm(pc: usize): void {
  if (word(pc, 2) == F32) batchNormOf<f32>(pc);
  else batchNormOf<f64>(pc);
}

/** What `dots` finds beside its result; globals belong to one thread. */
let crossed: f64 = 0;

/** The sum of g over a row; that of g (x - m) goes to `crossed`. */
function dots<T>(g: usize, x: usize, n: i32, m: T): f64 {
  let sum: f64 = 0, cross: f64 = 0;
  const centre = v128.splat<T>(m);
  while (n > 0) {
    let a = v128.splat<T>(0), b = a;
    const block = min(n, 1024);
    for (let left = block; left > 0; left -= lanes<T>(), g += 16, x += 16) {
      const mask = firstLanes<T>(left), own = v128.and(v128.load(g), mask);
      a = v128.add<T>(a, own);
      b = fma<T>(own, v128.and(v128.sub<T>(v128.load(x), centre), mask), b);
    }
    sum += sumLanes<T>(a);
    cross += sumLanes<T>(b);
    n -= block;
  }
  crossed = cross;
  return sum;
}

function batchNormBackwardOf<T>(pc: usize): void {
  const batch = word(pc, 3), channels = word(pc, 4), length = word(pc, 5), training = word(pc, 13) != 0;
  const g = <usize>word(pc, 6), x = <usize>word(pc, 7), weight = <usize>word(pc, 8);
  const dx = <usize>word(pc, 10), dweight = <usize>word(pc, 11), dbias = <usize>word(pc, 12);
  const padded = <usize>word(pc, 15) * sizeof<T>();
  const first = shareStart(channels, GRAIN), end = shareEnd(channels, GRAIN), columns = end - first;
  if (columns <= 0) return;
  const shift = <usize>first * sizeof<T>(), step = <usize>channels * sizeof<T>(), plane = <usize>length * sizeof<T>();
  const means = <usize>word(pc, 9) + shift, scales = means + padded;
  const a = aligned(word(pc, 14)) + shift, b = a + padded, c = b + padded;
  const count = <f64>batch * <f64>length;
  const flat = length == 1;
  if (flat) {
    const whole = <i32>((<usize>columns * sizeof<T>() + 15) & ~15) / <i32>sizeof<T>();
    columnDots<T>(g + shift, x + shift, step, batch, whole, means, a, b, c, c + padded);
  }
  for (let k = 0; k < columns; ++k) {
    const at = <usize>k * sizeof<T>(), mean = load<T>(means + at), scale = <f64>load<T>(scales + at);
    let sum: f64 = 0, dot: f64 = 0;
    if (flat) {
      sum = <f64>load<T>(a + at);
      dot = <f64>load<T>(b + at);
    } else {
      for (let i = 0; i < batch; ++i) {
        const row = (<usize>i * <usize>channels + <usize>(first + k)) * plane;
        sum += dots<T>(g + row, x + row, length, mean);
        dot += crossed;
      }
    }
    if (dbias) store<T>(dbias + shift + at, <T>sum);
    if (dweight) store<T>(dweight + shift + at, <T>(dot * scale));
    // dx = scale w (g - mean(g) - z mean(g z)) with z = (x - mean) * scale; without the means where they were given.
    store<T>(a + at, training ? <T>(sum / count) : <T>0);
    store<T>(b + at, training ? <T>(dot * scale * scale / count) : <T>0);
    store<T>(c + at, <T>(scale * (weight ? <f64>load<T>(weight + shift + at) : 1)));
  }
  if (!dx) return;
  for (let i = 0; i < batch; ++i) {
    if (flat) {
      const row = <usize>i * step + shift;
      for (let at: usize = 0, left = columns; left > 0; left -= lanes<T>(), at += 16) {
        const d = v128.sub<T>(v128.load(x + row + at), v128.load(means + at));
        const own = v128.sub<T>(v128.load(g + row + at), v128.load(a + at));
        storeFirst<T>(dx + row + at, v128.mul<T>(fnma<T>(d, v128.load(b + at), own), v128.load(c + at)), left);
      }
    } else {
      for (let k = 0; k < columns; ++k) {
        const at = <usize>k * sizeof<T>(), row = (<usize>i * <usize>channels + <usize>(first + k)) * plane;
        rowGradient<T>(g + row, x + row, dx + row, length, 0, load<T>(means + at), load<T>(a + at), load<T>(b + at), load<T>(c + at));
      }
    }
  }
}

/**
 * Gradients of the above.
 * Words: 2 dtype, 3 batch, 4 channels, 5 length, 6 g, 7 x, 8 weight (0: none), 9 what the forward kept, 10 dx, 11 dweight, 12 dbias
 *   (0: not wanted), 13 whether the statistics are the batch's own, 14 scratch: four rows and 128 bytes, 15 elements of these rows.
 */
export function batchNormBackward(pc: usize): void {
  if (word(pc, 2) == F32) batchNormBackwardOf<f32>(pc);
  else batchNormBackwardOf<f64>(pc);
}
