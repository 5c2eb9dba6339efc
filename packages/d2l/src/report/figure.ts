// Figures as plain data: what is drawn, not how. Every renderer (terminal, SVG, PNG, HTML, browser) draws the same ones.

/** A scale of an axis. */
export type Scale = "linear" | "log";

/** One line of a plot. A point whose y is null was not measured and leaves no mark. */
export interface Series {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** The name in the legend. */
  readonly label?: string;
  /** A format in the manner of matplotlib: colour letter and line style, such as `"-"`, `"m--"`, `"g-."`, `"r:"`; `"o"` draws points only. */
  readonly format?: string;
}

/** One pair of axes with its lines. */
export interface Panel {
  readonly title?: string;
  readonly xlabel?: string;
  readonly ylabel?: string;
  /** Limits of the axis; without them the data decide. */
  readonly xlim?: readonly [number, number];
  readonly ylim?: readonly [number, number];
  readonly xscale?: Scale;
  readonly yscale?: Scale;
  readonly series: readonly Series[];
}

/** A grid of plots. */
export interface PlotFigure {
  readonly kind: "plot";
  /** Names the figure within its report: a figure with the same id replaces the earlier one, which is how live curves grow. */
  readonly id: string;
  readonly caption?: string;
  /** Width and height in inches of 72 points, as in matplotlib's SVG output. */
  readonly figsize: readonly [number, number];
  readonly rows: number;
  readonly columns: number;
  /** Row by row, `rows * columns` of them. */
  readonly panels: readonly Panel[];
}

/** A picture in shades: one number a pixel, row by row, drawn from its smallest (dark) to its largest value (bright). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
  /** Lines above the picture. */
  readonly title?: string;
}

/** A grid of pictures. */
export interface ImageFigure {
  readonly kind: "images";
  readonly id: string;
  readonly caption?: string;
  readonly rows: number;
  readonly columns: number;
  /** Inches a picture, as `show_images` has it. */
  readonly scale: number;
  readonly colormap: "viridis" | "gray";
  readonly pictures: readonly Picture[];
}

/** Anything that a report can draw. */
export type Figure = PlotFigure | ImageFigure;
