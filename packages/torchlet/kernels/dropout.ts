// Dropout: the mask is drawn and applied in one pass, and kept as a byte an element (255: kept, 0: dropped).
//
// An element is kept where a uniform double of the generator's next two words is below a probability, as in
// `bernoulli` (kernels/random.ts); 53 bits compare as integers.
import { F32 } from "./dtype";
import { shareEnd, shareStart } from "./parallel";
import { advance, drawWord, nextWordAt, skipWords, tempered4, wordsLeft } from "./twister";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** The upper 21 of 53 bits of four draws of two words each: the first word of a draw is the upper one. */
// @ts-ignore: decorator
@inline
function upperBits(at: usize): v128 {
  const firsts = v128.shuffle<i32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6);
  return v128.and(tempered4(firsts), i32x4.splat(0x1fffff));
}

/** The lower 32 bits of the same. */
// @ts-ignore: decorator
@inline
function lowerBits(at: usize): v128 {
  return tempered4(v128.shuffle<i32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7));
}

/** Elements scaled or made 0 by four masks; by multiplication, so that a NaN stays one. */
// @ts-ignore: decorator
@inline
function apply16(x: usize, y: usize, scale: v128, m0: v128, m1: v128, m2: v128, m3: v128): void {
  v128.store(y, f32x4.mul(v128.load(x), v128.and(scale, m0)));
  v128.store(y, f32x4.mul(v128.load(x, 16), v128.and(scale, m1)), 16);
  v128.store(y, f32x4.mul(v128.load(x, 32), v128.and(scale, m2)), 32);
  v128.store(y, f32x4.mul(v128.load(x, 48), v128.and(scale, m3)), 48);
}

// @ts-ignore: decorator
@inline
function applyOne(single: bool, x: usize, y: usize, i: i32, kept: bool, scale: f64): void {
  if (single) f32.store(y + (<usize>i << 2), f32.load(x + (<usize>i << 2)) * (kept ? <f32>scale : 0));
  else f64.store(y + (<usize>i << 3), f64.load(x + (<usize>i << 3)) * (kept ? scale : 0));
}

/**
 * y = x * scale where a draw is below the probability, else x * 0.
 * Words: 2 generator, 3 dtype, 4 count, 5 x, 6 y, 7 mask, 8 probability, 10 scale (doubles).
 */
export function dropout(pc: usize): void {
  const g = <usize>word(pc, 2), single = word(pc, 3) == F32, n = word(pc, 4);
  const x = <usize>word(pc, 5), y = <usize>word(pc, 6), mask = <usize>word(pc, 7), scale = f64.load(pc + 40);
  const limit = <u64>ceil(f64.load(pc + 32) * 9007199254740992.0);
  const upper = i32x4.splat(<i32>(limit >> 32)), lower = i32x4.splat(<i32>limit), factor = f32x4.splat(<f32>scale);
  let i = 0;
  while (i < n) {
    if (wordsLeft(g) <= 0) advance(g);
    const fours = min(n - i, wordsLeft(g) >> 1) >> 4;
    if (single && fours > 0) {
      let at = nextWordAt(g);
      for (const end = i + (fours << 4); i < end; i += 16, at += 128) {
        const u0 = upperBits(at), u1 = upperBits(at + 32), u2 = upperBits(at + 64), u3 = upperBits(at + 96);
        let m0 = i32x4.lt_s(u0, upper), m1 = i32x4.lt_s(u1, upper), m2 = i32x4.lt_s(u2, upper), m3 = i32x4.lt_s(u3, upper);
        const e0 = i32x4.eq(u0, upper), e1 = i32x4.eq(u1, upper), e2 = i32x4.eq(u2, upper), e3 = i32x4.eq(u3, upper);
        // Once in 2^21 draws the lower bits decide.
        if (v128.any_true(v128.or(v128.or(e0, e1), v128.or(e2, e3)))) {
          m0 = v128.or(m0, v128.and(e0, i32x4.lt_u(lowerBits(at), lower)));
          m1 = v128.or(m1, v128.and(e1, i32x4.lt_u(lowerBits(at + 32), lower)));
          m2 = v128.or(m2, v128.and(e2, i32x4.lt_u(lowerBits(at + 64), lower)));
          m3 = v128.or(m3, v128.and(e3, i32x4.lt_u(lowerBits(at + 96), lower)));
        }
        const low = i16x8.narrow_i32x4_s(m0, m1), high = i16x8.narrow_i32x4_s(m2, m3);
        v128.store(mask + <usize>i, i8x16.narrow_i16x8_s(low, high));
        apply16(x + (<usize>i << 2), y + (<usize>i << 2), factor, m0, m1, m2, m3);
      }
      skipWords(g, fours << 5);
      continue;
    }
    // The last few of the state's words, and of the elements; a draw may begin in one state and end in the next.
    for (let few = min(16, n - i); few > 0; --few, ++i) {
      const high = <u64>drawWord(g) & 0x1fffff;
      const kept = ((high << 32) | <u64>drawWord(g)) < limit;
      store<u8>(mask + <usize>i, kept ? 255 : 0);
      applyOne(single, x, y, i, kept, scale);
    }
  }
}

/** y = x * scale where the mask says so, else x * 0. Words: 2 dtype, 3 count, 4 x, 5 mask, 6 y, 8 scale (double). */
export function applyMask(pc: usize): void {
  const single = word(pc, 2) == F32, n = shareEnd(word(pc, 3), 64);
  const x = <usize>word(pc, 4), mask = <usize>word(pc, 5), y = <usize>word(pc, 6), scale = f64.load(pc + 32);
  let i = shareStart(word(pc, 3), 64);
  if (single) {
    const factor = f32x4.splat(<f32>scale);
    for (; i + 16 <= n; i += 16) {
      const bytes = v128.load(mask + <usize>i);
      const low = i16x8.extend_low_i8x16_s(bytes), high = i16x8.extend_high_i8x16_s(bytes);
      apply16(
        x + (<usize>i << 2), y + (<usize>i << 2), factor,
        i32x4.extend_low_i16x8_s(low), i32x4.extend_high_i16x8_s(low),
        i32x4.extend_low_i16x8_s(high), i32x4.extend_high_i16x8_s(high),
      );
    }
  }
  for (; i < n; ++i) applyOne(single, x, y, i, load<u8>(mask + <usize>i) != 0, scale);
}
