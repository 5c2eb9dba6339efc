// A small random generator whose numbers are the same on every platform: integers and one division, nothing else.

/** Mixes a number so that neighbouring seeds give unrelated streams (the finaliser of MurmurHash3). */
function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * A stream of random numbers that a seed and a stream number determine.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, fast in 32-bit integers.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  constructor(seed: number, stream: number) {
    this.reset(seed, stream);
  }

  /** Starts a stream again; drawing thousands of images needs thousands of streams but only one object. */
  reset(seed: number, stream: number): void {
    this.a = mix(seed);
    this.b = mix(stream + 0x9e3779b9);
    this.c = mix(this.a ^ Math.imul(this.b, 0x27d4eb2f));
    this.counter = 1;
    for (let i = 0; i < 8; i++) this.bits();
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in `[low, high)`. */
  range(low: number, high: number): number {
    return low + (high - low) * (this.bits() / 4294967296);
  }

  /** A number in `(low, high)` that prefers the middle (the mean of two draws). */
  around(low: number, high: number): number {
    return low + (high - low) * ((this.bits() + this.bits()) / 8589934592);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.bits() < probability * 4294967296;
  }

  /** An integer in `[0, bound)`. */
  below(bound: number): number {
    return Math.floor((this.bits() / 4294967296) * bound);
  }
}
