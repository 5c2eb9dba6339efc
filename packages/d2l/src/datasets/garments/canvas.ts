// A tiny anti-aliased rasteriser: closed outlines and strokes onto a square of grey, with exact pixel coverage.

/** The side of the canvas in pixels. */
export const SIDE = 28;
// One column more than the picture, because an edge in the last column spills its remainder to the right.
const STRIDE = SIDE + 2;
const CURVE_STEPS = 5;

/**
 * What an outline is filled with: a grey, times one factor per row and one per column.
 *
 * Stripes, checks and shading are all products of a row and a column profile, so a pixel costs two multiplications.
 */
export interface Fabric {
  /** 0 is black, 1 is white. */
  shade: number;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** A canvas of 28 by 28 pixels; the origin is the top left corner, x to the right, y down. */
export class Canvas {
  readonly pixels = new Float64Array(SIDE * SIDE);
  private readonly cover = new Float64Array(SIDE * STRIDE);
  private startX = 0;
  private startY = 0;
  private x = 0;
  private y = 0;
  private top = SIDE;
  private bottom = 0;
  // The map from drawing to canvas: x' = xx x + xy y + x0, y' = yx x + yy y + y0.
  private xx = 1;
  private xy = 0;
  private x0 = 0;
  private yx = 0;
  private yy = 1;
  private y0 = 0;

  /** Makes everything black and drops the transformation. */
  clear(): void {
    this.pixels.fill(0);
    this.transform(1, 0, 0, 0, 1, 0);
  }

  /** Sets the affine map that the following outlines go through. */
  transform(xx: number, xy: number, x0: number, yx: number, yy: number, y0: number): void {
    this.xx = xx;
    this.xy = xy;
    this.x0 = x0;
    this.yx = yx;
    this.yy = yy;
    this.y0 = y0;
  }

  /** Starts an outline. */
  moveTo(x: number, y: number): void {
    this.x = this.startX = this.xx * x + this.xy * y + this.x0;
    this.y = this.startY = this.yx * x + this.yy * y + this.y0;
  }

  /** Adds a straight edge. */
  lineTo(x: number, y: number): void {
    this.edgeTo(this.xx * x + this.xy * y + this.x0, this.yx * x + this.yy * y + this.y0);
  }

  /** Adds a quadratic Bezier curve. */
  curveTo(controlX: number, controlY: number, x: number, y: number): void {
    const x0 = this.x;
    const y0 = this.y;
    const x1 = this.xx * controlX + this.xy * controlY + this.x0;
    const y1 = this.yx * controlX + this.yy * controlY + this.y0;
    const x2 = this.xx * x + this.xy * y + this.x0;
    const y2 = this.yx * x + this.yy * y + this.y0;
    for (let i = 1; i <= CURVE_STEPS; i++) {
      const t = i / CURVE_STEPS;
      const s = 1 - t;
      this.edgeTo(s * s * x0 + 2 * s * t * x1 + t * t * x2, s * s * y0 + 2 * s * t * y1 + t * t * y2);
    }
  }

  /** Closes the outline; the next `moveTo` starts another part of the same figure. */
  close(): void {
    this.edgeTo(this.startX, this.startY);
  }

  /**
   * Adds the outline of a thick straight stroke; its ends are flat.
   *
   * All strokes turn the same way round, so that where two of them overlap, coverage adds up instead of cancelling.
   */
  stroke(x0: number, y0: number, x1: number, y1: number, width: number): void {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length === 0) return;
    const nx = (-dy * width) / (2 * length);
    const ny = (dx * width) / (2 * length);
    this.moveTo(x0 + nx, y0 + ny);
    this.lineTo(x1 + nx, y1 + ny);
    this.lineTo(x1 - nx, y1 - ny);
    this.lineTo(x0 - nx, y0 - ny);
    this.close();
  }

  /** Adds a curved stroke from one point to another, bent towards a third. */
  arc(x0: number, y0: number, controlX: number, controlY: number, x2: number, y2: number, width: number): void {
    let fromX = x0;
    let fromY = y0;
    for (let i = 1; i <= CURVE_STEPS; i++) {
      const t = i / CURVE_STEPS;
      const s = 1 - t;
      const toX = s * s * x0 + 2 * s * t * controlX + t * t * x2;
      const toY = s * s * y0 + 2 * s * t * controlY + t * t * y2;
      this.stroke(fromX, fromY, toX, toY, width);
      fromX = toX;
      fromY = toY;
    }
  }

  /** Paints the outlines added since the last fill over what is there. `onto` leaves black pixels black. */
  fill(fabric: Fabric, shade = fabric.shade, onto = false): void {
    const { pixels, cover } = this;
    const { rows, columns } = fabric;
    for (let y = this.top; y < this.bottom; y++) {
      const row = shade * rows[y];
      let sum = 0;
      for (let x = 0, at = y * STRIDE, pixel = y * SIDE; x < SIDE; x++, at++, pixel++) {
        sum += cover[at];
        cover[at] = 0;
        const area = sum < 0 ? -sum : sum;
        if (area < 1e-9) continue;
        const old = pixels[pixel];
        if (onto && old === 0) continue;
        const alpha = Math.min(area, 1);
        pixels[pixel] = old + (row * columns[x] - old) * alpha;
      }
      cover[y * STRIDE + SIDE] = 0;
      cover[y * STRIDE + SIDE + 1] = 0;
    }
    this.top = SIDE;
    this.bottom = 0;
  }

  /** Adds one edge's signed area: every row it crosses gets, at its columns, what lies to the right of the edge. */
  private edgeTo(x: number, y: number): void {
    let x0 = this.x;
    let y0 = this.y;
    this.x = x;
    this.y = y;
    if (y0 === y) return;
    let x1 = x;
    let y1 = y;
    let sign = 1;
    if (y0 > y1) {
      sign = -1;
      x1 = x0;
      y1 = y0;
      x0 = x;
      y0 = y;
    }
    if (y1 <= 0 || y0 >= SIDE) return;
    const slope = (x1 - x0) / (y1 - y0);
    if (y0 < 0) {
      x0 -= slope * y0;
      y0 = 0;
    }
    if (y1 > SIDE) y1 = SIDE;
    const first = Math.floor(y0);
    const last = Math.ceil(y1);
    if (first < this.top) this.top = first;
    if (last > this.bottom) this.bottom = last;
    for (let row = first; row < last; row++) {
      const height = Math.min(row + 1, y1) - Math.max(row, y0);
      const next = x0 + slope * height;
      this.addToRow(row * STRIDE, Math.min(x0, next), Math.max(x0, next), sign * height);
      x0 = next;
    }
  }

  /** Adds a piece of an edge within one row, from `left` to `right`, worth `area` where it is passed entirely. */
  private addToRow(base: number, left: number, right: number, area: number): void {
    const { cover } = this;
    if (left < 0) left = 0;
    else if (left > SIDE) left = SIDE;
    if (right < 0) right = 0;
    else if (right > SIDE) right = SIDE;
    const first = Math.floor(left);
    const last = Math.ceil(right);
    if (last <= first + 1) {
      const beyond = area * ((left + right) / 2 - first);
      cover[base + first] += area - beyond;
      cover[base + first + 1] += beyond;
      return;
    }
    // The edge crosses several columns: a triangle in the first, trapezoids between, a triangle's complement at the end.
    const perColumn = area / (right - left);
    let before = 0;
    for (let column = first; column < last; column++) {
      const from = Math.max(column, left);
      const to = Math.min(column + 1, right);
      const width = to - from;
      const inside = perColumn * width * (column + 1 - (from + to) / 2);
      const passed = perColumn * (from - left);
      const total = inside + passed;
      cover[base + column] += total - before;
      before = total;
      if (column + 1 === last) cover[base + last] += area - before;
    }
  }
}
