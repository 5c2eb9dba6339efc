// SVG to PNG, with a typeface of its own, so that a machine without fonts draws the same labels. Node only.
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";

/** DejaVu Sans as a file, or `undefined` where its package is missing (the machine's own fonts must do then). */
function shippedFont(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
  } catch {
    return undefined;
  }
}

/** Anything that DejaVu Sans cannot draw: Chinese, Japanese, Korean. */
const needsSystemFonts = /[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]|[\ud840-\ud8bf][\udc00-\udfff]/;

/**
 * Draws an SVG document as PNG.
 *
 * @param scale pixels per CSS pixel: at 2, a figure 3.5 inches wide becomes 672 pixels wide
 */
export function svgToPng(svg: string, scale = 2): Uint8Array {
  const font = shippedFont();
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      // Looking through the machine's fonts takes a second on some machines: only where it is needed.
      loadSystemFonts: font === undefined || needsSystemFonts.test(svg),
      fontFiles: font === undefined ? [] : [font],
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return image.render().asPng();
}
