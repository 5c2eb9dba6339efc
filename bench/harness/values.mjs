// The numbers that every implementation starts from: a hash of the index, so that Python computes the same bits.

/** `count` float32 numbers, even in -0.5 to 0.5, that depend on their index and `seed` only. */
export function values(count, seed) {
  const out = new Float32Array(count);
  const offset = Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < count; i++) {
    let h = (i + offset) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    out[i] = ((h ^ (h >>> 16)) >>> 0) / 2 ** 32 - 0.5;
  }
  return out;
}

/** The same, multiplied by `scale` and moved by `shift`. */
export const scaled = (count, seed, scale, shift = 0) => values(count, seed).map((v) => v * scale + shift);

/** Class labels 0 to `classes - 1`. */
export const labels = (count, classes) => Int32Array.from({ length: count }, (_, i) => (i * 7 + 3) % classes);

/** Weights of layer `index`, (out, in) by rows: even in +-1/sqrt(in), as PyTorch's `nn.Linear` begins. */
export const layerWeights = (index, inputs, outputs) => scaled(inputs * outputs, 10 + index, 2 / Math.sqrt(inputs));
