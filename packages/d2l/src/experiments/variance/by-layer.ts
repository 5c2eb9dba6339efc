// Layer by layer: standard deviations and histograms of activations, standard deviations of gradients.
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf, histogram } from "../../visualize/index.js";
import { withSeeds } from "../seeds.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { isReferenceSize, type Size } from "./fifty-layers.js";
import {
  type Activation,
  activationNames,
  deepNet,
  type Initializer,
  type Recorded,
  recorded,
  titles,
} from "./layers.js";

const formats: Record<Activation, string> = {
  linear: "-",
  tanh: "m--",
  relu: "g-.",
  sigmoid: "r:",
  "4 sigmoid - 2": "C4-",
};

/** Draws what a recorder sees in networks of all activations; false where it was stopped. */
export async function showByLayer(context: Context, size: Size, seeds: readonly number[]): Promise<boolean> {
  const { report, signal, check } = context;
  const { depth, width, batch } = size;
  const record = (init: Initializer, name: Activation) =>
    recorded(deepNet(depth, width, init, name), torch.randn(batch, width));
  const panels: Panel[] = [];
  for (const init of ["Xavier", "He"] as const) {
    const runs: [Activation, Recorded][] = [];
    for (const name of activationNames) {
      torch.manualSeed(seeds[0]!);
      runs.push([name, record(init, name)]);
      await torch.utils.data.breathe();
      if (signal.aborted) return false;
    }
    panels.push(...layerPanels(init, runs));
  }
  report.figure(
    figureOf("layers", panels, {
      columns: 2,
      panelSize: [4.5, 3.25],
      caption: localize({
        en: "Layer by layer: activations on their way forward, gradients on their way back",
        zh: "逐层的标准差：前向的激活值与反向的梯度",
      }),
    }),
  );
  if (isReferenceSize(size)) {
    const linear = withSeeds(seeds, () => record("Xavier", "linear"));
    const drift = Math.max(...linear.flatMap(({ mean }) => mean.map(Math.abs)));
    const spreads = linear.flatMap(({ std, gradient }) => [...std, ...gradient]);
    const [low, high] = [Math.min(...spreads), Math.max(...spreads)];
    check(
      "constant",
      {
        en: `|mean| up to ${short(drift)}; ${short(low)} to ${short(high)}`,
        zh: `|均值| 至多 ${short(drift)}；${short(low)} 至 ${short(high)}`,
      },
      drift < 0.05 && low > 0.6 && high < 1.6,
    );
  }
  report.figure(histogramsFigure(size, seeds[0]!));
  return true;
}

function layerPanels(init: Initializer, runs: readonly (readonly [Activation, Recorded])[]): Panel[] {
  const kinds = [
    ["std", { en: "std of activations", zh: "激活值的标准差" }],
    ["gradient", { en: "std of gradients", zh: "梯度的标准差" }],
  ] as const;
  return kinds.map(([kind, ylabel]) => ({
    title: localize(titles[init]),
    xlabel: localize({ en: "layer", zh: "层" }),
    ylabel: localize(ylabel),
    yscale: "log",
    series: runs.map(([name, run]) => ({
      x: run[kind].map((_, layer) => layer + 1),
      y: run[kind],
      label: localize(titles[name]),
      format: formats[name],
    })),
  }));
}

function histogramsFigure({ depth, width, batch }: Size, seed: number) {
  const panels = [1, Math.min(10, depth)].flatMap((layer) =>
    (["std 0.01", "std 1", "Xavier"] as const).map((init) => {
      torch.manualSeed(seed);
      const h = torch.noGrad(() => deepNet(layer, width, init, "tanh")(torch.randn(batch, width)));
      return histogram(h, {
        title: localize({ en: `${titles[init].en}, layer ${layer}`, zh: `${titles[init].zh}，第 ${layer} 层` }),
        range: [-1, 1],
        xlabel: localize({ en: "tanh activation", zh: "tanh 激活值" }),
        ylabel: localize({ en: "count", zh: "个数" }),
      });
    }),
  );
  return figureOf("histograms", panels, {
    columns: 3,
    panelSize: [2.75, 2.25],
    caption: localize({
      en: "Activations of tanh: all at 0, all saturated, or spread out",
      zh: "tanh 的激活值：全在 0 处、全部饱和、或充分散开",
    }),
  });
}
