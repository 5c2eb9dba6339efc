// Random numbers of a trial: a stream of its own for each, so that order and threads do not matter.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";

/** A stream of random numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Normal with mean 0 and variance 1. */
  normal(): number;
  /** Uniform over 0 .. n - 1. */
  integer(n: number): number;
}

/** Spreads the bits of a 32-bit integer over all of it: neighbouring seeds give streams that have nothing in common. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) | 0;
}

/** One seed made of several numbers, such as the study's seed and the trial's number. */
export function deriveSeed(...parts: readonly number[]): number {
  let h = 0x9e3779b9 | 0;
  for (const part of parts) {
    h = mix(h ^ (part | 0));
    // The part of a large seed that 32 bits do not hold.
    h = mix(h + Math.floor(part / 0x1_0000_0000));
  }
  return h >>> 0;
}

/** The stream that belongs to these numbers: the same numbers, the same stream. */
export function randomOf(...parts: readonly number[]): Random {
  const generator = mersenne(deriveSeed(...parts));
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    // Box and Muller 1958; 1 - u is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (n) => uniformInt(generator, 0, n - 1),
  };
}
