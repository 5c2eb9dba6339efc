// Comparing numbers: the first difference as a text, or null.

/** The values of an array, with -0 apart from 0 and NaN equal to NaN. */
export function firstDifference(got: ArrayLike<number>, want: ArrayLike<number>): string | null {
  if (got.length !== want.length) return `length ${got.length}, want ${want.length}`;
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], want[i]) && !(got[i] === 0 && want[i] === 0)) {
      return `element ${i}: got ${got[i]}, want ${want[i]}`;
    }
  }
  return null;
}

/** As above with tolerances; NaN and infinities must agree exactly. */
export function firstFar(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  relative: number,
  absolute = 0,
): string | null {
  if (got.length !== want.length) return `length ${got.length}, want ${want.length}`;
  for (let i = 0; i < got.length; i++) {
    const a = got[i]!;
    const b = want[i]!;
    if (Object.is(a, b) || a === b) continue;
    if (!(Math.abs(a - b) <= absolute + relative * Math.abs(b)) || !Number.isFinite(b)) {
      return `element ${i}: got ${a}, want ${b}`;
    }
  }
  return null;
}

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** The distance of a float32 to its neighbour away from 0; that of the smallest normal number below it. */
export function ulp32(value: number): number {
  const x = Math.abs(Math.fround(value));
  if (x < 2 ** -126) return 2 ** -149;
  if (!Number.isFinite(x)) return 2 ** 104;
  floats[0] = x;
  return 2 ** ((bits[0]! >> 23) - 127 - 23);
}

/** Deterministic numbers on [0, 1) for tests that must not depend on the library's own generator. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) + 0.5) / 2 ** 24;
  };
}
