// Points that fill a cube evenly: Sobol sequences, scrambled as Owen does.
import { directionNumbers } from "./sobol-directions.js";

const BITS = 32;

/** For each dimension, the 32 direction numbers as fractions of 2^32. */
const directions: readonly Uint32Array[] = [
  Uint32Array.from({ length: BITS }, (_, k) => 2 ** (BITS - 1 - k)),
  ...directionNumbers.split(";").map((row) => {
    const [polynomial, ...initial] = row.trim().split(" ").map(Number) as [number, ...number[]];
    const degree = initial.length;
    const v = new Uint32Array(BITS);
    for (let k = 0; k < BITS; k++) {
      if (k < degree) {
        v[k] = initial[k]! * 2 ** (BITS - 1 - k);
        continue;
      }
      // The recurrence of the primitive polynomial, Bratley and Fox 1988.
      let next = v[k - degree]! ^ (v[k - degree]! >>> degree);
      for (let j = 1; j < degree; j++) {
        if ((polynomial >>> (degree - j)) & 1) next ^= v[k - j]!;
      }
      v[k] = next;
    }
    return v;
  }),
];

/** How many dimensions there are direction numbers for. */
export const SOBOL_DIMENSIONS = directions.length;

/** The coordinate of a point of the sequence as a fraction of 2^32: the index's Gray code picks direction numbers. */
export function sobolBits(index: number, dimension: number): number {
  const v = directions[dimension]!;
  let gray = (index ^ (index >>> 1)) >>> 0;
  let bits = 0;
  for (let k = 0; gray !== 0; k++, gray >>>= 1) {
    if (gray & 1) bits ^= v[k]!;
  }
  return bits >>> 0;
}

/** A well-mixed word of two. */
function hash(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ b;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  h ^= h >>> 15;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  return (h ^ (h >>> 15)) >>> 0;
}

/**
 * Nested uniform scrambling: whether a binary digit is flipped is decided by chance, for each string of digits before it anew. It keeps how evenly
 * the points lie, and makes each of them uniform.
 *
 * Source: Owen, Randomly permuted (t,m,s)-nets and (t,s)-sequences, 1995.
 */
export function owenScramble(bits: number, seed: number): number {
  let flips = 0;
  for (let k = 0; k < BITS; k++) {
    // The digits before the k-th, with a mark in front of them.
    const prefix = k === 0 ? 1 : ((bits >>> (BITS - k)) | (2 ** k)) >>> 0;
    flips |= (hash(seed, prefix) & 1) << (BITS - 1 - k);
  }
  return (bits ^ flips) >>> 0;
}

/** A coordinate of the scrambled sequence, in (0, 1). */
export function sobolFraction(index: number, dimension: number, seed: number): number {
  return (owenScramble(sobolBits(index, dimension), seed) + 0.5) / 2 ** BITS;
}
