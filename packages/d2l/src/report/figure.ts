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

/** A tick that stands for something other than its number: a choice, a name. */
export interface NamedTick {
  readonly at: number;
  readonly label: string;
}

/** What marks may have in common. */
interface Marked {
  /** The name in the legend. */
  readonly label?: string;
  /** A colour of line formats, such as `"C0"` or `"m"`. Default: `"C0"`. */
  readonly color?: string;
  /** One number a mark, whose colour is that of the panel's colour bar. */
  readonly values?: readonly number[];
  /** What each mark says when it is pointed at. */
  readonly titles?: readonly string[];
}

/** Bars, bins of a histogram, spans of time: from where to where across, and up. */
export interface Rectangles extends Marked {
  readonly kind: "rectangles";
  readonly x: readonly (readonly [number, number])[];
  readonly y: readonly (readonly [number, number])[];
}

/** Points that a plain series cannot draw: coloured by a number, large, hollow. */
export interface Dots extends Marked {
  readonly kind: "dots";
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Radius in points. Default: 3. */
  readonly size?: number;
  readonly hollow?: boolean;
}

/** Many lines of one kind: axes and lines of parallel coordinates, edges of a graph. */
export interface Lines extends Marked {
  readonly kind: "lines";
  readonly lines: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[];
  /** Width in points. Default: 1. */
  readonly width?: number;
}

/** Words within the axes. */
export interface Texts {
  readonly kind: "texts";
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly texts: readonly string[];
  /** The part of the text that stands at x. Default: `"middle"`. */
  readonly anchor?: "start" | "middle" | "end";
  /** Points above the place. Default: 0, the middle of the text is there. */
  readonly above?: number;
}

/**
 * A number at every place: a heat map, contours, regions of decision.
 *
 * Cells are even along the axes, on a logarithmic axis in the logarithm; NaN leaves a hole.
 */
export interface Field {
  readonly kind: "field";
  /** Where the outermost cells end. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
  /** Row by row, the lowest first. */
  readonly values: ArrayLike<number>;
  /** `"cells"`: squares in the colours of the colour bar; `"contours"`: bands between levels, with lines; `"classes"`: values are 0, 1, 2, ... and have the colours C0, C1, C2, ... */
  readonly style: "cells" | "contours" | "classes";
}

/** Whatever is drawn beside lines; fields lie beneath the axes, all else above them, in this order. */
export type Mark = Rectangles | Dots | Lines | Texts | Field;

/** What colours stand for. */
export interface ColorBar {
  readonly label?: string;
  readonly limits: readonly [number, number];
  readonly scale?: Scale;
  /** Default: `"viridis"`. */
  readonly colormap?: Colormap;
}

/** A colour map. */
export type Colormap = "viridis" | "gray";

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
  /** Ticks with names of their own in place of round numbers; an empty list leaves the axis without. */
  readonly xticks?: readonly NamedTick[];
  readonly yticks?: readonly NamedTick[];
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
  readonly colorbar?: ColorBar;
  /** False draws no frame and no grid: for graphs and parallel coordinates. Default: true. */
  readonly frame?: boolean;
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
  /** True for what a page has room for and a terminal has not. */
  readonly detail?: boolean;
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
  readonly colormap: Colormap;
  readonly pictures: readonly Picture[];
}

/** Anything that a report can draw. */
export type Figure = PlotFigure | ImageFigure;
