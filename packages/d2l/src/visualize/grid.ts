// Evenly spaced points of the plane, as a batch.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** A part of the plane, cut into cells. */
export interface Grid {
  readonly xlim: readonly [number, number];
  readonly ylim: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
}

/** The limits of some numbers, with a margin of a tenth on both sides. */
export function limitsOf(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = (high - low) / 10 || 1;
  return [low - margin, high + margin];
}

/** The centres of the cells, row by row, the lowest first: (rows * columns, 2). */
export function centresOf({ xlim, ylim, columns, rows }: Grid): Tensor {
  const points = new Float32Array(2 * columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = 2 * (row * columns + column);
      points[at] = xlim[0] + ((column + 0.5) / columns) * (xlim[1] - xlim[0]);
      points[at + 1] = ylim[0] + ((row + 0.5) / rows) * (ylim[1] - ylim[0]);
    }
  }
  return torch.tensor(points).reshape(columns * rows, 2);
}
