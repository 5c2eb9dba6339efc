// PyTorch's CPU generator: the Mersenne Twister mt19937 (Matsumoto and Nishimura, 1998) and PyTorch's ways of drawing from it.
//
// A generator lives at an address: 624 words of state, the position (word 624), whether a normal deviate is kept
// (625 for doubles, 626 for floats) and that deviate (two doubles at words 628 and 630).
import { F32, F64, I32, sizeShift } from "./dtype";
import { storeNumber } from "./convert";
import { angle2x, COS, logFast2x, SIN } from "./math/f64x2";

const N: i32 = 624;
const M: i32 = 397;

/** Bytes that a generator takes. */
export function generatorBytes(): i32 {
  return 632 * 4;
}

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Knuth's linear congruential fill, as in the reference implementation. */
export function seedGenerator(g: usize, seed: u32): void {
  i32.store(g, seed);
  for (let i: u32 = 1; i < <u32>N; ++i) {
    seed = 1812433253 * (seed ^ (seed >> 30)) + i;
    i32.store(g + (<usize>i << 2), seed);
  }
  i32.store(g, N, 624 * 4);
  i32.store(g, 0, 625 * 4);
  i32.store(g, 0, 626 * 4);
}

// @ts-ignore: decorator
@inline
function twist(u: u32, v: u32): u32 {
  return (((u & 0x80000000) | (v & 0x7fffffff)) >> 1) ^ (v & 1 ? 0x9908b0df : 0);
}

/** `count` states from `at` on, in fours: each from itself, its successor and the one `far` bytes away. */
// @ts-ignore: decorator
@inline
function twistRun(at: usize, far: usize, count: i32): void {
  for (; count >= 4; count -= 4, at += 16) {
    const u = v128.load(at), v = v128.load(at, 4);
    const mixed = v128.bitselect(u, v, i32x4.splat(<i32>0x80000000));
    const matrix = v128.and(i32x4.neg(v128.and(v, i32x4.splat(1))), i32x4.splat(<i32>0x9908b0df));
    v128.store(at, v128.xor(v128.load(at + far), v128.xor(i32x4.shr_u(mixed, 1), matrix)));
  }
  for (; count > 0; --count, at += 4) i32.store(at, load<u32>(at + far) ^ twist(load<u32>(at), load<u32>(at, 4)));
}

function nextState(g: usize): void {
  // A run of vectors reads nothing that it has written but states that are at least 227 behind.
  twistRun(g, M << 2, N - M);
  twistRun(g + (<usize>(N - M) << 2), <usize>((M - N) << 2), M - 1);
  const last = g + (<usize>(N - 1) << 2);
  i32.store(last, load<u32>(g + (<usize>(M - 1) << 2)) ^ twist(load<u32>(last), load<u32>(g)));
  i32.store(g, 0, 624 * 4);
}

/** Four random words from four states. */
// @ts-ignore: decorator
@inline
function tempered(y: v128): v128 {
  y = v128.xor(y, i32x4.shr_u(y, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(<i32>0x9d2c5680)));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(<i32>0xefc60000)));
  return v128.xor(y, i32x4.shr_u(y, 18));
}

/** Where the next state is, after new ones were made if all were used. */
// @ts-ignore: decorator
@inline
function position(g: usize): i32 {
  if (i32.load(g, 624 * 4) >= N) nextState(g);
  return i32.load(g, 624 * 4);
}

/** 32 random bits. */
function next32(g: usize): u32 {
  let at = i32.load(g, 624 * 4);
  if (at >= N) {
    nextState(g);
    at = 0;
  }
  let y = load<u32>(g + (<usize>at << 2));
  i32.store(g, at + 1, 624 * 4);
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >> 18);
}

/** 64 random bits: the first draw is the high word. */
function next64(g: usize): u64 {
  const high = <u64>next32(g);
  return (high << 32) | <u64>next32(g);
}

/** Uniform on [0, 1) with the 24 bits of a float's mantissa. */
// @ts-ignore: decorator
@inline
function uniform24(g: usize): f32 {
  return <f32>(next32(g) & 0xffffff) * <f32>(1.0 / 16777216.0);
}

/** Uniform on [0, 1) with the 53 bits of a double's mantissa. */
// @ts-ignore: decorator
@inline
function uniform53(g: usize): f64 {
  return <f64>(next64(g) & 0x1fffffffffffff) * (1.0 / 9007199254740992.0);
}

/** Four of uniform24. */
// @ts-ignore: decorator
@inline
function uniforms24(states: usize): v128 {
  const bits = v128.and(tempered(v128.load(states)), i32x4.splat(0xffffff));
  return f32x4.mul(f32x4.convert_i32x4_s(bits), f32x4.splat(1.0 / 16777216.0));
}

/** Two of uniform53: the first word of each pair is the high one. */
// @ts-ignore: decorator
@inline
function uniforms53(states: usize): v128 {
  const y = tempered(v128.load(states));
  const high = f64x2.convert_low_i32x4_u(v128.and(v128.shuffle<i32>(y, y, 0, 2, 0, 2), i32x4.splat(0x1fffff)));
  const low = f64x2.convert_low_i32x4_u(v128.shuffle<i32>(y, y, 1, 3, 1, 3));
  const bits = f64x2.add(f64x2.mul(high, f64x2.splat(4294967296)), low);
  return f64x2.mul(bits, f64x2.splat(1.0 / 9007199254740992.0));
}

/** n of uniform24 times width plus low. */
function fillUniform24(g: usize, out: usize, n: i32, width: f32, low: f32): void {
  const factor = f32x4.splat(width), summand = f32x4.splat(low);
  while (n > 0) {
    const at = position(g), count = min(n, N - at);
    let states = g + (<usize>at << 2), i = count;
    for (; i >= 8; i -= 8, states += 32, out += 32) {
      v128.store(out, f32x4.add(f32x4.mul(uniforms24(states), factor), summand));
      v128.store(out, f32x4.add(f32x4.mul(uniforms24(states + 16), factor), summand), 16);
    }
    i32.store(g, at + count - i, 624 * 4);
    for (; i > 0; --i, out += 4) f32.store(out, uniform24(g) * width + low);
    n -= count;
  }
}

/** n of uniform53 times width plus low. */
function fillUniform53(g: usize, out: usize, n: i32, width: f64, low: f64): void {
  const factor = f64x2.splat(width), summand = f64x2.splat(low);
  while (n > 0) {
    const at = position(g), count = min(n, (N - at) >> 1);
    let states = g + (<usize>at << 2), i = count;
    for (; i >= 2; i -= 2, states += 16, out += 16) v128.store(out, f64x2.add(f64x2.mul(uniforms53(states), factor), summand));
    i32.store(g, at + 2 * (count - i), 624 * 4);
    // One by one: what is left of the states, and a pair of which the second word comes from new ones.
    for (i = max(i, count == 0 ? 1 : 0); i > 0; --i, out += 8) f64.store(out, uniform53(g) * width + low);
    n -= max(count, 1);
  }
}

/** Words: 2 generator, 3 the seed's low 32 bits. */
export function seed(pc: usize): void {
  seedGenerator(<usize>word(pc, 2), word(pc, 3));
}

/** Words: 2 generator, 3 output (8 bytes): 64 raw bits. */
export function raw64(pc: usize): void {
  const bits = next64(<usize>word(pc, 2));
  i64.store(<usize>word(pc, 3), bits);
}

/** Uniform on [from, to). Words: 2 generator, 3 dtype, 4 count, 5 output, 6 from, 8 to (doubles). */
export function uniform(pc: usize): void {
  const g = <usize>word(pc, 2), n = word(pc, 4);
  const out = <usize>word(pc, 5);
  const from = f64.load(pc + 24), to = f64.load(pc + 32);
  if (word(pc, 3) == F32) {
    fillUniform24(g, out, n, <f32>to - <f32>from, <f32>from);
  } else {
    fillUniform53(g, out, n, to - from, from);
  }
}

/** A normal deviate from the generator's double path: Box and Muller's pair, the second half kept for the next call. */
function normal53(g: usize): f64 {
  if (i32.load(g, 625 * 4)) {
    i32.store(g, 0, 625 * 4);
    return f64.load(g, 628 * 4);
  }
  const u1 = uniform53(g);
  const u2 = uniform53(g);
  const r = sqrt(-2.0 * NativeMath.log1p(-u2));
  const theta = 2.0 * NativeMath.PI * u1;
  f64.store(g, r * NativeMath.sin(theta), 628 * 4);
  i32.store(g, 1, 625 * 4);
  return r * NativeMath.cos(theta);
}

/**
 * 16 uniform floats in place become 16 normal deviates: element i pairs with element i + 8. Logarithm, sine and cosine are
 * computed in double precision and rounded, as they always were: these are values that people compare.
 */
function boxMuller16(at: usize, mean: f32, std: f32): void {
  const center = f32x4.splat(mean), spread = f32x4.splat(std);
  for (let i: usize = 0; i < 32; i += 16) {
    const u1 = f32x4.sub(f32x4.splat(1), v128.load(at + i)), u2 = v128.load(at + i, 32);
    const low = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), logFast2x(f64x2.promote_low_f32x4(u1))));
    const high = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), logFast2x(upper(u1))));
    const radius = rounded(low, high);
    const theta = f32x4.mul(f32x4.splat(<f32>(2 * NativeMath.PI)), u2);
    const a = f64x2.promote_low_f32x4(theta), b = upper(theta);
    const cosine = rounded(angle2x(COS, a), angle2x(COS, b)), sine = rounded(angle2x(SIN, a), angle2x(SIN, b));
    v128.store(at + i, f32x4.add(f32x4.mul(f32x4.mul(radius, cosine), spread), center));
    v128.store(at + i, f32x4.add(f32x4.mul(f32x4.mul(radius, sine), spread), center), 32);
  }
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

// @ts-ignore: decorator
@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

function boxMuller16Double(at: usize, mean: f64, std: f64): void {
  for (let i: usize = 0; i < 8; ++i) {
    const u1 = 1 - f64.load(at + (i << 3));
    const u2 = f64.load(at + ((i + 8) << 3));
    const radius = sqrt(-2 * NativeMath.log(u1));
    const theta = 2 * NativeMath.PI * u2;
    f64.store(at + (i << 3), radius * NativeMath.cos(theta) * std + mean);
    f64.store(at + ((i + 8) << 3), radius * NativeMath.sin(theta) * std + mean);
  }
}

/**
 * Normal deviates. Below 16 elements PyTorch draws one by one from doubles; from 16 on it fills with uniforms,
 * turns them over in blocks of 16, and draws the last 16 anew where the count is no multiple of 16.
 * Words: 2 generator, 3 dtype, 4 count, 5 output, 6 mean, 8 standard deviation (doubles).
 */
export function normal(pc: usize): void {
  const g = <usize>word(pc, 2), dtype = word(pc, 3), n = word(pc, 4), out = <usize>word(pc, 5);
  const mean = f64.load(pc + 24), std = f64.load(pc + 32);
  if (n < 16) {
    for (let i = 0; i < n; ++i) {
      const v = normal53(g);
      if (dtype == F32) f32.store(out + (<usize>i << 2), <f32>(v * std + mean));
      else f64.store(out + (<usize>i << 3), v * std + mean);
    }
    return;
  }
  if (dtype == F32) {
    fillUniform24(g, out, n, 1, 0);
    for (let i = 0; i + 16 <= n; i += 16) boxMuller16(out + (<usize>i << 2), <f32>mean, <f32>std);
    if (n & 15) {
      const at = out + (<usize>(n - 16) << 2);
      for (let i = 0; i < 16; ++i) f32.store(at + (<usize>i << 2), uniform24(g));
      boxMuller16(at, <f32>mean, <f32>std);
    }
    return;
  }
  fillUniform53(g, out, n, 1, 0);
  for (let i = 0; i + 16 <= n; i += 16) boxMuller16Double(out + (<usize>i << 3), mean, std);
  if (n & 15) {
    const at = out + (<usize>(n - 16) << 3);
    for (let i = 0; i < 16; ++i) f64.store(at + (<usize>i << 3), uniform53(g));
    boxMuller16Double(at, mean, std);
  }
}

/** A random order of 0..n-1 (Fisher and Yates). Words: 2 generator, 3 count, 4 int32 output. */
export function randperm(pc: usize): void {
  const g = <usize>word(pc, 2), n = word(pc, 3), out = <usize>word(pc, 4);
  for (let i = 0; i < n; ++i) i32.store(out + (<usize>i << 2), i);
  for (let i = 0; i < n - 1; ++i) {
    const z = <i32>(next32(g) % <u32>(n - i));
    const a = out + (<usize>i << 2), b = out + (<usize>(i + z) << 2);
    const kept = i32.load(a);
    i32.store(a, i32.load(b));
    i32.store(b, kept);
  }
}

/** Integers on [low, low + range). Words: 2 generator, 3 dtype, 4 count, 5 output, 6 low, 8 range (doubles). */
export function randint(pc: usize): void {
  const g = <usize>word(pc, 2), dtype = word(pc, 3), n = word(pc, 4), out = <usize>word(pc, 5);
  const low = <i64>f64.load(pc + 24);
  const range = <u64>f64.load(pc + 32);
  for (let i = 0; i < n; ++i) {
    const bits = range >= 0x10000000 ? next64(g) : <u64>next32(g);
    storeNumber(out + (<usize>i << sizeShift(dtype)), dtype, <f64>(low + <i64>(bits % range)));
  }
}

/** 1 with the given probability. Words: 2 generator, 3 output dtype, 4 count, 5 output, 6 probabilities (float32 or float64; 0: one for all), 7 their dtype, 8 probability (double). */
export function bernoulli(pc: usize): void {
  const g = <usize>word(pc, 2), dtype = word(pc, 3), n = word(pc, 4), out = <usize>word(pc, 5), probabilities = <usize>word(pc, 6), from = word(pc, 7);
  const p = f64.load(pc + 32);
  if (dtype != F64 && (!probabilities || from == F32)) {
    if (probabilities) hits24(g, probabilities, dtype, out, n);
    else hits53(g, p, dtype, out, n);
    return;
  }
  for (let i = 0; i < n; ++i) {
    const own = probabilities && from != F32 ? f64.load(probabilities + (<usize>i << 3)) : p;
    const hit = probabilities && from == F32 ? uniform24(g) < f32.load(probabilities + (<usize>i << 2)) : uniform53(g) < own;
    storeNumber(out + (<usize>i << sizeShift(dtype)), dtype, hit ? 1 : 0);
  }
}

/** Four results of draws, -1 or 0 each, as 1 and 0 of a type. */
// @ts-ignore: decorator
@inline
function storeHits(out: usize, dtype: i32, hits: v128): void {
  if (dtype == F32) v128.store(out, v128.and(hits, f32x4.splat(1)));
  else if (dtype == I32) v128.store(out, i32x4.neg(hits));
  else {
    const words = i16x8.narrow_i32x4_s(hits, hits);
    v128.store_lane<u32>(out, i8x16.neg(i8x16.narrow_i16x8_s(words, words)), 0);
  }
}

/** Whether n of uniform53 lie below p. */
function hits53(g: usize, p: f64, dtype: i32, out: usize, n: i32): void {
  const limit = f64x2.splat(p), shift = sizeShift(dtype);
  while (n > 0) {
    const at = position(g), count = min(n, (N - at) >> 1);
    let states = g + (<usize>at << 2), i = count;
    for (; i >= 4; i -= 4, states += 32, out += <usize>4 << shift) {
      const low = f64x2.lt(uniforms53(states), limit), high = f64x2.lt(uniforms53(states + 16), limit);
      storeHits(out, dtype, v128.shuffle<i32>(low, high, 0, 2, 4, 6));
    }
    i32.store(g, at + 2 * (count - i), 624 * 4);
    for (i = max(i, count == 0 ? 1 : 0); i > 0; --i, out += <usize>1 << shift) storeNumber(out, dtype, uniform53(g) < p ? 1 : 0);
    n -= max(count, 1);
  }
}

/** Whether n of uniform24 lie below probabilities of their own. */
function hits24(g: usize, p: usize, dtype: i32, out: usize, n: i32): void {
  const shift = sizeShift(dtype);
  while (n > 0) {
    const at = position(g), count = min(n, N - at);
    let states = g + (<usize>at << 2), i = count;
    for (; i >= 4; i -= 4, states += 16, p += 16, out += <usize>4 << shift) storeHits(out, dtype, f32x4.lt(uniforms24(states), v128.load(p)));
    i32.store(g, at + count - i, 624 * 4);
    for (; i > 0; --i, p += 4, out += <usize>1 << shift) storeNumber(out, dtype, uniform24(g) < f32.load(p) ? 1 : 0);
    n -= count;
  }
}

/** Exponential deviates -log(1 - u) / lambda. Words: 2 generator, 3 dtype, 4 count, 5 output, 6 lambda (double). */
export function exponential(pc: usize): void {
  const g = <usize>word(pc, 2), dtype = word(pc, 3), n = word(pc, 4), out = <usize>word(pc, 5);
  const lambda = f64.load(pc + 24);
  for (let i = 0; i < n; ++i) {
    const v = -1 / lambda * NativeMath.log1p(-uniform53(g));
    if (dtype == F64) f64.store(out + (<usize>i << 3), v);
    else f32.store(out + (<usize>i << 2), <f32>v);
  }
}
