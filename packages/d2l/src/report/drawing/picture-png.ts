// A picture as a PNG data URI, for SVG and HTML. Runs in browsers too.
import { encode } from "fast-png";
import type { ImageFigure, Picture } from "../figure.js";
import { colorOfShade, shadesOf } from "./colormap.js";

/**
 * The picture as `data:image/png;base64,...`.
 *
 * @param enlarge every pixel becomes a square of this many: renderers that smooth what they enlarge then leave it crisp
 */
export function pictureDataUri(picture: Picture, colormap: ImageFigure["colormap"], enlarge = 1): string {
  const width = picture.width * enlarge;
  const height = picture.height * enlarge;
  const shades = shadesOf(picture);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / enlarge) * picture.width;
    for (let x = 0; x < width; x++, at += 3) {
      data.set(colorOfShade(shades[row + Math.floor(x / enlarge)]!, colormap), at);
    }
  }
  return `data:image/png;base64,${base64(encode({ width, height, data, channels: 3, depth: 8 }))}`;
}

export function base64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces: an argument list has a limit.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}
