// F11, F12: two relations that no line fits, and the feature that makes each of them one.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { rangeText } from "../measured.js";
import type { Context } from "./claims.js";

/** The least-squares line y = w f(x) + b, and the share of the variance of y that it explains. */
export function fit(feature: (x: Tensor) => Tensor, x: Tensor, y: Tensor) {
  const design = (v: Tensor) => torch.stack([feature(v), torch.onesLike(v)], 1);
  const [w] = torch.linalg.lstsq(design(x), y);
  const predict = (v: Tensor) => design(v).matmul(w);
  const error = predict(x).sub(y).square().mean().item();
  return { predict, error, r2: 1 - error / y.var(0, { correction: 0 }).item() };
}

const f64 = { dtype: torch.float64 } as const;
const at = (...values: number[]) => torch.tensor(values).to(torch.float64);

/** Health falls off on both sides of 37 °C. */
const health = (t: Tensor) => t.sub(37).abs().mul(-25).add(100);

/** Who has more pays back more often, but the first 50,000 count most; assets in units of 10,000. */
const repayment = (a: Tensor) => a.add(0.5).div(a.add(5));

/** 200 people of each kind, measured with noise, and the fits of a line in the quantity itself and in a feature of it. */
function people() {
  const T = torch.rand(200, f64).mul(6).add(34.2);
  const measured = health(T).add(torch.randn(200, f64).mul(3));
  const assets = torch.rand(200, f64).mul(Math.log(121)).exp().sub(1);
  const share = repayment(assets).add(torch.randn(200, f64).mul(0.02));
  return {
    ...{ T, measured, plain: fit((t) => t, T, measured), folded: fit((t) => t.sub(37).abs(), T, measured) },
    ...{ assets, share, linear: fit((a) => a, assets, share), log: fit((a) => a.add(1).log(), assets, share) },
  };
}

/** Whether a fitted line puts 37 °C between 35 and 39 °C. */
function isMonotone(predict: (t: Tensor) => Tensor): boolean {
  const [low, middle, high] = predict(at(35, 37, 39)).tolist() as [number, number, number];
  return middle > Math.min(low, high) && middle < Math.max(low, high);
}

/** How many times more the step from 0 to 50,000 matters than the one from 1,000,000 to 1,050,000. */
function firstOverLater(f: (a: Tensor) => Tensor): number {
  const [zero, five, hundred, more] = f(at(0, 5, 100, 105)).tolist() as [number, number, number, number];
  return (five - zero) / (more - hundred);
}

export function features({ report, check }: Context, seeds: number, seed: number): void {
  const all = Array.from({ length: seeds }, (_, s) => {
    torch.manualSeed(seed + s);
    return people();
  });

  const r2 = { plain: all.map(({ plain }) => plain.r2), folded: all.map(({ folded }) => folded.r2) };
  const explained = [rangeText(r2.plain, 3), rangeText(r2.folded, 3)] as const;
  check(
    "temperature",
    { en: `R² ${explained[0]}, then ${explained[1]}`, zh: `R² ${explained[0]}，之后 ${explained[1]}` },
    r2.plain.every((v) => v <= 0.3) && r2.folded.every((v) => v >= 0.95),
  );
  const [at35, at37, at39] = health(at(35, 37, 39)).tolist() as [number, number, number];
  const between = all.every(({ plain }) => isMonotone(plain.predict));
  const above = at37 > Math.max(at35, at39);
  check(
    "monotone",
    {
      en: `line ${between ? "between" : "not between"}, truth ${above ? "above" : "not above"}`,
      zh: `直线${between ? "" : "不"}在两者之间，事实${above ? "" : "不"}高于两者`,
    },
    between && above,
  );

  const gains = all.map(({ linear, log }) => linear.error / log.error);
  check(
    "wealth",
    { en: `${rangeText(gains, 1)} times smaller`, zh: `误差之比 ${rangeText(gains, 1)}` },
    gains.every((gain) => gain >= 2),
  );
  const truth = firstOverLater(repayment);
  const lines = all.map(({ linear }) => firstOverLater(linear.predict));
  const logs = all.map(({ log }) => firstOverLater(log.predict));
  check(
    "raise",
    {
      en: `truth ${truth.toFixed(0)} times, line ${rangeText(lines, 2)}, logarithm ${rangeText(logs, 0)} times`,
      zh: `事实 ${truth.toFixed(0)} 倍，直线 ${rangeText(lines, 2)} 倍，对数 ${rangeText(logs, 0)} 倍`,
    },
    truth > 10 && lines.every((line) => Math.abs(line - 1) < 1e-6) && logs.every((log) => log > 10),
  );

  const { T, measured, plain, folded, assets, share, linear, log } = all[0]!;
  const panel = (x: Tensor, y: Tensor, grid: Tensor, lines: [string, (v: Tensor) => Tensor, string][]): Panel => ({
    series: [
      {
        x: x.tolist() as number[],
        y: y.tolist() as number[],
        format: "C7o",
        label: localize({ en: "data", zh: "数据" }),
      },
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
          ...panel(T, measured, degrees, [
            [localize({ en: "line in T", zh: "T 的直线" }), plain.predict, "C3--"],
            [localize({ en: "line in |T - 37|", zh: "|T - 37| 的直线" }), folded.predict, "C0-"],
          ]),
          xlabel: localize({ en: "body temperature T in °C", zh: "体温 T（°C）" }),
          ylabel: localize({ en: "health", zh: "健康状况" }),
        },
        {
          ...panel(assets, share, money, [
            [localize({ en: "line in a", zh: "a 的直线" }), linear.predict, "C3--"],
            [localize({ en: "line in log(1 + a)", zh: "log(1 + a) 的直线" }), log.predict, "C0-"],
          ]),
          xlabel: localize({ en: "assets a in 10,000", zh: "资产 a（万）" }),
          ylabel: localize({ en: "probability of repayment", zh: "还款概率" }),
        },
      ],
      {
        panelSize: [4, 3],
        caption: localize({
          en: "Two relations that no line fits, and the feature that turns each of them nearly into one",
          zh: "两种无法用直线拟合的关系，以及使其近似线性的特征",
        }),
      },
    ),
  );
}
