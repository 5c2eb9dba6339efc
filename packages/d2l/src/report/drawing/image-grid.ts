// A grid of pictures with their titles, as SVG.
import type { ImageFigure } from "../figure.js";
import { escapeMarkup } from "../text/escape.js";
import { fontFamily } from "./font.js";
import { pictureDataUri } from "./picture-png.js";

const titleSize = 10;
const lineHeight = 13;

/** Pictures row by row, `scale` inches each, titles above, in points. */
export function imageGridSvg(figure: ImageFigure): string {
  const cell = figure.scale * 72;
  const margin = cell * 0.06;
  const { width: pixelsWide, height: pixelsHigh } = figure.pictures[0] ?? { width: 1, height: 1 };
  const pictureWidth = cell - 2 * margin;
  const pictureHeight = (pictureWidth * pixelsHigh) / pixelsWide;
  const titleLines = Math.max(0, ...figure.pictures.map(({ title }) => (title ? title.split("\n").length : 0)));
  const titleHeight = titleLines === 0 ? 0 : titleLines * lineHeight + 3;
  const rowHeight = titleHeight + pictureHeight + 2 * margin;
  const width = Math.round(figure.columns * cell);
  const height = Math.round(figure.rows * rowHeight);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
  ];
  figure.pictures.slice(0, figure.rows * figure.columns).forEach((picture, index) => {
    const left = (index % figure.columns) * cell + margin;
    const top = Math.floor(index / figure.columns) * rowHeight + margin + titleHeight;
    const lines = picture.title ? picture.title.split("\n") : [];
    lines.forEach((line, number) => {
      const baseline = top - 6 - (lines.length - 1 - number) * lineHeight;
      parts.push(
        `<text x="${round(left + pictureWidth / 2)}" y="${round(baseline)}" text-anchor="middle" font-size="${titleSize}" font-family="${fontFamily}" fill="#222222">${escapeMarkup(line)}</text>`,
      );
    });
    const enlarge = Math.max(1, Math.ceil(288 / Math.max(1, picture.width)));
    parts.push(
      `<image x="${round(left)}" y="${round(top)}" width="${round(pictureWidth)}" height="${round(pictureHeight)}" preserveAspectRatio="xMidYMid" style="image-rendering:pixelated" xlink:href="${pictureDataUri(picture, figure.colormap, Math.min(8, enlarge))}"/>`,
    );
  });
  return `${parts.join("\n")}\n</svg>\n`;
}

const round = (value: number) => Math.round(value * 100) / 100;
