// The Mersenne Twister's state and its words, four at a time (kernels/random.ts has the same generator word by word).
//
// A generator is 624 words of state followed by the position of the next word to be drawn.
const N: usize = 624;
const M: usize = 397;
const POSITION: usize = N << 2;

/** The bits that word i's successor takes of itself and of word i + 1. */
// @ts-ignore: decorator
@inline
function mixed4(at: usize): v128 {
  const next = v128.load(at, 4);
  const joined = v128.bitselect(v128.load(at), next, i32x4.splat(<i32>0x80000000));
  const odd = i32x4.shr_s(i32x4.shl(next, 31), 31);
  return v128.xor(i32x4.shr_u(joined, 1), v128.and(odd, i32x4.splat(<i32>0x9908b0df)));
}

// @ts-ignore: decorator
@inline
function mixed(word: u32, next: u32): u32 {
  return (((word & 0x80000000) | (next & 0x7fffffff)) >> 1) ^ (next & 1 ? 0x9908b0df : 0);
}

/** The next 624 words of state; the position becomes 0. */
export function advance(g: usize): void {
  let i: usize = 0;
  for (; i < 224; i += 4) {
    const at = g + (i << 2);
    v128.store(at, v128.xor(v128.load(at + (M << 2)), mixed4(at)));
  }
  for (; i < N - M; ++i) {
    const at = g + (i << 2);
    store<u32>(at, load<u32>(at + (M << 2)) ^ mixed(load<u32>(at), load<u32>(at, 4)));
  }
  for (; i < N - 1; i += 4) {
    const at = g + (i << 2);
    v128.store(at, v128.xor(v128.load(at - ((N - M) << 2)), mixed4(at)));
  }
  const last = g + ((N - 1) << 2);
  store<u32>(last, load<u32>(g + ((M - 1) << 2)) ^ mixed(load<u32>(last), load<u32>(g)));
  store<u32>(g, 0, POSITION);
}

/** Four words of state as they are drawn. */
// @ts-ignore: decorator
@inline
export function tempered4(y: v128): v128 {
  y = v128.xor(y, i32x4.shr_u(y, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(<i32>0x9d2c5680)));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(<i32>0xefc60000)));
  return v128.xor(y, i32x4.shr_u(y, 18));
}

/** The next word. */
export function drawWord(g: usize): u32 {
  if (load<u32>(g, POSITION) >= <u32>N) advance(g);
  const at = load<u32>(g, POSITION);
  store<u32>(g, at + 1, POSITION);
  return i32x4.extract_lane(tempered4(v128.load32_zero(g + (<usize>at << 2))), 0);
}

/** Words that are left before the state must advance. */
// @ts-ignore: decorator
@inline
export function wordsLeft(g: usize): i32 {
  return <i32>(<u32>N - load<u32>(g, POSITION));
}

/** The address of the next word of state. */
// @ts-ignore: decorator
@inline
export function nextWordAt(g: usize): usize {
  return g + (<usize>load<u32>(g, POSITION) << 2);
}

/** Counts words as drawn. */
// @ts-ignore: decorator
@inline
export function skipWords(g: usize, count: i32): void {
  store<u32>(g, load<u32>(g, POSITION) + <u32>count, POSITION);
}
