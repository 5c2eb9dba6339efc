// A field through scattered values: what they are around a place, as far as any lie near it.

/** Cells a side. */
export const fieldSize = 48;

/**
 * The average of the values around each cell's middle, weighted by a normal density of the distance (Nadaraya 1964, Watson 1964).
 *
 * The density is as wide as `n` points in a square lie apart, and a little more, so that noise is evened out; cells with no point within
 * three such widths are NaN: nothing is known there.
 *
 * @param x places from 0 to 1
 * @param y places from 0 to 1
 * @returns row by row, the lowest first
 */
export function smoothField(x: readonly number[], y: readonly number[], values: readonly number[]): Float64Array {
  const field = new Float64Array(fieldSize * fieldSize);
  const width = Math.max(0.04, 0.5 / Math.sqrt(Math.max(1, x.length)));
  for (let row = 0; row < fieldSize; row++) {
    for (let column = 0; column < fieldSize; column++) {
      const [across, up] = [(column + 0.5) / fieldSize, (row + 0.5) / fieldSize];
      let weights = 0;
      let sum = 0;
      let nearest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < x.length; i++) {
        const distance = ((x[i]! - across) ** 2 + (y[i]! - up) ** 2) / width ** 2;
        nearest = Math.min(nearest, distance);
        const weight = Math.exp(-distance / 2);
        weights += weight;
        sum += weight * values[i]!;
      }
      field[row * fieldSize + column] = nearest <= 9 ? sum / weights : Number.NaN;
    }
  }
  return field;
}
