// Draws what is worn on the feet or carried: sandal, sneaker, bag, ankle boot. Shoes point to the left.
import type { Canvas, Fabric } from "./canvas.js";
import { weave } from "./fabric.js";
import type { Random } from "./random.js";

/** Another grey than the fabric's, at least `distance` away. */
function other(shade: number, distance: number, random: Random): number {
  const lighter = shade < 0.5;
  return lighter ? random.range(shade + distance, 1) : random.range(0.12, shade - distance);
}

export function drawSneaker(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.08, 0.2);
  const toe = random.range(0.8, 2.4);
  const heel = random.range(25.4, 27.2);
  const ground = random.range(18.5, 21);
  const sole = random.range(1.2, 2.4);
  const instep = ground - random.range(6, 9.2);
  const toeHeight = ground - sole - random.range(1.8, 3.2);
  const back = instep + random.range(-0.8, 1.2);
  const opening = random.range(17, 19.5);
  canvas.moveTo(toe, ground - sole);
  canvas.curveTo(toe - 0.2, toeHeight, toe + 4, toeHeight - 0.4);
  canvas.curveTo(toe + 9, toeHeight - 0.8, opening - 2.2, instep);
  canvas.curveTo(opening + 1.5, instep + random.range(1, 3.2), heel - 1.4, back);
  canvas.curveTo(heel + 0.4, back + 2, heel, ground - sole);
  canvas.close();
  canvas.fill(fabric);
  // The sole, a little longer than the upper.
  const soleShade = random.chance(0.6) ? random.range(0.75, 1) : other(fabric.shade, 0.15, random);
  canvas.moveTo(toe - 0.4, ground - sole - 0.2);
  canvas.lineTo(heel + 0.4, ground - sole - 0.2);
  canvas.curveTo(heel + 0.6, ground, heel - 1, ground);
  canvas.lineTo(toe + 1.2, ground);
  canvas.curveTo(toe - 0.8, ground, toe - 0.4, ground - sole - 0.2);
  canvas.close();
  canvas.fill(fabric, soleShade);
  const detail = other(fabric.shade, 0.2, random);
  if (random.chance(0.75)) {
    for (let lace = 0; lace < 3; lace++) {
      const x = toe + 7 + lace * 2.4;
      const y = toeHeight - 0.6 + (instep - toeHeight) * (lace + 1) * 0.25;
      canvas.stroke(x, y - 0.4, x + 1.2, y + 1.6, 0.9);
    }
    canvas.fill(fabric, detail, true);
  }
  if (random.chance(0.5)) {
    // A stripe or two on the side.
    for (let stripe = random.below(3) + 1; stripe > 0; stripe--) {
      canvas.stroke(12 + stripe * 2, ground - sole, 14.5 + stripe * 1.8, instep + 2.6, 0.9);
    }
    canvas.fill(fabric, detail, true);
  }
  if (random.chance(0.35)) {
    canvas.arc(toe + 0.4, toeHeight, toe + 6, toeHeight - 0.5, toe + 5.4, ground - sole, 1);
    canvas.fill(fabric, detail, true);
  }
}

export function drawAnkleBoot(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.06, 0.2);
  const toe = random.range(0.8, 3.2);
  const heel = random.range(24, 26.6);
  const ground = random.range(23, 26);
  const sole = random.range(0.9, 2);
  const raised = random.chance(0.5) ? random.range(1, 4) : 0;
  const shaftTop = random.range(2.2, 8.5);
  const shaftWidth = random.range(8, 11);
  const front = heel - shaftWidth;
  const toeHeight = ground - sole - random.range(2.6, 4);
  const base = ground - sole;
  canvas.moveTo(toe, base);
  canvas.curveTo(toe - 0.3, toeHeight, toe + 4, toeHeight - 0.6);
  canvas.curveTo(front - 0.8, toeHeight - 1.6, front, toeHeight - 6);
  canvas.lineTo(front + random.around(-1, 1), shaftTop);
  canvas.lineTo(heel + random.around(-0.8, 0.8), shaftTop + random.around(-1, 1));
  canvas.curveTo(heel - 1.2, base - 6, heel, base - raised);
  canvas.lineTo(heel - 6, base - raised * 0.8);
  canvas.lineTo(heel - 9.5, base);
  canvas.close();
  canvas.fill(fabric);
  const soleShade = random.chance(0.5) ? other(fabric.shade, 0.15, random) : fabric.shade * 0.6;
  canvas.stroke(toe - 0.2, ground - sole / 2, heel - 9, ground - sole / 2, sole);
  canvas.stroke(heel - 9.4, ground - sole / 2, heel - 5.8, ground - sole / 2 - raised * 0.8, sole);
  // The heel: a block under the back of the shoe.
  const heelWidth = raised > 2 ? random.range(2, 4.5) : 5.8;
  canvas.moveTo(heel - heelWidth, base - raised);
  canvas.lineTo(heel, base - raised);
  canvas.lineTo(heel - 0.3, ground);
  canvas.lineTo(heel - heelWidth + 0.3, ground);
  canvas.close();
  canvas.fill(fabric, soleShade);
  const detail = other(fabric.shade, 0.2, random);
  const kind = random.below(4);
  if (kind === 0) {
    // Laces up the front.
    for (let y = shaftTop + 2; y < toeHeight - 2; y += 2.2) canvas.stroke(front, y, front + 3.4, y + 0.8, 0.9);
  } else if (kind === 1) {
    canvas.stroke(front - 0.4, random.range(13, 16), heel, random.range(12, 16), 1.3);
  } else if (kind === 2) {
    // An elastic gusset on the side.
    canvas.stroke(front + shaftWidth * 0.55, shaftTop, front + shaftWidth * 0.6, shaftTop + 7, 3);
  }
  if (random.chance(0.35)) canvas.stroke(front - 0.5, shaftTop + 0.8, heel + 0.5, shaftTop + 0.8, 1.5);
  canvas.fill(fabric, detail, true);
}

export function drawSandal(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.05, 0);
  const toe = random.range(0.8, 3);
  const heel = random.range(24.4, 27);
  const ground = random.range(19, 24.5);
  const thick = random.range(1, 2.2);
  const kind = random.below(3);
  const raised = kind === 0 ? 0 : random.range(2.5, 8);
  const footY = (x: number) => {
    const t = (x - toe) / (heel - toe);
    return ground - thick - raised * (t < 0.3 ? 0 : ((t - 0.3) / 0.7) * ((t - 0.3) / 0.7) * 1.02);
  };
  // The sole follows the foot; a wedge fills what is below it, a heel stands under its end.
  canvas.moveTo(toe, footY(toe));
  for (let i = 1; i <= 6; i++) canvas.lineTo(toe + ((heel - toe) * i) / 6, footY(toe + ((heel - toe) * i) / 6));
  if (kind === 1) {
    canvas.lineTo(heel - 0.4, ground);
    canvas.lineTo(toe + 0.6, ground);
  } else {
    for (let i = 6; i >= 0; i--) {
      canvas.lineTo(toe + ((heel - toe) * i) / 6, footY(toe + ((heel - toe) * i) / 6) + thick);
    }
  }
  canvas.close();
  if (kind === 2) {
    const width = random.range(1, 3);
    canvas.stroke(heel - width / 2, footY(heel) + thick * 0.5, heel - width / 2 - 0.4, ground, width);
  }
  canvas.fill(fabric, fabric.shade);
  const strap = random.chance(0.5) ? other(fabric.shade, 0.15, random) : fabric.shade;
  const width = random.range(0.9, 2);
  const height = random.range(3.4, 6.5);
  // Straps over the toes: arches that stand on the sole.
  const front = toe + random.range(1.5, 3.5);
  for (let i = random.below(3) + 1; i > 0; i--) {
    const x = front + i * random.range(1.6, 2.6);
    canvas.arc(x - 2, footY(x - 2), x, footY(x) - height * 1.3, x + 3.4, footY(x + 3.4) + 0.5, width);
  }
  // Around the heel, and up to the ankle.
  const ankle = footY(heel) - random.range(4, 8);
  if (random.chance(0.8)) {
    canvas.arc(heel - 0.8, footY(heel) + 0.5, heel + 0.4, ankle + 2, heel - 1.2, ankle, width);
    canvas.arc(
      heel - 1.2,
      ankle,
      heel - 5,
      ankle + 1.4,
      heel - random.range(7, 9),
      ankle + random.range(-0.5, 2),
      width,
    );
  }
  if (random.chance(0.5)) {
    canvas.stroke(front + 6, footY(front + 6) - height * 0.5, heel - 7, ankle + 0.5, width * 0.9);
  }
  canvas.fill(fabric, strap);
}

export function drawBag(canvas: Canvas, fabric: Fabric, random: Random): void {
  weave(fabric, random, 0.15, 0.4);
  const middle = 14;
  const width = random.range(8, 12.6);
  const bottom = random.range(22, 26.5);
  const top = bottom - random.range(9, 16);
  const taper = random.range(-1.2, 2.4);
  const round = random.range(0.5, 3);
  const handle = random.below(10);
  const handleShade = random.chance(0.6) ? fabric.shade * random.range(0.7, 1) : other(fabric.shade, 0.1, random);
  if (handle < 6) {
    // One tall handle, as high as the picture lets it.
    const reach = random.range(2.5, 7.5);
    const peak = Math.max(-6, top - random.range(6, 16));
    canvas.arc(middle - reach, top + 1, middle - reach, peak + (top - peak) * 0.25, middle, (peak + top) / 2, 1.3);
    canvas.arc(middle, (peak + top) / 2, middle + reach, peak + (top - peak) * 0.25, middle + reach, top + 1, 1.3);
    canvas.fill(fabric, handleShade);
  } else if (handle < 8) {
    // A long strap that leaves by the upper edge.
    canvas.arc(middle - width + taper + 0.5, top + 1, middle - width * 0.7, -4, middle, 0.5, 1.1);
    canvas.arc(middle, 0.5, middle + width * 0.7, -4, middle + width - taper - 0.5, top + 1, 1.1);
    canvas.fill(fabric, handleShade);
  }
  canvas.moveTo(middle - width + taper + round, top);
  canvas.lineTo(middle + width - taper - round, top);
  canvas.curveTo(middle + width - taper, top, middle + width - taper, top + round);
  canvas.lineTo(middle + width, bottom - round);
  canvas.curveTo(middle + width, bottom, middle + width - round, bottom);
  canvas.lineTo(middle - width + round, bottom);
  canvas.curveTo(middle - width, bottom, middle - width, bottom - round);
  canvas.lineTo(middle - width + taper, top + round);
  canvas.curveTo(middle - width + taper, top, middle - width + taper + round, top);
  canvas.close();
  canvas.fill(fabric);
  const detail = other(fabric.shade, 0.15, random);
  const kind = random.below(4);
  if (kind === 0) {
    const flap = top + random.range(3, 7);
    canvas.arc(middle - width, top + 1.5, middle, flap * 2 - top - 1.5, middle + width, top + 1.5, 0.9);
  } else if (kind === 1) {
    canvas.stroke(middle - width, top + 2, middle + width, top + 2, 1);
  } else if (kind === 2) {
    const y = random.range(top + 4, bottom - 3);
    canvas.stroke(middle - width - 1, y, middle + width + 1, y, random.range(1, 3));
  }
  canvas.fill(fabric, detail, true);
  if (random.chance(0.5)) {
    const y = top + random.range(3, 6);
    canvas.stroke(middle - 1, y, middle + 1, y, random.range(1, 2.4));
    canvas.fill(fabric, detail, true);
  }
}
