// Activations near 0: their Taylor series, and the sigmoid stretched so that it passes through 0 with slope 1.

import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import { plot } from "../../toolkit/plot.js";
import { maxDifference, within } from "../measured.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { activations } from "./layers.js";

const { float64 } = torch;

/** What is left of sigmoid and tanh when the first terms of their series are taken away. */
export const remainders = {
  sigmoid: (x: Tensor) => torch.sigmoid(x).sub(x.div(4).sub(x.pow(3).div(48)).add(0.5)),
  tanh: (x: Tensor) => torch.tanh(x).sub(x.sub(x.pow(3).div(3))),
};

/** The value at one point, in double precision. */
export const at = (f: (x: Tensor) => Tensor, x: number) => f(torch.tensor([x], { dtype: float64 })).item();

/** The power of x that a function goes with, between two points. */
export function order(f: (x: Tensor) => Tensor, low: number, high: number): number {
  return Math.log(at(f, high) / at(f, low)) / Math.log(high / low);
}

/** The largest difference between 4 sigmoid(x) - 2 and 2 tanh(x / 2); its value and its slope at 0. */
export function adjustedSigmoid(): { difference: number; value: number; slope: number } {
  const adjusted = activations["4 sigmoid - 2"];
  const x = torch.arange(-8, 8, 0.01, { dtype: float64 });
  const twice = torch.tanh(x.div(2)).mul(2);
  const zero = torch.zeros(1, { dtype: float64, requiresGrad: true });
  const y = adjusted(zero);
  y.backward();
  return { difference: maxDifference(adjusted(x), twice), value: y.item(), slope: zero.grad!.item() };
}

/** Activations around 0, and what their series leave. */
export function showNearZero({ report, check }: Context): void {
  const x = torch.arange(-2, 2, 0.02);
  const shown = ["sigmoid", "4 sigmoid - 2", "tanh", "relu"] as const;
  const values = shown.map((name) => activations[name](x));
  const near = plot(x, values, "x", localize({ en: "activation", zh: "激活值" }), {
    legend: shown,
    id: "near-zero",
    figsize: [4.5, 3],
  });
  report.figure({ ...near, caption: localize({ en: "Activations near 0", zh: "0 附近的激活函数" }) });

  const { sigmoid, tanh } = remainders;
  const small = torch.logspace(-2, 0, 41, { dtype: float64 });
  const left = plot(small, [sigmoid(small), tanh(small)], "x", localize({ en: "remainder", zh: "余项" }), {
    legend: ["sigmoid", "tanh"],
    xscale: "log",
    yscale: "log",
    id: "remainders",
    figsize: [4.5, 3],
  });
  report.figure({
    ...left,
    caption: localize({
      en: "What the Taylor series up to x³ leaves: straight lines of slope 5",
      zh: "泰勒展开到 x³ 后的余项：斜率为 5 的直线",
    }),
  });
  check("sigmoidRemainder", short(at(sigmoid, 0.5)), within(at(sigmoid, 0.5), 6.35e-5, 1e-7));
  check("tanhRemainder", short(at(tanh, 0.5)), within(at(tanh, 0.5), 3.78e-3, 1e-5));
  const orders = [order(sigmoid, 0.05, 0.1), order(tanh, 0.05, 0.1)];
  const ofRelu = maxDifference(torch.relu(small), small);
  check(
    "order",
    `${orders.map((value) => value.toFixed(3)).join(", ")}; ${ofRelu}`,
    orders.every((value) => within(value, 5, 0.05)) && ofRelu === 0,
  );
  const { difference, value, slope } = adjustedSigmoid();
  check("adjusted", `${short(difference)}; ${value}, ${slope}`, difference < 1e-12 && value === 0 && slope === 1);
}
