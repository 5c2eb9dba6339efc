// The parts that upper garments share: the cut of torso and sleeves.
import type { Canvas, Fabric } from "./canvas.js";
import type { Random } from "./random.js";

/** The measures of an upper garment, in pixels from the centre line (x) and from the top edge (y). */
export interface Cut {
  neck: number;
  neckDepth: number;
  /** True for a V neck, false for a round one. */
  pointed: boolean;
  shoulder: number;
  shoulderDrop: number;
  armpit: number;
  waist: number;
  waistHeight: number;
  hem: number;
  top: number;
  bottom: number;
  hemCurve: number;
  /** 0 without sleeves; about 6 is short, about 17 is long. */
  sleeve: number;
  /** How far the cuff stands away from the shoulder, sideways. */
  spread: number;
  sleeveWidth: number;
  cuffWidth: number;
}

/** The centre line. */
export const middle = 14;

/** A shade that can be seen against the fabric, lighter or darker; `contrast` 0 is invisible. */
export function trim(shade: number, contrast: number, random: Random): number {
  const lighter = shade < 0.35 || (shade < 0.7 && random.chance(0.5));
  return lighter ? shade + contrast * (1.05 - shade) : shade * (1 - contrast);
}

function drawSleeve(canvas: Canvas, cut: Cut, side: number): void {
  const shoulderY = cut.top + cut.shoulderDrop;
  const length = cut.sleeve;
  const outX = cut.shoulder + cut.spread;
  const outY = shoulderY + length;
  // The cuff is cut square to the arm.
  const dx = outX - cut.shoulder;
  const dy = outY - shoulderY;
  const along = Math.sqrt(dx * dx + dy * dy);
  const inX = outX - (cut.cuffWidth * dy) / along;
  const inY = outY + (cut.cuffWidth * dx) / along;
  const bulge = cut.spread * 0.55 + 0.7;
  canvas.moveTo(middle + side * (cut.shoulder - 1), shoulderY - 0.4);
  canvas.curveTo(middle + side * (cut.shoulder + bulge), shoulderY + 0.3, middle + side * outX, outY);
  canvas.lineTo(middle + side * inX, inY);
  canvas.lineTo(middle + side * cut.armpit, shoulderY + cut.sleeveWidth + 0.6);
  canvas.close();
}

function drawTorso(canvas: Canvas, cut: Cut): void {
  const { top, bottom } = cut;
  const shoulderY = top + cut.shoulderDrop;
  const armpitY = shoulderY + cut.sleeveWidth;
  canvas.moveTo(middle - cut.neck, top);
  canvas.lineTo(middle - cut.shoulder, shoulderY);
  canvas.curveTo(middle - cut.armpit, armpitY - 1.5, middle - cut.armpit, armpitY);
  canvas.curveTo(middle - cut.waist, cut.waistHeight - 1, middle - cut.waist, cut.waistHeight);
  canvas.lineTo(middle - cut.hem, bottom);
  canvas.curveTo(middle, bottom + cut.hemCurve, middle + cut.hem, bottom);
  canvas.lineTo(middle + cut.waist, cut.waistHeight);
  canvas.curveTo(middle + cut.waist, cut.waistHeight - 1, middle + cut.armpit, armpitY);
  canvas.curveTo(middle + cut.armpit, armpitY - 1.5, middle + cut.shoulder, shoulderY);
  canvas.lineTo(middle + cut.neck, top);
  if (cut.pointed) canvas.lineTo(middle, top + cut.neckDepth);
  else canvas.curveTo(middle, top + cut.neckDepth * 2, middle - cut.neck, top);
  canvas.close();
}

/** Sleeves, a seam where they meet the torso, the torso. */
export function drawTop(canvas: Canvas, fabric: Fabric, cut: Cut, random: Random): void {
  if (cut.sleeve > 0) {
    const shaded = fabric.shade * random.range(0.8, 1);
    drawSleeve(canvas, cut, -1);
    canvas.fill(fabric, shaded);
    drawSleeve(canvas, cut, 1);
    canvas.fill(fabric, shaded);
  }
  drawTorso(canvas, cut);
  canvas.fill(fabric);
  if (cut.sleeve > 8) {
    const seam = fabric.shade * random.range(0.35, 0.8);
    const top = cut.top + cut.shoulderDrop + cut.sleeveWidth * 0.8;
    const length = random.range(4, 9);
    for (const side of [-1, 1]) {
      canvas.stroke(middle + side * cut.armpit, top, middle + side * (cut.waist + 0.2), top + length, 0.8);
    }
    canvas.fill(fabric, seam, true);
  }
}

/** What all upper garments have in common; every one of them changes some of it. */
export function cutTop(random: Random): Cut {
  const shoulder = random.around(6, 8.4);
  const armpit = shoulder - random.range(0.3, 1.3);
  const waist = armpit - random.range(-0.3, 1);
  const top = random.range(1, 3.6);
  return {
    neck: random.range(2, 3.4),
    neckDepth: random.range(0.8, 2.2),
    pointed: random.chance(0.25),
    shoulder,
    shoulderDrop: random.range(0.9, 2.4),
    armpit,
    waist,
    waistHeight: 15 + random.around(-2, 2),
    hem: waist + random.range(-0.2, 1),
    top,
    bottom: random.range(22.5, 26.5),
    hemCurve: random.range(-0.6, 1.6),
    sleeve: random.range(15, 20),
    spread: random.range(1.6, 4),
    sleeveWidth: random.range(4.2, 6.2),
    cuffWidth: random.range(2, 3.2),
  };
}

/** Takes the sleeves up to the elbow. */
export function shortSleeves(cut: Cut, random: Random): void {
  cut.sleeve = random.range(4, 8);
  cut.spread = random.range(2.4, 5);
  cut.cuffWidth = random.range(3, 4.6);
}
