// How far losses written by hand reach, and how deep a network with weights from N(0, 1).
import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { naiveSoftmax, shiftedSoftmax, width } from "./patients.js";

/** The largest number of float32. */
export const largestFloat = 3.4028234663852886e38;

/** The largest x, to two digits, for which f(x) is finite. */
function lastFinite(f: (x: number) => number, high: number): number {
  let [good, bad] = [0, high];
  if (Number.isFinite(f(high))) return high;
  while (bad - good > 0.005) {
    const middle = (good + bad) / 2;
    if (Number.isFinite(f(middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** The loss of a sample whose right class has the logit 0, and the other x. */
const lossAt = (x: number, probabilities: (o: torch.Tensor) => torch.Tensor) =>
  probabilities(torch.tensor([[0, x]]))
    .select(1, 0)
    .log()
    .neg()
    .item();
const crossEntropyAt = (x: number) => nn.functional.crossEntropy(torch.tensor([[0, x]]), torch.tensor([0])).item();

/** Largest activations layer by layer in the first pass; null where they are infinite. */
export function firstPass(net: nn.Sequential): (number | null)[] {
  using recorder = nn.utils.recordLayers(net, { filter: (module) => module instanceof nn.Linear });
  torch.noGrad(() => net(torch.randn(32, 10)));
  return recorder.records.map(({ statistics }) => (statistics.nonFinite > 0 ? null : statistics.maxAbs));
}

/** The sizes that layers have when each multiplies by the root of its width. */
export const predicted = (bad: readonly (number | null)[]) => bad.map((_, t) => bad[0]! * Math.sqrt(width) ** t);

/** The largest logits of a wrong class for which three losses are finite; cross entropy is tried up to the given one. */
export function lossLimits(high: number): [naive: number, shifted: number, stable: number] {
  return [
    lastFinite((x) => lossAt(x, naiveSoftmax), 1000),
    lastFinite((x) => lossAt(x, shiftedSoftmax), 1000),
    lastFinite(crossEntropyAt, high),
  ];
}

/** The three losses up to where they end. */
export function limitsPanel([naive, shifted]: readonly [number, number, number]): Panel {
  const gaps = Array.from({ length: 161 }, (_, x) => x);
  const finite = (y: number) => (Number.isFinite(y) ? y : null);
  return {
    xlabel: localize({ en: "logit of the wrong class", zh: "错误类别的 logit" }),
    ylabel: localize({ en: "loss", zh: "损失" }),
    series: [
      {
        x: gaps,
        y: gaps.map(crossEntropyAt),
        label: localize({ en: "cross entropy of logits", zh: "作用于 logits 的交叉熵" }),
        format: "-",
      },
      {
        x: gaps,
        y: gaps.map((x) => finite(lossAt(x, shiftedSoftmax))),
        label: localize({ en: "maximum subtracted", zh: "减去最大值" }),
        format: "m--",
      },
      { x: gaps, y: gaps.map((x) => finite(lossAt(x, naiveSoftmax))), label: "exp / sum", format: "g-." },
    ],
    marks: [
      { kind: "dots", x: [naive, shifted], y: [naive, shifted], color: "C3" },
      {
        kind: "texts",
        x: [naive + 3, shifted + 3],
        y: [naive - 6, shifted - 6],
        texts: [localize({ en: "NaN from here", zh: "此后为 NaN" }), localize({ en: "∞ from here", zh: "此后为无穷" })],
        anchor: "start",
      },
    ],
  };
}

/** Largest activations by layer: with a bad and a good initialization, and as predicted. */
export function growthPanel(bad: readonly (number | null)[], good: readonly (number | null)[]): Panel {
  const depths = bad.map((_, t) => t + 1);
  return {
    xlabel: localize({ en: "layer", zh: "层" }),
    ylabel: localize({ en: "max |activation|", zh: "最大 |激活值|" }),
    yscale: "log",
    series: [
      { x: depths, y: bad, label: "N(0, 1)", format: "-" },
      {
        x: depths,
        y: predicted(bad),
        label: localize({ en: "sqrt(n) a layer", zh: "每层 sqrt(n) 倍" }),
        format: "m--",
      },
      { x: depths, y: good, label: "Xavier", format: "g-." },
      {
        x: depths,
        y: depths.map(() => largestFloat),
        label: localize({ en: "largest float32", zh: "float32 最大值" }),
        format: "r:",
      },
    ],
  };
}
