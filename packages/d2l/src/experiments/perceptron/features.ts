// F11, F12: two relations that no line fits, and the feature that makes each of them one.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import type { Context } from "./claims.js";

/** The least-squares line y = w f(x) + b, and the share of the variance of y that it explains. */
export function fit(feature: (x: Tensor) => Tensor, x: Tensor, y: Tensor) {
  const design = (v: Tensor) => torch.stack([feature(v), torch.onesLike(v)], 1);
  const [w] = torch.linalg.lstsq(design(x), y);
  const predict = (v: Tensor) => design(v).matmul(w);
  const error = predict(x).sub(y).square().mean().item();
  return { predict, error, r2: 1 - error / y.var(0, { correction: 0 }).item() };
}

export function features({ report, check }: Context): void {
  const f64 = { dtype: torch.float64 } as const;

  // Health falls off on both sides of 37 °C.
  const T = torch.rand(200, f64).mul(6).add(34.2);
  const healthAt = (t: Tensor) => t.sub(37).abs().mul(-25).add(100);
  const health = healthAt(T).add(torch.randn(200, f64).mul(3));
  const plain = fit((t) => t, T, health);
  const folded = fit((t) => t.sub(37).abs(), T, health);
  check("temperature", `R² ${plain.r2.toFixed(3)}, then ${folded.r2.toFixed(3)}`, plain.r2 <= 0.3 && folded.r2 >= 0.95);
  const three = torch.tensor([35, 37, 39]).to(torch.float64);
  const [low, middle, high] = plain.predict(three).tolist() as [number, number, number];
  const [trueLow, trueMiddle, trueHigh] = healthAt(three).tolist() as [number, number, number];
  const between = middle > Math.min(low, high) && middle < Math.max(low, high);
  const above = trueMiddle > Math.max(trueLow, trueHigh);
  check(
    "monotone",
    `line ${between ? "between" : "not between"}, truth ${above ? "above" : "not above"}`,
    between && above,
  );

  // Who has more pays back more often, but the first 50,000 count most; assets in units of 10,000.
  const assets = torch.rand(200, f64).mul(Math.log(121)).exp().sub(1);
  const repays = (a: Tensor) => a.add(0.5).div(a.add(5));
  const share = repays(assets).add(torch.randn(200, f64).mul(0.02));
  const linear = fit((a) => a, assets, share);
  const logarithmic = fit((a) => a.add(1).log(), assets, share);
  const gain = linear.error / logarithmic.error;
  check("wealth", `${gain.toFixed(1)} times smaller`, gain >= 2);
  const raises = [repays, linear.predict, logarithmic.predict].map((f) => {
    const [zero, five, hundred, more] = f(torch.tensor([0, 5, 100, 105]).to(torch.float64)).tolist() as number[];
    return (five! - zero!) / (more! - hundred!);
  });
  const [truth, line, log] = raises as [number, number, number];
  check(
    "raise",
    `truth ${truth.toFixed(0)} times, line ${line.toFixed(2)}, logarithm ${log.toFixed(0)} times`,
    truth > 10 && Math.abs(line - 1) < 1e-6 && log > 10,
  );

  const panel = (x: Tensor, y: Tensor, grid: Tensor, lines: [string, (v: Tensor) => Tensor, string][]): Panel => ({
    series: [
      { x: x.tolist() as number[], y: y.tolist() as number[], format: "C7o", label: "data" },
      ...lines.map(([label, f, format]) => ({
        x: grid.tolist() as number[],
        y: f(grid).tolist() as number[],
        label,
        format,
      })),
    ],
  });
  const degrees = torch.arange(34.2, 40.25, 0.1, f64);
  const money = torch.arange(0, 120.5, 0.5, f64);
  report.figure(
    figureOf(
      "features",
      [
        {
          ...panel(T, health, degrees, [
            ["line in T", plain.predict, "C3--"],
            ["line in |T - 37|", folded.predict, "C0-"],
          ]),
          xlabel: "body temperature T in °C",
          ylabel: "health",
        },
        {
          ...panel(assets, share, money, [
            ["line in a", linear.predict, "C3--"],
            ["line in log(1 + a)", logarithmic.predict, "C0-"],
          ]),
          xlabel: "assets a in 10,000",
          ylabel: "probability of repayment",
        },
      ],
      {
        panelSize: [4, 3],
        caption: localize({
          en: "Two relations that a line in x does not fit, and a feature in which each is nearly one",
          zh: "两种无法用 x 的直线拟合的关系，以及使其接近直线的特征",
        }),
      },
    ),
  );
}
