// Cloth: a grey with soft shading and now and then stripes, checks or a gradient.
import { type Fabric, SIDE } from "./canvas.js";
import type { Random } from "./random.js";

/** A plain fabric; one object is woven again for every image. */
export function createFabric(): Fabric {
  return { shade: 0, rows: new Float64Array(SIDE).fill(1), columns: new Float64Array(SIDE).fill(1) };
}

function weaveStripes(profile: Float64Array, random: Random): void {
  const period = random.range(2, 6);
  const phase = random.range(0, period);
  const share = random.range(0.3, 0.6) * period;
  const contrast = random.range(0.45, 0.85);
  for (let i = 0; i < SIDE; i++) {
    const at = (i + phase) % period;
    // The edge of a stripe lies between pixels: the pixel takes what it covers of both.
    const covered = at < share ? Math.min(1, share - at) : Math.max(0, at + 1 - period);
    profile[i] *= 1 - (1 - contrast) * covered;
  }
}

const ALL_SHADES: readonly [number, number] = [0.3, 0.95];

/**
 * Weaves a new fabric into `fabric`: its grey, a soft fold from side to side, and a pattern with the given odds.
 *
 * @param patterned the probability of stripes across, stripes down and checks together
 * @param checked the share of checks among them
 * @param shades the darkest and the lightest grey
 */
export function weave(fabric: Fabric, random: Random, patterned: number, checked: number, shades = ALL_SHADES): void {
  fabric.shade = random.range(shades[0], shades[1]);
  const tilt = random.around(-0.012, 0.012);
  const fall = random.around(-0.012, 0.012);
  const edge = random.range(0, 0.0016);
  for (let i = 0; i < SIDE; i++) {
    const offset = i - (SIDE - 1) / 2;
    fabric.rows[i] = 1 + fall * offset;
    fabric.columns[i] = 1 + tilt * offset - edge * offset * offset;
  }
  if (!random.chance(patterned)) return;
  const check = random.chance(checked);
  const across = random.chance(0.6);
  if (check || across) weaveStripes(fabric.rows, random);
  if (check || !across) weaveStripes(fabric.columns, random);
}
