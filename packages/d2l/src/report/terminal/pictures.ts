// Pictures drawn with half blocks, side by side, for a terminal.
import { colorOfShade, shadesOf } from "../drawing/colormap.js";
import type { ImageFigure, Picture } from "../figure.js";
import { displayWidth, pad, truncate } from "./display-width.js";
import type { Paint } from "./paint.js";

const gap = 2;
/** Characters from dark to bright, for terminals without colours. */
const ramp = " .:-=+*#%@";
/** A picture may be drawn this much smaller when more of them fit beside each other. */
const smallest = 0.7;

/** The pictures of a figure with their titles above, wrapped to the width. */
export function pictureLines(figure: ImageFigure, columns: number, paint: Paint): string[] {
  const widest = Math.max(1, ...figure.pictures.map(({ width }) => width));
  const least = Math.min(widest, Math.max(8, Math.ceil(widest * smallest)));
  const fitting = Math.max(1, Math.floor((columns + gap) / (least + gap)));
  const wanted = Math.min(fitting, figure.columns, figure.pictures.length);
  // Six where four fit are three and three, not four and two.
  const perRow = Math.ceil(figure.pictures.length / Math.ceil(figure.pictures.length / Math.max(1, wanted)));
  const width = Math.max(1, Math.min(widest, Math.floor((columns - gap * (perRow - 1)) / perRow)));

  const lines: string[] = [];
  for (let first = 0; first < figure.pictures.length; first += perRow) {
    const row = figure.pictures.slice(first, first + perRow);
    const titles = row.map(({ title }) => (title ? title.split("\n") : []));
    const titleRows = Math.max(...titles.map((title) => title.length));
    for (let line = 0; line < titleRows; line++) {
      lines.push(joined(titles.map((title) => centred(title[line] ?? "", width))));
    }
    const drawn = row.map((picture) => drawPicture(picture, figure.colormap, width, paint));
    for (let line = 0; line < Math.max(...drawn.map((picture) => picture.length)); line++) {
      lines.push(joined(drawn.map((picture) => picture[line] ?? " ".repeat(width))));
    }
    lines.push("");
  }
  return lines.slice(0, -1);
}

const joined = (parts: readonly string[]) => parts.join(" ".repeat(gap)).trimEnd();

function centred(text: string, width: number): string {
  const cut = truncate(text, width);
  return pad(" ".repeat(Math.floor((width - displayWidth(cut)) / 2)) + cut, width);
}

/** Two rows of pixels a line of text. */
function drawPicture(picture: Picture, colormap: ImageFigure["colormap"], columns: number, paint: Paint): string[] {
  const width = Math.min(columns, picture.width);
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const shades = resize(shadesOf(picture), picture.width, picture.height, width, height);
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    let line = "";
    for (let x = 0; x < width; x++) {
      const upper = shades[y * width + x]!;
      const lower = y + 1 < height ? shades[(y + 1) * width + x]! : 0;
      // Sixteen colours make no shades: characters do better.
      if (paint.depth < 8) line += ramp[Math.round(((upper + lower) / 2) * (ramp.length - 1))];
      else line += paint.halves(colorOfShade(upper, colormap), colorOfShade(lower, colormap));
    }
    lines.push(pad(paint.depth < 8 ? line : line + paint.plain, columns));
  }
  return lines;
}

/** Averages over the area of each new pixel. */
function resize(
  shades: Float64Array,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
): Float64Array {
  if (width === newWidth && height === newHeight) return shades;
  const resized = new Float64Array(newWidth * newHeight);
  const [stepX, stepY] = [width / newWidth, height / newHeight];
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      let sum = 0;
      let area = 0;
      for (let row = Math.floor(y * stepY); row < Math.min(height, (y + 1) * stepY); row++) {
        const high = Math.min(row + 1, (y + 1) * stepY) - Math.max(row, y * stepY);
        for (let column = Math.floor(x * stepX); column < Math.min(width, (x + 1) * stepX); column++) {
          const part = high * (Math.min(column + 1, (x + 1) * stepX) - Math.max(column, x * stepX));
          sum += part * shades[row * width + column]!;
          area += part;
        }
      }
      resized[y * newWidth + x] = area > 0 ? sum / area : 0;
    }
  }
  return resized;
}
