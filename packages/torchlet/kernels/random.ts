// PyTorch's CPU generator: the Mersenne Twister mt19937 (Matsumoto and Nishimura, 1998) and PyTorch's ways of drawing from it.
//
// A generator lives at an address: 624 words of state, the position (word 624), whether a normal deviate is kept
// (625 for doubles, 626 for floats) and that deviate (two doubles at words 628 and 630).
import { F32, F64, sizeShift } from "./dtype";
import { storeNumber } from "./convert";

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

function nextState(g: usize): void {
  for (let i = 0; i < N; ++i) {
    const at = g + (<usize>i << 2);
    const next = i + 1 == N ? 0 : i + 1;
    const far = i + M >= N ? i + M - N : i + M;
    i32.store(at, load<u32>(g + (<usize>far << 2)) ^ twist(load<u32>(at), load<u32>(g + (<usize>next << 2))));
  }
  i32.store(g, 0, 624 * 4);
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
  let out = <usize>word(pc, 5);
  const from = f64.load(pc + 24), to = f64.load(pc + 32);
  if (word(pc, 3) == F32) {
    const low = <f32>from, width = <f32>to - low;
    for (let i = 0; i < n; ++i, out += 4) f32.store(out, uniform24(g) * width + low);
  } else {
    for (let i = 0; i < n; ++i, out += 8) f64.store(out, uniform53(g) * (to - from) + from);
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

/** 16 uniform floats in place become 16 normal deviates: element i pairs with element i + 8. */
function boxMuller16(at: usize, mean: f32, std: f32): void {
  for (let i: usize = 0; i < 8; ++i) {
    const u1: f32 = 1 - f32.load(at + (i << 2));
    const u2 = f32.load(at + ((i + 8) << 2));
    const radius = <f32>sqrt(-2 * NativeMath.log(u1));
    const theta = <f32>(2 * NativeMath.PI) * u2;
    f32.store(at + (i << 2), radius * <f32>NativeMath.cos(theta) * std + mean);
    f32.store(at + ((i + 8) << 2), radius * <f32>NativeMath.sin(theta) * std + mean);
  }
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
    for (let i = 0; i < n; ++i) f32.store(out + (<usize>i << 2), uniform24(g));
    for (let i = 0; i + 16 <= n; i += 16) boxMuller16(out + (<usize>i << 2), <f32>mean, <f32>std);
    if (n & 15) {
      const at = out + (<usize>(n - 16) << 2);
      for (let i = 0; i < 16; ++i) f32.store(at + (<usize>i << 2), uniform24(g));
      boxMuller16(at, <f32>mean, <f32>std);
    }
    return;
  }
  for (let i = 0; i < n; ++i) f64.store(out + (<usize>i << 3), uniform53(g));
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
  let p = f64.load(pc + 32);
  for (let i = 0; i < n; ++i) {
    let hit: bool;
    if (probabilities && from == F32) {
      hit = uniform24(g) < f32.load(probabilities + (<usize>i << 2));
    } else {
      if (probabilities) p = f64.load(probabilities + (<usize>i << 3));
      hit = uniform53(g) < p;
    }
    storeNumber(out + (<usize>i << sizeShift(dtype)), dtype, hit ? 1 : 0);
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
