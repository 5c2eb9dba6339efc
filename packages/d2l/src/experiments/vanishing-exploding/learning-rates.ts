// F107: learning rates, too small and too large, in single and in half precision.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { count, lineFormats } from "./numbers.js";
import { spirals } from "./spirals.js";

/** How a training ended. */
export interface Ending {
  readonly first: number;
  readonly last: number;
  /** The share of parameters that are not exactly what they were. */
  readonly moved: number;
  /** The norm of the gradient at every step. */
  readonly gradients: readonly number[];
}

/** A small ReLU network trained with every parameter, activation and gradient rounded to its format. */
export function trainRounded(round: (x: Tensor) => Tensor, lr: number, steps: number): Ending {
  const [X, y] = spirals(60);
  const weight = (numIn: number, numOut: number) =>
    new nn.Parameter(round(torch.randn(numIn, numOut).mul(Math.sqrt(2 / numIn))));
  const bias = (numOut: number) => new nn.Parameter(round(torch.randn(numOut).mul(0.1)));
  const [W1, b1] = [weight(2, 16), bias(16)];
  const [W2, b2] = [weight(16, 16), bias(16)];
  const [W3, b3] = [weight(16, 3), bias(3)];
  const params = [W1, b1, W2, b2, W3, b3];
  const net = (X: Tensor) => {
    const H1 = torch.relu(round(X.matmul(W1).add(b1)));
    const H2 = torch.relu(round(H1.matmul(W2).add(b2)));
    return round(H2.matmul(W3).add(b3));
  };
  const loss = new nn.CrossEntropyLoss();
  const begun = params.map((param) => param.data.clone());
  const step = torch.compile((X: Tensor, y: Tensor) => {
    for (const param of params) param.grad = null;
    const l = loss(net(X), y);
    l.backward();
    const norm = nn.utils.getTotalNorm(params.map(({ grad }) => grad!));
    torch.noGrad(() => {
      for (const param of params) param.copy_(round(param.sub(round(param.grad!).mul(lr))));
    });
    return torch.stack([l.detach(), norm]);
  });
  const input = round(X);
  const losses: number[] = [];
  const gradients: number[] = [];
  do {
    const [l, norm] = step(input, y).tolist() as [number, number];
    losses.push(l);
    gradients.push(norm);
  } while (losses.length < steps && Number.isFinite(losses.at(-1)!));
  step.dispose();
  const changed = params.map((param, i) => param.data.ne(begun[i]!).sum().item());
  const total = params.reduce((sum, param) => sum + param.numel(), 0);
  const moved = changed.reduce((a, b) => a + b) / total;
  return { first: losses[0]!, last: losses.at(-1)!, moved, gradients };
}

const rates = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];

const precisions: readonly (readonly [name: string, round: (x: Tensor) => Tensor])[] = [
  ["float32", (x) => x],
  ["float16", (x) => torch.roundToHalf(x)],
];

/** What a precision gave: for each rate one ending a seed. */
interface Sweep {
  readonly name: string;
  readonly endings: readonly (readonly Ending[])[];
}

/** The median of the last loss; infinite where half of the trainings ended in no number. */
const lossOf = (endings: readonly Ending[]) =>
  median(endings.map(({ last }) => (Number.isFinite(last) ? last : Number.POSITIVE_INFINITY)));

const movedOf = (endings: readonly Ending[]) => median(endings.map(({ moved }) => moved));

/** Trains with every rate in both precisions. */
export async function showRates(context: Context, steps: number, seeds: readonly number[]): Promise<void> {
  const { report, signal, check } = context;
  const sweeps: Sweep[] = [];
  for (const [name, round] of precisions) {
    const endings: Ending[][] = [];
    for (const lr of rates) {
      const ofRate: Ending[] = [];
      for (const seed of seeds) {
        torch.manualSeed(seed);
        ofRate.push(trainRounded(round, lr, steps));
        await torch.utils.data.breathe();
        if (signal.aborted) return;
      }
      endings.push(ofRate);
      report.progress({
        label: { en: `learning rate ${lr}, ${name}`, zh: `学习率 ${lr}，${name}` },
        done: sweeps.length * rates.length + endings.length,
        total: precisions.length * rates.length,
      });
    }
    sweeps.push({ name, endings });
  }
  report.figure(ratesFigure(sweeps, steps));
  report.figure(blowUpFigure(sweeps[0]!));

  const at = (lr: number) => sweeps.map(({ endings }) => endings[rates.indexOf(lr)]!);
  const blown = at(100).flat();
  const blownUp = blown.filter(({ first, last }) => !(last <= first)).length;
  check(
    "rates",
    { en: `${blownUp} of ${blown.length} trainings`, zh: `${blown.length} 次训练中的 ${blownUp} 次` },
    blownUp === blown.length,
  );
  const growth = (lr: number) => at(lr)[0]!.map(({ gradients }) => gradients[2]! / gradients[0]!);
  const [grown, calm] = [Math.min(...growth(100)), Math.max(...growth(0.1))];
  check("blowUp", `lr = 100: ${short(grown)}, lr = 0.1: ${short(calm)}`, grown > 1e4 && calm < 2);
  if (steps >= 200) {
    const better = count(precisions.length).map((p) => Math.min(...[0.1, 1].map((lr) => lossOf(at(lr)[p]!))));
    check(
      "window",
      better.map((loss, p) => `${precisions[p]![0]}: ${short(loss)}`).join(", "),
      better.every((loss) => loss < 0.5),
    );
  }
  const [single, half] = at(1e-5).map((endings) => endings.map(({ moved }) => moved));
  const [least, most] = [Math.min(...single!), Math.max(...half!)];
  check("stalled", `float16: ${most.toFixed(3)}, float32: ${least.toFixed(3)}`, most < 0.2 && least > 0.5);
}

/** Gradients of the first steps with the first seed, for rates that are right and rates that are too large. */
function blowUpFigure({ endings }: Sweep) {
  const series = [0.1, 1, 10, 100].map((lr, i) => {
    const norms = endings[rates.indexOf(lr)]![0]!.gradients.slice(0, 5);
    return {
      x: norms.map((_, t) => t + 1),
      y: norms.map((norm) => (Number.isFinite(norm) ? norm : null)),
      label: `lr ${lr}`,
      format: lineFormats[i]!,
    };
  });
  const panel = {
    xlabel: localize({ en: "step", zh: "步" }),
    ylabel: localize({ en: "norm of the gradient", zh: "梯度的范数" }),
    yscale: "log" as const,
    series,
  };
  return figureOf("blow-up", [panel], {
    panelSize: [4.5, 3],
    caption: localize({
      en: "Too large a rate makes larger parameters, these larger gradients, and these larger parameters yet (float32)",
      zh: "学习率过大使参数变大，参数变大使梯度变大，梯度又使参数更大（float32）",
    }),
  });
}

function ratesFigure(sweeps: readonly Sweep[], steps: number) {
  const curves = (of: (endings: readonly Ending[]) => number) =>
    sweeps.map(({ name, endings }, i) => ({
      x: rates,
      y: endings.map(of).map((value) => (Number.isFinite(value) ? value : null)),
      label: name,
      format: lineFormats[i]!,
    }));
  const axis = { xlabel: localize({ en: "learning rate", zh: "学习率" }), xscale: "log" } as const;
  const panels = [
    {
      ...axis,
      title: localize({ en: `after ${steps} steps`, zh: `${steps} 步之后` }),
      ylabel: "loss",
      yscale: "log" as const,
      series: curves(lossOf),
    },
    {
      ...axis,
      title: localize({ en: "parameters that moved", zh: "发生变化的参数" }),
      ylabel: localize({ en: "share", zh: "比例" }),
      ylim: [0, 1.05] as const,
      series: curves(movedOf),
    },
  ];
  return figureOf("rates", panels, {
    panelSize: [4, 3],
    caption: localize({
      en: "A small ReLU network by learning rate (medians); where a line ends, the loss is no longer a number",
      zh: "小型 ReLU 网络随学习率的结果（中位数）；线中断处，损失已不是数",
    }),
  });
}
