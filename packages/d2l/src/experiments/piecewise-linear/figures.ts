// What networks of ReLU units look like: curves with breakpoints, a map of regions, saw teeth.
import { localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import type { Report } from "../../report/report.js";
import { type Pieces, sawtooth, valuesAt } from "./pieces.js";

/** A function of the line with the points where a unit turns on or off, which are corners unless it is smooth. */
export function curvePanel(
  pieces: Pieces,
  title: string,
  { points, limit, smooth }: { readonly points: readonly number[]; readonly limit: number; readonly smooth: boolean },
): Panel {
  const marked = smooth
    ? { color: "C7", label: localize({ en: "units change sign", zh: "单元变号" }) }
    : { color: "C1", label: localize({ en: "breakpoints", zh: "折点" }) };
  const x = Array.from({ length: 401 }, (_, i) => -limit + (i / 400) * 2 * limit);
  return {
    title,
    xlabel: "x",
    ylabel: "net(x)",
    series: [
      { x, y: x.map((v) => Math.sin(2 * v)), label: "sin 2x", format: "r:" },
      { x, y: valuesAt(pieces, x), label: localize({ en: "network", zh: "网络" }), format: "C0-" },
    ],
    marks: [{ kind: "dots", x: points, y: valuesAt(pieces, points), size: 2.5, ...marked }],
  };
}

/** Colours as few as possible, so that no two neighbours share one: the smallest that is free, region by region. */
export function colours(numbers: readonly number[], columns: number): number[] {
  const neighbours = new Map<number, Set<number>>();
  const meet = (a: number, b: number | undefined) => {
    if (b === undefined || a === b) return;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = neighbours.get(from) ?? new Set<number>();
      neighbours.set(from, known.add(to));
    }
  };
  numbers.forEach((number, i) => {
    if ((i + 1) % columns !== 0) meet(number, numbers[i + 1]);
    meet(number, numbers[i + columns]);
  });
  const chosen = new Map<number, number>();
  for (const number of new Set(numbers)) {
    const taken = new Set([...(neighbours.get(number) ?? [])].map((other) => chosen.get(other)));
    let colour = 0;
    while (taken.has(colour)) colour++;
    chosen.set(number, colour);
  }
  return numbers.map((number) => chosen.get(number)!);
}

/** The square, in which every region of one activation pattern has a colour. */
export function mapPanel(widths: readonly number[], numbers: readonly number[], count: number, limit: number): Panel {
  const side = Math.sqrt(numbers.length);
  const ends = [-limit, limit] as const;
  const network = `2-${widths.join("-")}-1`;
  return {
    title: localize({ en: `${network}: ${count} regions`, zh: `${network}：${count} 个区域` }),
    xlabel: "x1",
    ylabel: "x2",
    xlim: ends,
    ylim: ends,
    series: [],
    marks: [
      {
        kind: "field",
        style: "classes",
        x: ends,
        y: ends,
        columns: side,
        rows: side,
        values: colours(numbers, side),
      },
    ],
  };
}

/** The tent map after 1, 2 and 4 layers. */
export function drawSawtooth(report: Report): void {
  const x = Array.from({ length: 513 }, (_, i) => i / 512);
  report.figure({
    kind: "plot",
    id: "sawtooth",
    caption: localize({
      en: "The tent map after k layers of two units: 2^k pieces",
      zh: "k 层（每层两个单元）的帐篷映射：2^k 段",
    }),
    figsize: [5, 2.5],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: "x",
        ylabel: "net(x)",
        series: [1, 2, 4].map((k, i) => ({ x, y: valuesAt(sawtooth(k), x), label: `k = ${k}`, format: `C${i}-` })),
      },
    ],
  });
}
