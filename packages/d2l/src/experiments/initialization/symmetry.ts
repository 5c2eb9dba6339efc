// Hidden units that begin equal: what keeps them so, and what does not.
import * as torch from "torchlet";
import { type Localized, localize, nn, type Tensor } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { dropoutLayer } from "../../toolkit/dropout.js";
import { figureOf } from "../../visualize/index.js";
import { maxDifference } from "../measured.js";
import { withSeeds } from "../seeds.js";
import type { Context } from "./claims.js";

/** The largest difference between slices of a tensor along a dimension. */
export function spread(W: Tensor, dim: number): number {
  return W.data.amax(dim).sub(W.data.amin(dim)).abs().max().item();
}

/** What became of hidden units that began with equal weights. */
export interface Symmetry {
  /** The largest difference between units: in their weights after training, in outputs and gradients of the last step. */
  readonly spread: number;
  /** How far the first layer's weights have gone. */
  readonly moved: number;
  readonly W1: Tensor;
}

/** How a network of equal units is made and trained. */
export interface SymmetryOptions {
  /** What all weights begin with. Default: 0.5. */
  readonly value?: number;
  /** Default: tanh. */
  readonly activation?: (x: Tensor) => Tensor;
  /** Default: 0. */
  readonly dropout?: number;
  /** Default: 8. */
  readonly numHiddens?: number;
  /** Default: 200. */
  readonly steps?: number;
}

/** A network with one hidden layer whose weights are all the same number, trained by SGD. */
export function trainConstant(options: SymmetryOptions = {}): Symmetry {
  const { value = 0.5, activation = torch.tanh, dropout = 0, numHiddens = 8, steps = 200 } = options;
  const [numInputs, numOutputs] = [4, 3];
  const X = torch.randn(64, numInputs);
  const y = torch.randint(0, numOutputs, [64]).to(torch.int32);
  const W1 = new nn.Parameter(torch.zeros(numInputs, numHiddens).fill_(value));
  const b1 = new nn.Parameter(torch.zeros(numHiddens));
  const W2 = new nn.Parameter(torch.zeros(numHiddens, numOutputs).fill_(value));
  const b2 = new nn.Parameter(torch.zeros(numOutputs));
  let H = X;
  const net = (X: Tensor) => {
    H = dropoutLayer(activation(X.matmul(W1).add(b1)), dropout);
    return H.matmul(W2).add(b2);
  };
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD([W1, b1, W2, b2], { lr: 0.1 });
  for (let i = 0; i < steps; i++) {
    updater.zeroGrad();
    loss(net(X), y).backward();
    updater.step();
  }
  const ofUnits = [spread(H, 1), spread(W1, 1), spread(W1.grad!, 1), spread(b1, 0), spread(b1.grad!, 0)];
  return {
    spread: Math.max(...ofUnits, spread(W2, 0), spread(W2.grad!, 0)),
    moved: W1.data.sub(value).abs().max().item(),
    W1: W1.data,
  };
}

/** A convolution whose kernels are all the same number, trained a little. */
export function trainConstantChannels(): Omit<Symmetry, "W1"> {
  const conv = new nn.Conv2d(1, 4, 3);
  const head = new nn.Linear(4 * 36, 3);
  for (const param of [...conv.parameters(), ...head.parameters()]) nn.init.constant_(param, 0.1);
  const net = new nn.Sequential(conv, new nn.ReLU(), new nn.Flatten(), head);
  const X = torch.randn(32, 1, 8, 8);
  const y = torch.randint(0, 3, [32]).to(torch.int32);
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.01 });
  for (let i = 0; i < 50; i++) {
    updater.zeroGrad();
    loss(net(X), y).backward();
    updater.step();
  }
  return { spread: spread(conv.weight, 0), moved: conv.weight.data.sub(0.1).abs().max().item() };
}

/** By how much outputs differ when hidden units are exchanged: with their weights on both sides, and on one side only. */
export function permuted(): { bothSides: number; oneSide: number } {
  const net = new nn.Sequential(new nn.Linear(6, 20), new nn.Tanh(), new nn.Linear(20, 3));
  const [first, , last] = [...net] as [nn.Linear, nn.Module, nn.Linear];
  const X = torch.randn(50, 6);
  return torch.noGrad(() => {
    const before = net(X);
    const order = torch.randperm(20);
    first.weight.copy_(first.weight.indexSelect(0, order));
    first.bias!.copy_(first.bias!.indexSelect(0, order));
    const oneSide = maxDifference(net(X), before);
    last.weight.copy_(last.weight.indexSelect(1, order));
    return { bothSides: maxDifference(net(X), before), oneSide };
  });
}

/** Units that begin equal: fully connected, with dropout, as channels; and what exchanging units changes. */
export function showSymmetry({ report, check }: Context, seeds: readonly number[]): void {
  const equal = withSeeds(seeds, () => trainConstant());
  const fromZeros = withSeeds(seeds, () => trainConstant({ value: 0, activation: torch.sigmoid }));
  const broken = withSeeds(seeds, () => trainConstant({ dropout: 0.5 }));
  report.figure(symmetryFigure(equal[0]!.W1, broken[0]!.W1));

  const stayed = ofAll([...equal, ...fromZeros]);
  check("constant", spreadText(stayed), stayed.spread === 0 && stayed.moved > 1e-3);
  const apart = Math.min(...broken.map(({ W1 }) => spread(W1, 1)));
  check("dropout", apart, apart > 1e-3);
  const channels = ofAll(withSeeds(seeds, trainConstantChannels));
  check("channels", spreadText(channels), channels.spread === 0 && channels.moved > 1e-4);
  const exchanged = withSeeds(seeds, permuted);
  const both = Math.max(...exchanged.map(({ bothSides }) => bothSides));
  const one = Math.min(...exchanged.map(({ oneSide }) => oneSide));
  check("permutation", `${both.toExponential(1)}; ${one.toPrecision(2)}`, both < 1e-5 && one > 0.01);
}

type Ends = Omit<Symmetry, "W1">;

/** The largest spread, and the least that any has moved. */
const ofAll = (runs: readonly Ends[]): Ends => ({
  spread: Math.max(...runs.map((run) => run.spread)),
  moved: Math.min(...runs.map((run) => run.moved)),
});

const spreadText = ({ spread, moved }: Ends) => ({
  en: `differ by ${spread}; moved by ${moved.toPrecision(2)} or more`,
  zh: `相差 ${spread}；至少变化 ${moved.toPrecision(2)}`,
});

function symmetryFigure(equal: Tensor, broken: Tensor) {
  const limits = [Math.min(equal.min().item(), broken.min().item()), Math.max(equal.max().item(), broken.max().item())];
  const panel = (W1: Tensor, title: Localized): Panel => {
    const [inputs, units] = W1.shape as [number, number];
    const [x, y] = [[0.5, units + 0.5] as const, [0.5, inputs + 0.5] as const];
    return {
      title: localize(title),
      xlabel: localize({ en: "hidden unit", zh: "隐藏单元" }),
      ylabel: localize({ en: "input", zh: "输入" }),
      series: [],
      xlim: x,
      ylim: y,
      marks: [{ kind: "field", x, y, columns: units, rows: inputs, values: W1.toTypedArray(), style: "cells" }],
      colorbar: { label: "W1", limits: limits as [number, number] },
    };
  };
  const panels = [
    panel(equal, { en: "SGD", zh: "SGD" }),
    panel(broken, { en: "SGD with dropout 0.5", zh: "SGD，丢弃率 0.5" }),
  ];
  return figureOf("symmetry", panels, {
    panelSize: [4, 2.5],
    caption: localize({
      en: "The weights of the hidden units after 200 steps, all of them 0.5 at the beginning",
      zh: "隐藏单元的权重：开始时均为 0.5，200 步之后",
    }),
  });
}
