// How much of a gradient passes through a stack of layers: plain ones, residual ones, normalized ones, well initialized ones.
import * as torch from "torchlet";
import { type Localized, localize, nn, type Tensor } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { withSeeds } from "../seeds.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { highest, isWithin, level, lowest, rangeOf } from "./range.js";

/** A layer: what it makes of h. */
export type Layer = (h: Tensor) => Tensor;

/** Makes a new layer of a width, with weights of its own. */
export type MakeLayer = (width: number) => Layer;

function linear(width: number, init?: (W: Tensor) => Tensor): nn.Linear {
  const layer = new nn.Linear(width, width);
  if (init !== undefined) {
    init(layer.weight);
    nn.init.zeros_(layer.bias!);
  }
  return layer;
}

const activations = {
  sigmoid: (x: Tensor) => torch.sigmoid(x),
  tanh: (x: Tensor) => torch.tanh(x),
  relu: (x: Tensor) => torch.relu(x),
};
type Activation = keyof typeof activations;

/** h -> σ(W h + b) */
export function plain(activation: Activation, init?: (W: Tensor) => Tensor): MakeLayer {
  return (width) => {
    const f = linear(width, init);
    return (h) => activations[activation](f(h));
  };
}

/** h -> h + σ(W h + b): what is multiplied is 1 + f', no longer f'. */
export function residual(activation: Activation): MakeLayer {
  return (width) => {
    const f = plain(activation)(width);
    return (h) => h.add(f(h));
  };
}

/** h -> σ(normalize(W h + b)), each sample to mean 0 and variance 1. */
export function normalized(activation: Activation, std: number): MakeLayer {
  return (width) => {
    const f = linear(width, (W) => nn.init.normal_(W, 0, std));
    // Single precision shall not decide: 50 layers of standard deviation 0.01 have variances near the usual eps.
    const norm = new nn.LayerNorm(width, { eps: 1e-12 });
    return (h) => activations[activation](norm(f(h)));
  };
}

/** The norm of the gradient at the input over that at the output. */
export function passed(make: MakeLayer, depth: number, width = 64, batch = 32): number {
  const x = torch.randn(batch, width, { requiresGrad: true });
  let h: Tensor = x;
  for (let i = 0; i < depth; i++) h = make(width)(h);
  const gradient = torch.randn(h.shape);
  h.backward(gradient);
  return x.grad!.norm().item() / gradient.norm().item();
}

const xavier = (W: Tensor) => nn.init.xavierNormal_(W);
const he = (W: Tensor) => nn.init.kaimingNormal_(W, { nonlinearity: "relu" });

/** A kind of stack: how its layers are made, and how its line is drawn. */
interface Stack {
  readonly name: Localized;
  readonly make: MakeLayer;
  readonly format: string;
}

const stacks = {
  sigmoid: { name: { en: "plain sigmoid", zh: "普通 sigmoid" }, make: plain("sigmoid"), format: "r:" },
  tanh: { name: { en: "plain tanh", zh: "普通 tanh" }, make: plain("tanh"), format: "m--" },
  relu: { name: { en: "plain relu", zh: "普通 relu" }, make: plain("relu"), format: "g-." },
  residualSigmoid: { name: { en: "residual sigmoid", zh: "残差 sigmoid" }, make: residual("sigmoid"), format: "r:" },
  residualTanh: { name: { en: "residual tanh", zh: "残差 tanh" }, make: residual("tanh"), format: "m--" },
  normalized: {
    name: { en: "layer norm, relu", zh: "层归一化，relu" },
    make: normalized("relu", 0.1),
    format: "b-",
  },
  xavier: { name: { en: "Xavier, tanh", zh: "Xavier，tanh" }, make: plain("tanh", xavier), format: "C4-" },
  he: { name: { en: "He, relu", zh: "He，relu" }, make: plain("relu", he), format: "g-." },
} satisfies Record<string, Stack>;

type StackName = keyof typeof stacks;
const plainStacks = ["sigmoid", "tanh", "relu"] as const;
const stabilizedStacks = ["residualSigmoid", "residualTanh", "normalized", "xavier", "he"] as const;
const stackNames: readonly StackName[] = [...plainStacks, ...stabilizedStacks];

/** What passed through each stack: by depth, then by seed. */
type Passed = Record<StackName, readonly (readonly number[])[]>;

/** Gradients by depth. */
export async function showDepth(context: Context, depth: number, seeds: readonly number[]): Promise<void> {
  const { report, signal, check } = context;
  const depths = [5, 10, 20, 50].filter((d) => d < depth).concat(depth);
  const through: Partial<Record<StackName, number[][]>> = {};
  for (const [i, name] of stackNames.entries()) {
    through[name] = depths.map((d) => withSeeds(seeds, () => passed(stacks[name].make, d)));
    report.progress({ label: stacks[name].name, done: i + 1, total: stackNames.length });
    await torch.utils.data.breathe();
    if (signal.aborted) return;
  }
  const all = through as Passed;
  report.figure(depthFigure(all, depths));
  report.table({
    caption: { en: "Gradient at the input over that at the output (median)", zh: "输入处与输出处梯度之比（中位数）" },
    columns: [
      { en: "layers", zh: "层" },
      ...depths.map((d) => ({ en: `${d} deep`, zh: `${d} 层` })),
      { en: "in range", zh: "在范围内" },
    ],
    rows: stackNames.map((name) => [
      stacks[name].name,
      ...all[name].map((runs) => short(median(runs), 2)),
      all[name].every(isWithin) ? "✓" : "✗",
    ]),
  });

  const at50 = depths.indexOf(50);
  if (at50 >= 0) {
    const lost = plainStacks.flatMap((name) => all[name][at50]!);
    check("plain", rangeOf(lost), Math.max(...lost) < lowest);
  }
  if (depth === 100) {
    const sums = [...all.residualSigmoid, ...all.residualTanh].flat();
    check("residual", rangeOf(sums), isWithin(sums));
    const fitting = [...all.xavier, ...all.he].flat();
    check("initialized", rangeOf(fitting), isWithin(fitting));
  }
  const everySize = [0.01, 0.1, 1, 10].flatMap((std) => withSeeds(seeds, () => passed(normalized("relu", std), 50)));
  check("normalized", rangeOf(everySize), isWithin(everySize));
}

function depthFigure(through: Passed, depths: readonly number[]) {
  const panel = (title: Localized, ylim: readonly [number, number], names: readonly StackName[]): Panel => ({
    title: localize(title),
    xlabel: localize({ en: "layers", zh: "层数" }),
    ylabel: localize({ en: "gradient at input / at output", zh: "输入处 / 输出处的梯度" }),
    yscale: "log",
    ylim,
    series: [
      ...names.map((name) => ({
        x: depths,
        y: through[name].map(median),
        label: localize(stacks[name].name),
        format: stacks[name].format,
      })),
      level(lowest, depths),
      level(highest, depths),
    ],
  });
  const panels = [
    panel({ en: "plain layers", zh: "普通层" }, [1e-30, 1e4], plainStacks),
    panel({ en: "stabilized", zh: "稳定后" }, [1e-7, 1e4], stabilizedStacks),
  ];
  return figureOf("depth", panels, {
    columns: 1,
    panelSize: [6, 3.25],
    caption: localize({
      en: "How much of a gradient passes through a stack of layers (black lines: 1e-6 and 1e3)",
      zh: "梯度通过多层后剩余多少（黑线：1e-6 与 1e3）",
    }),
  });
}
