// A function of two numbers as contours: losses over weights, penalties, anything.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import type { Mark, Panel, Series } from "../report/figure.js";
import { centresOf } from "./grid.js";

/** What is drawn beside the contours. */
export interface ContoursOptions {
  readonly xlim: readonly [number, number];
  readonly ylim: readonly [number, number];
  /** Cells along each axis. Default: 100. */
  readonly resolution?: number;
  /** What the colours stand for. */
  readonly label?: string;
  /** Default: `"linear"`; `"log"` for losses over several orders. */
  readonly scale?: "linear" | "log";
  readonly style?: "contours" | "cells";
  readonly title?: string;
  readonly xlabel?: string;
  readonly ylabel?: string;
  /** Lines and points on top, such as a path of gradient descent. */
  readonly series?: readonly Series[];
  readonly marks?: readonly Mark[];
}

/**
 * Contours of a function of two numbers.
 *
 * @param f takes points (m, 2), gives a value for each (m)
 *
 * @example
 * visualize.contours((w) => w.square().sum(1), { xlim: [-1, 1], ylim: [-1, 1], xlabel: "w1", ylabel: "w2" });
 */
export function contours(f: (points: Tensor) => Tensor, options: ContoursOptions): Panel {
  const { xlim, ylim, resolution = 100, label, scale = "linear", style = "contours" } = options;
  const { title, xlabel = "w1", ylabel = "w2", series = [], marks = [] } = options;
  const grid = { xlim, ylim, columns: resolution, rows: resolution };
  const values = torch.noGrad(() => f(centresOf(grid)).reshape(-1).tolist()) as number[];
  const finite = values.filter((value) => Number.isFinite(value) && (scale === "linear" || value > 0));
  const limits = [Math.min(...finite), Math.max(...finite)] as const;
  return {
    ...(title === undefined ? {} : { title }),
    xlabel,
    ylabel,
    xlim,
    ylim,
    series,
    colorbar: { limits, scale, ...(label === undefined ? {} : { label }) },
    marks: [{ kind: "field", style, x: xlim, y: ylim, columns: resolution, rows: resolution, values }, ...marks],
  };
}

/** A circle as a line, for constraints such as ||w|| <= radius. */
export function circle(
  radius: number,
  label: string,
  format = "k--",
  centre: readonly [number, number] = [0, 0],
): Series {
  const angles = Array.from({ length: 121 }, (_, i) => (i * Math.PI) / 60);
  return {
    x: angles.map((angle) => centre[0] + radius * Math.cos(angle)),
    y: angles.map((angle) => centre[1] + radius * Math.sin(angle)),
    label,
    format,
  };
}
