// One network on images, from six beginnings: zeros, a constant, three kinds of random weights, a layer learned before.
import * as torch from "torchlet";
import { type Localized, localize, nn, type Tensor } from "torchlet";
import type { ImageDataset } from "../../datasets/image-dataset.js";
import type { Picture } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median, rangeText, within } from "../measured.js";
import type { Context } from "./claims.js";
import { type Course, type Images, initialized, mlp, pretrain, train } from "./images.js";

/** How weights may be filled. */
export const ways = {
  zeros: (W: Tensor) => nn.init.zeros_(W),
  constant: (W: Tensor) => nn.init.constant_(W, 0.01),
  small: (W: Tensor) => nn.init.normal_(W, 0, 0.01),
  xavier: (W: Tensor) => nn.init.xavierNormal_(W),
  he: (W: Tensor) => nn.init.kaimingNormal_(W, { nonlinearity: "relu" }),
};

type Beginning = keyof typeof ways | "pretrained";

/** Their names, and how their lines are drawn. */
export const beginnings: Readonly<Record<Beginning, { readonly name: Localized; readonly format: string }>> = {
  zeros: { name: { en: "zeros", zh: "零" }, format: "k:" },
  constant: { name: { en: "constant 0.01", zh: "常数 0.01" }, format: "r:" },
  small: { name: { en: "std 0.01", zh: "标准差 0.01" }, format: "m--" },
  xavier: { name: { en: "Xavier", zh: "Xavier" }, format: "-" },
  he: { name: { en: "He", zh: "He" }, format: "g-." },
  pretrained: { name: { en: "pre-trained", zh: "预训练" }, format: "C4-" },
};
const all = Object.keys(beginnings) as Beginning[];

/** ln 10, the loss of guessing among ten classes. */
export const guessing = Math.log(10);

/** What was learned from each beginning, a course a seed, and what zeros and the autoencoder were at the end. */
type Courses = Record<Beginning, Course[]>;

/** What every network of this experiment is trained on, and how long. */
export interface Training {
  readonly dataset: ImageDataset;
  readonly labelled: Images;
  readonly test: Images;
  readonly epochs: number;
  readonly seeds: readonly number[];
  /** Whether the run is long enough for what is said about how well networks learn. */
  readonly isLong: boolean;
}

/** Trains from all beginnings; the last losses that the result keeps, or null where it was stopped. */
export async function showBeginnings(context: Context, training: Training, hidden: number) {
  const { report, signal } = context;
  const { dataset, labelled, test, epochs, seeds } = training;
  const courses: Courses = { zeros: [], constant: [], small: [], xavier: [], he: [], pretrained: [] };
  const restoredErrors: number[] = [];
  let largestOfZeros = 0;
  for (const seed of seeds) {
    for (const beginning of all) {
      torch.manualSeed(seed);
      const net = mlp([labelled.X.shape[1]!, hidden, 10]);
      if (beginning === "pretrained") {
        const { encoder, restored, error } = await pretrain(labelled.X, test.X, hidden, 5);
        initialized(net, ways.small);
        net[0]!.loadStateDict(encoder.stateDict());
        if (restoredErrors.length === 0) report.figure(restoredFigure(test.X, restored, dataset));
        restoredErrors.push(error);
      } else initialized(net, ways[beginning]);
      courses[beginning].push(await train(net, labelled, test, epochs));
      if (beginning === "zeros") {
        const weights = [net[0]!, net[2]!].map((layer) => (layer as nn.Linear).weight.data);
        largestOfZeros = Math.max(largestOfZeros, ...weights.map((W) => W.abs().max().item()));
      }
      if (signal.aborted) return null;
    }
    const done = restoredErrors.length;
    report.progress({
      label: { en: `seed ${done} of ${seeds.length}`, zh: `种子 ${done}/${seeds.length}` },
      done,
      total: seeds.length,
    });
  }
  showCourses(context, courses, training);
  checkCourses(context, courses, largestOfZeros, training);
  if (training.isLong) {
    const worst = Math.max(...restoredErrors);
    context.check("reconstruction", worst, worst < 0.5);
  }
  return { heLoss: median(lossesOf(courses, "he", -1)), preTrainedLoss: median(lossesOf(courses, "pretrained", -1)) };
}

/** The losses of an epoch, one a seed. */
const lossesOf = (courses: Courses, beginning: Beginning, epoch: number) =>
  courses[beginning].map(({ losses }) => losses.at(epoch)!);

function checkCourses({ check }: Context, courses: Courses, largestOfZeros: number, { isLong }: Training): void {
  const ofZeros = lossesOf(courses, "zeros", -1);
  check(
    "zerosTrained",
    `${largestOfZeros}; ${rangeText(ofZeros)}`,
    largestOfZeros === 0 && ofZeros.every((loss) => within(loss, guessing, 0.02)),
  );
  if (!isLong) return;
  /** By how much the loss of one is above that of the other, at least. */
  const above = (one: Beginning, other: Beginning, epoch: number) => {
    const lower = lossesOf(courses, other, epoch);
    return Math.min(...lossesOf(courses, one, epoch).map((loss, s) => loss - lower[s]!));
  };
  const behind = above("constant", "xavier", -1);
  check("constantTrained", behind, behind >= 0.5);
  const last = Math.max(...(["small", "xavier", "he"] as const).flatMap((name) => lossesOf(courses, name, -1)));
  const lead = Math.min(above("small", "xavier", 0), above("small", "he", 0));
  check(
    "ways",
    {
      en: `${last.toFixed(3)} at most; lower by ${lead.toFixed(3)} or more`,
      zh: `至多 ${last.toFixed(3)}；至少低 ${lead.toFixed(3)}`,
    },
    last < 2 && lead > 0,
  );
  const [first, end] = [above("small", "pretrained", 0), above("small", "pretrained", -1)];
  check(
    "pretraining",
    {
      en: `lower by ${first.toFixed(3)} and by ${end.toFixed(3)} or more`,
      zh: `分别至少低 ${first.toFixed(3)} 与 ${end.toFixed(3)}`,
    },
    first > 0 && end > 0,
  );
}

function showCourses({ report }: Context, courses: Courses, { labelled, epochs, seeds }: Training): void {
  const numbers = Array.from({ length: epochs }, (_, i) => i + 1);
  const medianOf = (beginning: Beginning, epoch: number) => median(lossesOf(courses, beginning, epoch));
  const [images, runs] = [labelled.y.numel(), seeds.length];
  report.figure(
    figureOf(
      "ways",
      [
        {
          xlabel: "epoch",
          ylabel: localize({ en: "training loss", zh: "训练损失" }),
          ylim: [0, 3],
          series: all.map((beginning) => ({
            x: numbers,
            y: numbers.map((_, epoch) => medianOf(beginning, epoch)),
            label: localize(beginnings[beginning].name),
            format: beginnings[beginning].format,
          })),
        },
      ],
      {
        panelSize: [5.5, 3.5],
        caption: localize({
          en: `The same network from six beginnings: ${images} images, medians over ${runs} seeds`,
          zh: `同一网络的六种起点：${images} 张图像，${runs} 个种子的中位数`,
        }),
      },
    ),
  );
  report.table({
    caption: { en: "Six beginnings (medians)", zh: "六种起点（中位数）" },
    columns: [
      { en: "initial weights", zh: "初始权重" },
      { en: "loss, first epoch", zh: "第一轮损失" },
      { en: "loss, last epoch", zh: "最后一轮损失" },
      { en: "test accuracy", zh: "测试精度" },
    ],
    rows: all.map((beginning) => [
      beginnings[beginning].name,
      medianOf(beginning, 0).toFixed(3),
      medianOf(beginning, -1).toFixed(3),
      median(courses[beginning].map(({ accuracy }) => accuracy)).toFixed(3),
    ]),
  });
}

function restoredFigure(X: Tensor, restored: Tensor, { height, width }: ImageDataset) {
  const some = [0, 1, 2, 3, 4, 5].filter((n) => n < X.shape[0]!);
  const picture = (row: Tensor, title: Localized): Picture => ({
    width,
    height,
    title: localize(title),
    pixels: row.toTypedArray(),
  });
  return {
    kind: "images" as const,
    id: "autoencoder",
    caption: localize({
      en: "Test images, and what the autoencoder restores from its code",
      zh: "测试图像，以及自编码器由编码重建的图像",
    }),
    rows: 2,
    columns: some.length,
    scale: 1.25,
    colormap: "gray" as const,
    pictures: [
      ...some.map((n) => picture(X.index(n), { en: "image", zh: "原图" })),
      ...some.map((n) => picture(restored.index(n).clamp(0, 1), { en: "restored", zh: "重建" })),
    ],
  };
}
