// Standard deviation 0.01 and He's weights in a network of one hidden layer and of several.
import * as torch from "torchlet";
import { median, rangeText, within } from "../measured.js";
import { beginnings, guessing, type Training, ways } from "./beginnings.js";
import type { Context } from "./claims.js";
import { initialized, mlp, train } from "./images.js";

const compared = ["small", "he"] as const;
type Compared = (typeof compared)[number];

/** Trains shallow and deep networks. */
export async function showDepths(context: Context, training: Training, deep: number): Promise<void> {
  const { report, signal, check } = context;
  const { labelled, test, epochs, seeds, isLong } = training;
  const numInputs = labelled.X.shape[1]!;

  /** The last loss with each seed; null where it was stopped. */
  async function lastLosses(way: Compared, hiddenLayers: number): Promise<number[] | null> {
    const widths = [numInputs, ...new Array<number>(hiddenLayers).fill(64), 10];
    const losses: number[] = [];
    for (const seed of seeds) {
      torch.manualSeed(seed);
      const { losses: course } = await train(initialized(mlp(widths), ways[way]), labelled, test, epochs);
      losses.push(course.at(-1)!);
      if (signal.aborted) return null;
    }
    return losses;
  }

  const shallow: Partial<Record<Compared, number[]>> = {};
  const several: Partial<Record<Compared, number[]>> = {};
  for (const way of compared) {
    const [one, many] = [await lastLosses(way, 1), await lastLosses(way, deep)];
    if (one === null || many === null) return;
    shallow[way] = one;
    several[way] = many;
  }
  report.table({
    caption: {
      en: `Last loss by depth (medians; guessing has ln 10 = ${guessing.toFixed(4)})`,
      zh: `不同深度的最终损失（中位数；随机猜测为 ln 10 = ${guessing.toFixed(4)}）`,
    },
    columns: [
      { en: "initial weights", zh: "初始权重" },
      { en: "1 hidden layer", zh: "1 个隐藏层" },
      { en: `${deep} hidden layers`, zh: `${deep} 个隐藏层` },
    ],
    rows: compared.map((way) => [
      beginnings[way].name,
      median(shallow[way]!).toFixed(3),
      median(several[way]!).toFixed(3),
    ]),
  });
  if (!isLong) return;
  const one = Math.max(...shallow.small!);
  check("small", one, one < 2);
  if (deep >= 3 && deep <= 5) {
    const learned = Math.max(...several.he!);
    check(
      "deep",
      `0.01: ${rangeText(several.small!)}, He: ${learned.toFixed(3)}`,
      several.small!.every((loss) => within(loss, guessing, 0.02)) && learned < 1.7,
    );
  }
}
