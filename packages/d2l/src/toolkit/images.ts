// Showing images, and the names of Fashion-MNIST's classes.
import { Tensor } from "torchlet";
import { fashionMnistLabels } from "../datasets/labels.js";
import type { ImageFigure, Picture } from "../report/figure.js";
import { nextFigureId, show } from "./display.js";

/** The text labels of class indices. */
export function getFashionMnistLabels(labels: Tensor | readonly number[]): string[] {
  const indices = labels instanceof Tensor ? Array.from(labels.reshape(-1).toTypedArray()) : labels;
  return Array.from(indices, (i) => fashionMnistLabels[Math.trunc(i)]!);
}

/** Options of `showImages`. */
export interface ShowImagesOptions {
  readonly titles?: readonly string[] | null;
  /** Inches an image. Default: 1.5. */
  readonly scale?: number;
  readonly id?: string;
  /** A sentence beneath the pictures. */
  readonly caption?: string;
}

/**
 * Draws a grid of images, each scaled from its darkest to its brightest value.
 *
 * @param imgs shape (n, height, width), or a list of (height, width)
 */
export function showImages(
  imgs: Tensor | readonly Tensor[],
  numRows: number,
  numCols: number,
  titles: readonly string[] | ShowImagesOptions | null = null,
  scale = 1.5,
): ImageFigure {
  const options: ShowImagesOptions =
    titles !== null && !Array.isArray(titles)
      ? (titles as ShowImagesOptions)
      : { titles: titles as readonly string[] | null, scale };
  const list = imgs instanceof Tensor ? imgs.unbind() : imgs;
  const pictures: Picture[] = list.slice(0, numRows * numCols).map((img, i) => ({
    height: img.shape[0]!,
    width: img.shape[1]!,
    pixels: img.detach().toTypedArray(),
    ...(options.titles?.[i] === undefined ? {} : { title: options.titles[i] }),
  }));
  return show({
    kind: "images",
    id: options.id ?? nextFigureId(),
    ...(options.caption === undefined ? {} : { caption: options.caption }),
    rows: numRows,
    columns: numCols,
    scale: options.scale ?? 1.5,
    colormap: "viridis",
    pictures,
  });
}
