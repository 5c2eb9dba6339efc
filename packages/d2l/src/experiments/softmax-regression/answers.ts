// The answers to the book's exercises, held against its claims.
import * as torch from "torchlet";
import { localize } from "torchlet";
import { plot } from "../../toolkit/plot.js";
import type { ExperimentContext } from "../experiment.js";
import { bounds, claims } from "./claims.js";
import * as exercises from "./exercises.js";

type Check = ExperimentContext<keyof typeof claims>["check"];

/** One after the other, in the order of the book's pages. */
export function answers(check: Check): void {
  const { gradient, hessian } = exercises.derivativeErrors(5);
  const error = Math.max(gradient, hessian);
  check("derivatives", error, bounds.derivatives.holds(error));

  const third = [1 / 3, 1 / 3, 1 / 3];
  const pairs = third.flatMap((p) => third.map((q) => p * q));
  const bits = [exercises.bitsOfCode(third), exercises.bitsOfCode(pairs) / 2].map((each) => each.toFixed(4));
  const entropy = exercises.entropy(torch.tensor(third, { dtype: torch.float64 })) / Math.LN2;
  const measured = `${bits.join(", ")} > ${entropy.toFixed(4)}`;
  check("ternary", measured, measured === claims.ternary.expected);

  const { smallestGap, ownGap } = exercises.entropies(100, 6);
  check(
    "entropy",
    `${smallestGap.toPrecision(3)}; ${ownGap.toExponential(0)}`,
    bounds.entropyGap.holds(smallestGap) && bounds.ownEntropy.holds(ownGap),
  );

  const lambdas = [1, 2, 10, 100];
  const { max, min } = exercises.realSoftMaxGaps(1, 1.2, lambdas);
  const closing = (gaps: readonly number[]) =>
    gaps.every((gap, i) => gap > 0 && gap <= Math.LN2 / lambdas[i]! && (i === 0 || gap < gaps[i - 1]!));
  const text = [max, min].map((gaps) => gaps.map((gap) => gap.toPrecision(3)).join(", ")).join("; ");
  check("realSoftMax", text, closing(max) && closing(min));

  temperature(check);

  const limits = exercises.formats.map(exercises.exponentLimits);
  check(
    "exponents",
    [limits.map(({ largest }) => largest), limits.map(({ smallest }) => smallest)]
      .map((each) => each.map((x) => x.toFixed(2)).join(", "))
      .join("; "),
    limits.every(
      ({ largest, smallest }, i) =>
        bounds.largestExponents[i]!.holds(largest) && bounds.smallestExponents[i]!.holds(smallest),
    ),
  );

  const { mostLikely, leastCost } = exercises.decisionCosts(10_000, 20);
  check(
    "costs",
    `${mostLikely.toFixed(3)}; ${leastCost.toFixed(3)}`,
    bounds.mostLikely.holds(mostLikely) && bounds.leastCost.holds(leastCost),
  );

  const { half, log } = exercises.vocabulary(100_000);
  const words = `${half}; ${log.toFixed(4)}`;
  check("vocabulary", words, words === claims.vocabulary.expected);
}

/** How even softmax(o / T) is, as T grows. */
function temperature(check: Check): void {
  const temperatures = Array.from({ length: 41 }, (_, i) => 10 ** (i / 10 - 2));
  const spread = exercises.temperatureEntropies([0, 1, 2, 3], temperatures);
  plot(
    temperatures,
    [spread, temperatures.map(() => Math.log(4))],
    localize({ en: "temperature T", zh: "温度 T" }),
    localize({ en: "entropy", zh: "熵" }),
    {
      xscale: "log",
      id: "temperature",
      caption: localize({
        en: "Entropy of softmax(o / T): certain of one class at low temperature, even at high",
        zh: "softmax(o / T) 的熵：低温时确定于一类，高温时趋于均匀",
      }),
      figsize: [5, 2.5],
      legend: ["o = (0, 1, 2, 3)", "ln 4"],
    },
  );
  const rising = spread.every((h, i) => i === 0 || h >= spread[i - 1]!);
  const [cold, hot] = [spread[0]!, spread.at(-1)!];
  const ok = rising && bounds.certain.holds(cold) && bounds.even.holds(hot);
  check("temperature", `${cold.toFixed(4)}–${hot.toFixed(4)}`, ok);
}
