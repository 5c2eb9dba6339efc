// Draws what is worn on the body: t-shirt, trouser, pullover, dress, coat, shirt.
import type { Canvas, Fabric } from "./canvas.js";
import { drawBands, drawCollar, drawFront, drawPrint } from "./details.js";
import { weave } from "./fabric.js";
import type { Random } from "./random.js";
import { cutTop, drawTop, middle, shortSleeves, trim } from "./top.js";

export function drawTShirt(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.2, 0.05);
  const cut = cutTop(random);
  if (random.chance(0.94)) shortSleeves(cut, random);
  else cut.sleeve = random.chance(0.5) ? 0 : cut.sleeve;
  drawTop(canvas, fabric, cut, random);
  if (random.chance(0.5)) drawBands(canvas, fabric, cut, trim(fabric.shade, random.range(0.1, 0.6), random), false);
  if (random.chance(0.4)) drawPrint(canvas, fabric, random);
}

export function drawPullover(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.22, 0.05);
  const cut = cutTop(random);
  // Knitwear hangs wide: a straight body, thick sleeves.
  cut.waist += random.range(0, 1);
  cut.hem = cut.waist - random.range(0, 0.8);
  cut.spread = random.range(3, 6);
  cut.cuffWidth += random.range(0.2, 1);
  drawTop(canvas, fabric, cut, random);
  const shade = trim(fabric.shade, random.range(0.1, 0.5), random);
  drawBands(canvas, fabric, cut, shade, random.chance(0.6));
  if (random.chance(0.18)) drawPrint(canvas, fabric, random);
  if (random.chance(0.12)) {
    // A hood, lying behind the neck.
    canvas.arc(
      middle - cut.neck - 0.6,
      cut.top + 1.2,
      middle,
      cut.top - 2.2,
      middle + cut.neck + 0.6,
      cut.top + 1.2,
      2,
    );
    canvas.fill(fabric, fabric.shade * 0.85);
  }
}

export function drawShirt(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.4, 0.5, [0.5, 1]);
  const cut = cutTop(random);
  if (random.chance(0.22)) shortSleeves(cut, random);
  else if (random.chance(0.15)) cut.sleeve = random.range(9, 13);
  // A shirt is cut closer, and its hem hangs in a curve.
  cut.waist -= random.range(0.2, 1.2);
  cut.hemCurve = random.range(1, 4);
  cut.bottom -= random.range(0.5, 2.5);
  cut.spread = random.range(0.8, 2.8);
  drawTop(canvas, fabric, cut, random);
  if (random.chance(0.94)) drawFront(canvas, fabric, cut, random, random.range(1.1, 2), random.range(0.5, 1));
  else drawBands(canvas, fabric, cut, trim(fabric.shade, 0.2, random), false);
  if (random.chance(0.8)) {
    drawCollar(canvas, fabric, cut, trim(fabric.shade, random.range(0.2, 0.6), random), random.range(1.5, 3));
  }
  if (random.chance(0.3)) {
    const y = random.range(9, 12);
    canvas.stroke(middle + 2, y, middle + 5, y, 0.8);
    canvas.fill(fabric, trim(fabric.shade, random.range(0.2, 0.5), random), true);
  }
}

export function drawCoat(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.1, 0.6, [0.22, 0.7]);
  const cut = cutTop(random);
  cut.bottom = random.range(24.5, 27.6);
  cut.hem += random.range(0, 1.6);
  cut.top = random.range(0.4, 2);
  cut.neckDepth = random.range(2, 6.5);
  cut.pointed = random.chance(0.85);
  drawTop(canvas, fabric, cut, random);
  drawFront(canvas, fabric, cut, random, random.range(0.8, 1.8), random.range(0.3, 0.9));
  if (random.chance(0.65)) {
    drawCollar(canvas, fabric, cut, trim(fabric.shade, random.range(0.15, 0.5), random), random.range(2.4, 5.5));
  }
  if (random.chance(0.4)) {
    const y = random.range(16, 19);
    for (const side of [-1, 1]) canvas.stroke(middle + side * 2.2, y, middle + side * 4.8, y + 0.6, 0.9);
    canvas.fill(fabric, fabric.shade * random.range(0.3, 0.7), true);
  }
  if (random.chance(0.15)) {
    const y = random.range(13.5, 16);
    canvas.stroke(middle - cut.waist - 0.6, y, middle + cut.waist + 0.6, y, 1.4);
    canvas.fill(fabric, fabric.shade * random.range(0.3, 0.7), true);
  }
}

export function drawDress(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.18, 0.1);
  const cut = cutTop(random);
  const slim = random.range(0.5, 0.85);
  cut.shoulder *= slim;
  cut.neck = Math.min(cut.neck, cut.shoulder - 0.8);
  cut.armpit = cut.shoulder - random.range(-0.4, 0.6);
  cut.waist = cut.armpit - random.range(0, 1.2);
  cut.waistHeight = random.range(9, 13.5);
  cut.hem = cut.waist + random.range(0, 1) * random.range(0.4, 5.5);
  cut.top = random.range(0.4, 2);
  cut.bottom = random.range(24.5, 27.6);
  cut.sleeveWidth = random.range(3, 4.6);
  cut.neckDepth = random.range(0.8, 3.2);
  const sleeves = random.below(10);
  if (sleeves < 5) cut.sleeve = 0;
  else if (sleeves < 8) {
    cut.sleeve = random.range(2.5, 6);
    cut.spread = random.range(1, 3);
    cut.cuffWidth = random.range(2, 3);
  } else {
    cut.sleeve = random.range(11, 15);
    cut.spread = random.range(1.5, 4);
    cut.cuffWidth = random.range(1.6, 2.4);
  }
  drawTop(canvas, fabric, cut, random);
  if (random.chance(0.4)) {
    canvas.stroke(middle - cut.waist - 0.5, cut.waistHeight, middle + cut.waist + 0.5, cut.waistHeight, 1.2);
    canvas.fill(fabric, trim(fabric.shade, random.range(0.2, 0.7), random), true);
  }
  if (random.chance(0.3)) {
    // Folds of the skirt.
    for (let fold = -1; fold <= 1; fold++) {
      const x = middle + fold * cut.waist * 0.5;
      canvas.stroke(x, cut.waistHeight + 2, middle + fold * cut.hem * 0.6, cut.bottom, 0.7);
    }
    canvas.fill(fabric, fabric.shade * random.range(0.6, 0.85), true);
  }
}

export function drawTrouser(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.08, 0.3);
  const waist = random.around(3, 5.4);
  const hip = waist + random.range(0.2, 1.4);
  const top = random.range(0.6, 3);
  const bottom = random.chance(0.12) ? random.range(15, 20) : random.range(24.5, 27.6);
  const crotch = top + random.range(6, 9);
  const ankle = random.range(1.6, 3.4);
  const apart = random.range(0.2, 2.4);
  canvas.moveTo(middle - waist, top);
  canvas.curveTo(middle - hip, top + 3, middle - hip, crotch - 1);
  canvas.lineTo(middle - apart - ankle, bottom);
  canvas.lineTo(middle - apart, bottom);
  canvas.lineTo(middle, crotch);
  canvas.lineTo(middle + apart, bottom);
  canvas.lineTo(middle + apart + ankle, bottom);
  canvas.lineTo(middle + hip, crotch - 1);
  canvas.curveTo(middle + hip, top + 3, middle + waist, top);
  canvas.close();
  canvas.fill(fabric);
  // The inner seam stays visible where the legs touch.
  canvas.stroke(middle, crotch - 1, middle, bottom, 0.7);
  canvas.fill(fabric, fabric.shade * random.range(0.15, 0.6), true);
  canvas.stroke(middle - waist, top + 0.7, middle + waist, top + 0.7, 1.3);
  if (random.chance(0.6)) canvas.stroke(middle, top, middle, crotch - 2, 0.6);
  canvas.fill(fabric, trim(fabric.shade, random.range(0.1, 0.5), random), true);
}
