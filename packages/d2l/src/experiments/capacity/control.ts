// F56: a large model brought under control.
import { localize, type nn } from "torchlet";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as curves from "./curve-fitting.js";
import { named, pair, type Tools } from "./tools.js";

/** F56: a small network, a large one, and the large one under weight decay. */
export async function control(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const decays = [1e-4, 1e-3, 1e-2, 1e-1];
  const runs = await eachSeed(tools, { en: "a large network under control", zh: "受控的大网络" }, () => {
    const [train, validation, test] = [curves.drawComplex(40), curves.drawComplex(200), curves.drawComplex(1000)];
    const trained = (net: nn.Sequential, weightDecay = 0) => {
      curves.fit(net, train, 300, weightDecay);
      return {
        train: curves.errorOf(net, train),
        validation: curves.errorOf(net, validation),
        test: curves.errorOf(net, test),
      };
    };
    const small = trained(curves.makeSmall());
    const large = trained(curves.makeLarge());
    const decayed = decays.map((decay) => trained(curves.makeLarge(), decay));
    const chosen = decayed.reduce((best, run) => (run.validation < best.validation ? run : best));
    return { small, large, decayed, chosen };
  });
  if (signal.aborted) return;
  const medians = (pick: (run: (typeof runs)[number]) => { train: number; test: number }) => ({
    train: median(runs.map((run) => pick(run).train)),
    test: median(runs.map((run) => pick(run).test)),
  });
  const [small, large, chosen] = [
    medians((run) => run.small),
    medians((run) => run.large),
    medians((run) => run.chosen),
  ];
  const along = decays.map((_, i) => medians((run) => run.decayed[i]!));
  const ends = [decays[0]!, decays.at(-1)!];
  report.figure({
    kind: "plot",
    id: "control",
    caption: localize({
      en: "First large, then controlled: 40 samples of a wave, networks of 3 and of 24 + 24 units",
      zh: "先大后控：波形的 40 个样本，3 个单元与 24 + 24 个单元的网络",
    }),
    figsize: [5, 3.25],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "weight decay of the large network", zh: "大网络的权重衰减" }),
        ylabel: named("squaredError"),
        ylim: [0.05, 10],
        xscale: "log",
        yscale: "log",
        series: [
          {
            x: decays,
            y: along.map(({ train }) => train),
            label: localize({ en: "large, training", zh: "大网络，训练" }),
            format: "-",
          },
          {
            x: decays,
            y: along.map(({ test }) => test),
            label: localize({ en: "large, test", zh: "大网络，测试" }),
            format: "m--",
          },
          {
            x: ends,
            y: [small.test, small.test],
            label: localize({ en: "small, test", zh: "小网络，测试" }),
            format: "g-.",
          },
          {
            x: ends,
            y: [large.test, large.test],
            label: localize({ en: "large without decay, test", zh: "大网络不衰退，测试" }),
            format: "r:",
          },
        ],
      },
    ],
  });
  check(
    "control",
    {
      en: `controlled ${chosen.test.toFixed(3)}, small ${small.test.toFixed(3)}, large ${large.test.toFixed(3)}`,
      zh: `受控 ${chosen.test.toFixed(3)}，小网络 ${small.test.toFixed(3)}，大网络 ${large.test.toFixed(3)}`,
    },
    chosen.test < small.test && chosen.test < large.test,
  );
  check(
    "accepted",
    pair("training", chosen.train.toFixed(3), "test", chosen.test.toFixed(3)),
    chosen.train < chosen.test,
  );
}
