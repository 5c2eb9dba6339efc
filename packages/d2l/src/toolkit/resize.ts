// Resizing of grey images as the book's Resize does it: bilinear, widened when shrinking, rounded to bytes after each pass.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/**
 * The weights of one pass: row i says what each input pixel contributes to output pixel i. A triangle around the
 * pixel's centre, one input pixel wide when enlarging and as wide as the reduction when shrinking.
 */
function passWeights(from: number, to: number): Tensor {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const rows = Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const row = Array.from({ length: from }, (_, j) => Math.max(0, 1 - Math.abs((j + 0.5 - centre) / support)));
    const total = row.reduce((sum, w) => sum + w, 0);
    return row.map((w) => w / total);
  });
  return torch.tensor(rows, { dtype: torch.float32 });
}

/** Halves are rounded up, as for bytes. */
function toByteValues(x: Tensor): Tensor {
  return x.add(0.5).floor().clamp(0, 255);
}

/** Images (n, 1, h, w) with values 0..255 in another size. */
export function resizeImages(images: Tensor, height: number, width: number): Tensor {
  const [, , h, w] = images.shape as [number, number, number, number];
  const wide = w === width ? images : toByteValues(torch.matmul(images, passWeights(w, width).t()));
  return h === height ? wide : toByteValues(torch.matmul(passWeights(h, height), wide));
}
