// The charts of a report: steps by implementation, products by size, the sweep as heat maps.
import { batches, widths } from "../cases/sweep.mjs";
import { digits } from "../stats.mjs";
import { toSvg } from "./draw.mjs";
import { colorOf, inOrder, labelOf } from "./palette.mjs";
import { sweepGrids } from "./text.mjs";

const TITLE = { fontSize: 13, fontWeight: "normal", color: "#222222" };
const AXIS = { nameLocation: "middle", nameTextStyle: { fontSize: 11, color: "#444444" }, axisLabel: { fontSize: 10 } };

/** All charts that the report has results for: names and SVG texts. */
export function charts(report) {
  return Object.entries({
    steps: stepsChart(report),
    products: productsChart(report),
    sweep: sweepChart(report),
  }).filter(([, svg]) => svg !== null);
}

/** A panel for each training step: one bar for each implementation, on a logarithmic axis of time. */
function stepsChart({ results }) {
  const rows = results.filter(({ group, measured }) => group === "steps" && Object.keys(measured).length > 0);
  if (rows.length === 0) return null;
  const names = inOrder(new Set(rows.flatMap(({ measured }) => Object.keys(measured))));
  const [panelWidth, panelHeight, labelWidth] = [560, 60 + 17 * names.length + 40, 220];
  const place = (i) => ({ left: (i % 2) * panelWidth, top: Math.floor(i / 2) * panelHeight });
  const option = {
    title: rows.map((row, i) => ({
      text: row.text,
      left: place(i).left + 12,
      top: place(i).top + 10,
      textStyle: TITLE,
    })),
    grid: rows.map((_, i) => ({
      left: place(i).left + labelWidth,
      top: place(i).top + 36,
      width: panelWidth - labelWidth - 60,
      height: 17 * names.length,
    })),
    xAxis: rows.map((row, i) => ({
      ...AXIS,
      gridIndex: i,
      type: "log",
      ...decades(Object.values(row.measured).map(({ best }) => best)),
      name: `shortest time of a step, ${row.unit === "us" ? "microseconds" : "milliseconds"} (logarithmic)`,
      nameGap: 22,
      splitLine: { lineStyle: { color: "#e5e5e5" } },
    })),
    yAxis: rows.map((_, i) => ({
      gridIndex: i,
      type: "category",
      inverse: true,
      data: names.map(labelOf),
      axisTick: { show: false },
      axisLabel: { fontSize: 10, color: "#222222" },
    })),
    series: rows.map((row, i) => ({
      type: "bar",
      xAxisIndex: i,
      yAxisIndex: i,
      barWidth: 11,
      data: names.map((name) => {
        const best = row.measured[name]?.best;
        return best === undefined
          ? { value: null }
          : {
              value: best,
              itemStyle: { color: colorOf(name) },
              label: { show: true, position: "right", fontSize: 10, color: "#222222", formatter: digits(best) },
            };
      }),
    })),
  };
  return toSvg(option, 2 * panelWidth, Math.ceil(rows.length / 2) * panelHeight);
}

/** Whole powers of ten around the values; bars begin at the lower one, not at 1. */
function decades(values) {
  const min = 10 ** Math.floor(Math.log10(Math.min(...values) / 2));
  return { min, startValue: min, max: 10 ** Math.ceil(Math.log10(Math.max(...values) * 1.1)) };
}

/** Speed of square products against their size, with the machine's peak. */
function productsChart({ results, machine }) {
  const rows = results.filter(({ case: name }) => /^square-/.test(name));
  if (rows.length < 2) return null;
  const names = inOrder(new Set(rows.flatMap(({ measured }) => Object.keys(measured))));
  const peak = (threads) => ({
    yAxis: machine[`gflops${threads}`],
    label: {
      formatter: `machine's peak, ${threads} thread${threads === 1 ? "" : "s"}`,
      position: "insideStartTop",
      fontSize: 10,
    },
    lineStyle: { color: "#999999", type: "dashed" },
  });
  const option = {
    title: { text: "Products of square float32 matrices", left: 12, top: 10, textStyle: TITLE },
    legend: { orient: "vertical", right: 12, top: 50, textStyle: { fontSize: 10 }, itemWidth: 18 },
    grid: { left: 70, right: 230, top: 50, bottom: 60 },
    xAxis: {
      ...AXIS,
      type: "category",
      data: rows.map(({ case: name }) => name.slice("square-".length)),
      name: "rows and columns",
      nameGap: 28,
      boundaryGap: false,
    },
    yAxis: { ...AXIS, type: "value", min: 0, name: "GFLOP/s (best)", nameGap: 44 },
    series: names.map((name, i) => ({
      name: labelOf(name),
      type: "line",
      symbol: ["circle", "rect", "triangle", "diamond"][i % 4],
      symbolSize: 6,
      color: colorOf(name),
      data: rows.map(({ measured }) => measured[name]?.best ?? null),
      ...(i === 0 ? { markLine: { symbol: "none", silent: true, data: [peak(1), peak(2)] } } : {}),
    })),
  };
  return toSvg(option, 900, 460);
}

/** Heat maps of the sweep: percent of the machine's peak, a panel for each implementation. */
function sweepChart({ results, machine }) {
  const grids = sweepGrids(results, machine);
  if (grids === null) return null;
  const [panelWidth, panelHeight] = [470, 300];
  const place = (i) => ({ left: (i % 2) * panelWidth, top: 44 + Math.floor(i / 2) * panelHeight });
  const option = {
    title: [
      {
        text: `SGD step of 784-width-10: percent of the machine's ${machine.gflops2.toFixed(0)} GFLOP/s, by width and batch`,
        left: 12,
        top: 12,
        textStyle: { ...TITLE, fontSize: 14 },
      },
      ...grids.map(({ name }, i) => ({
        text: labelOf(name),
        left: place(i).left + 62,
        top: place(i).top + 4,
        textStyle: TITLE,
      })),
    ],
    visualMap: {
      type: "continuous",
      min: 0,
      max: 100,
      show: false,
      inRange: { color: ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"] },
    },
    grid: grids.map((_, i) => ({
      left: place(i).left + 62,
      top: place(i).top + 30,
      width: panelWidth - 82,
      height: panelHeight - 90,
    })),
    xAxis: grids.map((_, i) => ({
      ...AXIS,
      gridIndex: i,
      type: "category",
      data: widths.map(String),
      name: "width of the hidden layer",
      nameGap: 26,
      axisTick: { show: false },
    })),
    yAxis: grids.map((_, i) => ({
      ...AXIS,
      gridIndex: i,
      type: "category",
      data: batches.map(String),
      name: "batch",
      nameGap: 40,
      axisTick: { show: false },
    })),
    series: grids.map(({ cells }, i) => ({
      type: "heatmap",
      xAxisIndex: i,
      yAxisIndex: i,
      data: cells.flatMap((line, y) =>
        line.flatMap((cell, x) =>
          cell === null
            ? []
            : [
                {
                  value: [x, y, Math.min(100, cell.share * 100)],
                  label: { color: cell.share > 0.55 ? "#000000" : "#ffffff", formatter: (cell.share * 100).toFixed(0) },
                },
              ],
        ),
      ),
      label: { show: true, fontSize: 11 },
      itemStyle: { borderColor: "#ffffff", borderWidth: 1 },
    })),
  };
  return toSvg(option, 2 * panelWidth, 54 + Math.ceil(grids.length / 2) * panelHeight);
}
