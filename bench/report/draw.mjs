// An ECharts option as SVG text and as PNG, without a browser.
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import * as echarts from "echarts";

const FONT = "DejaVu Sans";
const font = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");

// Outside a browser ECharts guesses widths of text, too narrow ones for DejaVu Sans.
echarts.setPlatformAPI({
  measureText: (text, style) => ({
    width: text.length * 0.6 * Number.parseFloat(/([\d.]+)px/.exec(style ?? "")?.[1] ?? "12"),
  }),
});

/** Draws an option on white. */
export function toSvg(option, width, height) {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: "#ffffff",
      textStyle: { fontFamily: `${FONT}, sans-serif` },
      ...option,
    });
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}

/** The same picture as PNG, two pixels a unit. */
export const toPng = (svg) =>
  new Resvg(svg, {
    fitTo: { mode: "zoom", value: 2 },
    font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: FONT, sansSerifFamily: FONT },
  })
    .render()
    .asPng();
