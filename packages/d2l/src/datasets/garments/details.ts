// What is sewn or printed on an upper garment: bands, prints, collars, fronts with buttons.
import type { Canvas, Fabric } from "./canvas.js";
import type { Random } from "./random.js";
import { type Cut, middle, trim } from "./top.js";

/** A band of another shade around the hem, and around the neck. */
export function drawBands(canvas: Canvas, fabric: Fabric, cut: Cut, shade: number, hem: boolean): void {
  if (hem) {
    canvas.stroke(middle - cut.hem - 0.5, cut.bottom - 0.8, middle + cut.hem + 0.5, cut.bottom - 0.8, 1.8);
  }
  const { neck, top, neckDepth } = cut;
  if (cut.pointed) {
    canvas.stroke(middle - neck, top + 0.3, middle, top + neckDepth + 0.5, 1);
    canvas.stroke(middle, top + neckDepth + 0.5, middle + neck, top + 0.3, 1);
  } else {
    canvas.arc(middle - neck, top + 0.3, middle, top + neckDepth * 2 + 0.8, middle + neck, top + 0.3, 1);
  }
  canvas.fill(fabric, shade, true);
}

/** A print on the chest: a disc, a block, or a few lines of writing. */
export function drawPrint(canvas: Canvas, fabric: Fabric, random: Random): void {
  const x = middle + random.around(-0.8, 0.8);
  const y = random.range(9, 14);
  const width = random.range(1.8, 4.4);
  const kind = random.below(3);
  if (kind === 0) {
    canvas.moveTo(x - width, y);
    canvas.curveTo(x - width, y - width, x, y - width);
    canvas.curveTo(x + width, y - width, x + width, y);
    canvas.curveTo(x + width, y + width, x, y + width);
    canvas.curveTo(x - width, y + width, x - width, y);
    canvas.close();
  } else if (kind === 1) {
    canvas.stroke(x - width, y, x + width, y, random.range(2, 6));
  } else {
    for (let line = random.below(3) + 1; line > 0; line--) {
      const half = width * random.range(0.6, 1);
      canvas.stroke(x - half, y + line * 2 - 3, x + half, y + line * 2 - 3, 0.9);
    }
  }
  canvas.fill(fabric, trim(fabric.shade, random.range(0.3, 0.9), random), true);
}

/** A collar: two flaps that meet at the throat. */
export function drawCollar(canvas: Canvas, fabric: Fabric, cut: Cut, shade: number, size: number): void {
  for (const side of [-1, 1]) {
    canvas.moveTo(middle + side * (cut.neck + 0.4), cut.top - 0.3);
    canvas.lineTo(middle + side * (cut.neck + 0.2 + size * 0.4), cut.top + size);
    canvas.lineTo(middle + side * 0.2, cut.top + cut.neckDepth + 0.4);
    canvas.close();
    canvas.fill(fabric, shade);
  }
}

/** The front edge, from the throat down, with or without buttons. */
export function drawFront(
  canvas: Canvas,
  fabric: Fabric,
  cut: Cut,
  random: Random,
  width: number,
  contrast: number,
): void {
  const x = middle + random.around(-0.7, 0.7);
  const top = cut.top + cut.neckDepth;
  const shade = trim(fabric.shade, contrast, random);
  canvas.stroke(x, top, x + random.around(-0.4, 0.4), cut.bottom + 1, width);
  canvas.fill(fabric, shade, true);
  if (random.chance(0.55)) {
    const step = random.range(2.4, 4);
    const column = x + random.range(0.8, 1.4);
    for (let y = top + 1.5; y < cut.bottom - 1; y += step) canvas.stroke(column - 0.5, y, column + 0.5, y, 1);
    canvas.fill(fabric, trim(fabric.shade, random.range(0.3, 0.9), random), true);
  }
}
