// Early stopping: a network learns what is right first, and false labels by heart only later.
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as pictures from "./pictures.js";
import { named, type Tools } from "./tools.js";

/**
 * Early stopping: the epoch (from 0) with the lowest validation error so far, when that has not fallen by more than `epsilon` for `patience`
 * epochs; the lowest of all where that never happens.
 */
export function stopAt(errors: readonly number[], patience: number, epsilon: number): number {
  let best = 0;
  for (const [epoch, error] of errors.entries()) {
    if (error < errors[best]! - epsilon) best = epoch;
    else if (epoch - best >= patience) break;
  }
  return best;
}

/** What is measured after each epoch. */
interface Epoch {
  /** Shares of the right and of the false labels that the network gives. */
  readonly right: number;
  readonly wrong: number;
  readonly validation: number;
  readonly test: number;
}

export async function labelNoise(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const dataset = await tools.fashionMnist();
  const source = pictures.pictureSource(dataset);
  const [n, share, epochs, patience, epsilon] = [1000, 0.4, 25, 5, 0.002];
  /** A share of the labels are others, drawn at random. */
  const spoil = ({ X, y }: pictures.Pictures, spoiled: number) => {
    const wrong = torch.rand(y.shape[0]!).lt(spoiled);
    const other = y.add(torch.randint(1, 10, [y.shape[0]!])).remainder(10);
    return { X, y: torch.where(wrong, other, y).to(torch.int32), wrong };
  };
  const train = (spoiled: number, name: { en: string; zh: string }) =>
    eachSeed(tools, name, async () => {
      const samples = spoil(source.train(n), spoiled);
      const [validation, test] = [spoil(source.train(500), spoiled), source.test(500)];
      const net = pictures.makeMlp(784, 128);
      const history: Epoch[] = [];
      await pictures.train(net, samples, (epochs * n) / 50, 50, () => {
        const given = torch.noGrad(() => net(samples.X).argmax(1).eq(samples.y));
        const shareOf = (chosen: torch.Tensor) => given.index(chosen).to(torch.float32).mean().item();
        history.push({
          right: shareOf(samples.wrong.logicalNot()),
          wrong: spoiled === 0 ? 0 : shareOf(samples.wrong),
          validation: pictures.errorOf(net, validation),
          test: pictures.errorOf(net, test),
        });
      });
      return history;
    });
  const noisy = await train(share, { en: "false labels", zh: "错误标签" });
  const clean = await train(0, { en: "right labels alone", zh: "全部标签正确" });
  if (signal.aborted) return;

  const stops = (runs: readonly Epoch[][]) =>
    runs.map((run) =>
      stopAt(
        run.map(({ validation }) => validation),
        patience,
        epsilon,
      ),
    );
  const along = (runs: readonly Epoch[][], key: keyof Epoch) =>
    Array.from({ length: epochs }, (_, epoch) => median(runs.map((run) => run[epoch]![key])));
  const x = Array.from({ length: epochs }, (_, epoch) => epoch + 1);
  const stopped = { noisy: stops(noisy), clean: stops(clean) };
  const errors = (name: keyof typeof stopped, runs: readonly Epoch[][], title: string): Panel => ({
    title,
    xlabel: "epoch",
    ylabel: named("error"),
    ylim: [0, 0.7],
    series: [
      { x, y: along(runs, "validation"), label: named("validation"), format: "-" },
      { x, y: along(runs, "test"), label: named("test"), format: "m--" },
      {
        x: new Array(2).fill(median(stopped[name]) + 1),
        y: [0, 0.7],
        label: localize({ en: "early stopping", zh: "早停" }),
        format: "k:",
      },
    ],
  });
  report.figure(
    figureOf(
      "label-noise",
      [
        {
          title: localize({ en: "40 % of the labels false", zh: "40 % 的标签错误" }),
          xlabel: "epoch",
          ylabel: localize({ en: "share of labels given", zh: "给出该标签的比例" }),
          ylim: [0, 1.05],
          series: [
            { x, y: along(noisy, "right"), label: localize({ en: "right labels", zh: "正确标签" }), format: "-" },
            { x, y: along(noisy, "wrong"), label: localize({ en: "false labels", zh: "错误标签" }), format: "r:" },
          ],
        },
        errors("noisy", noisy, localize({ en: "40 % false: errors", zh: "40 % 错误：误差" })),
        errors("clean", clean, localize({ en: "all right: errors", zh: "全部正确：误差" })),
      ],
      {
        caption: localize({
          en: "A network fits right labels first and false ones later: stopping in between helps. Where all labels are right it hardly matters.",
          zh: "网络先拟合正确标签，后拟合错误标签：在中间停下有好处；标签全部正确时则几乎没有差别。",
        }),
      },
    ),
  );
  // How soon what is learned depends on the pictures: drawn ones are another matter.
  if (dataset.name !== "fashion-mnist") return;
  // When four fifths of the right labels are fitted.
  const behind = noisy.map((run) => run.find(({ right }) => right >= 0.8)?.wrong ?? Number.NaN);
  const atEnd = along(noisy, "wrong").at(-1)!;
  check(
    "cleanFirst",
    `${Math.max(...behind).toFixed(3)}; ${atEnd.toFixed(2)}`,
    behind.every((wrong) => wrong <= 0.15) && atEnd > 0.3,
  );
  if (tools.seeds < 5) return;
  const gains = (runs: readonly Epoch[][], at: readonly number[]) =>
    runs.map((run, s) => run.at(-1)!.test - run[at[s]!]!.test);
  const [helped, hardly] = [median(gains(noisy, stopped.noisy)), median(gains(clean, stopped.clean))];
  check("earlyStopping", `${helped.toFixed(3)}; ${hardly.toFixed(3)}`, helped >= 0.05 && Math.abs(hardly) <= 0.03);
}
