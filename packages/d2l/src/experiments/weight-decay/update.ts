// F79: the penalty's gradient is lambda w, so that each step first shrinks the weights; and what happens when it shrinks too much.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import * as visualize from "../../visualize/index.js";
import { makeSetting } from "./book.js";
import type { Part } from "./part.js";
import { meanLoss } from "./ridge.js";

/** The weights after each of some full-batch steps; `penalized` adds the penalty to the loss. */
function walk(
  [X, y]: readonly [Tensor, Tensor],
  start: Tensor,
  make: (w: Tensor) => { step(): void; zeroGrad(): void },
  { steps, penalized = 0 }: { readonly steps: number; readonly penalized?: number },
): Tensor[] {
  const w = start.clone().requiresGrad_(true);
  const optimizer = make(w);
  const trail = [start];
  for (let t = 0; t < steps; t++) {
    optimizer.zeroGrad();
    const l = meanLoss(X, y, w, 0);
    (penalized === 0
      ? l
      : l.add(
          w
            .square()
            .sum()
            .mul(penalized / 2),
        )
    ).backward();
    optimizer.step();
    trail.push(w.detach().clone());
  }
  return trail;
}

const apart = (a: readonly Tensor[], b: readonly Tensor[]) =>
  Math.max(...a.map((w, t) => w.sub(b[t]!).abs().max().item()));

export const update: Part = async ({ report, check }, { lr, lambd, numInputs, nTrain }) => {
  // In double precision, so that nothing but the rule makes a difference.
  const X = makeSetting({ nTrain, numInputs, batchSize: nTrain, numEpochs: 1, lr }).X.to(torch.float64);
  const y = X.matmul(torch.ones(numInputs, 1, { dtype: torch.float64 }).mul(0.01)).add(0.05);
  const start = torch.randn(numInputs, 1, { dtype: torch.float64 });
  const data = [X, y] as const;
  const { SGD, Adam, AdamW } = torch.optim;
  const [lambda, eta] = [lambd, lr];

  const byOptimizer = walk(data, start, (w) => new SGD([w], { lr: eta, weightDecay: lambda }), { steps: 100 });
  const byPenalty = walk(data, start, (w) => new SGD([w], { lr: eta }), { steps: 100, penalized: lambda });
  const byFormula = walk(
    data,
    start,
    (w) => ({
      zeroGrad: () => {
        w.grad = null;
      },
      // w <- (1 - eta lambda) w - eta gradient
      step: () => torch.noGrad(() => w.mul_(1 - eta * lambda).sub_(w.grad!, { alpha: eta })),
    }),
    { steps: 100 },
  );
  const [formula, penalty] = [apart(byOptimizer, byFormula), apart(byOptimizer, byPenalty)];
  check("update", Math.max(formula, penalty), Math.max(formula, penalty) < 4e-9);

  const adam = walk(data, start, (w) => new Adam([w], { lr: eta, weightDecay: lambda }), { steps: 100 });
  const adamPenalty = walk(data, start, (w) => new Adam([w], { lr: eta }), { steps: 100, penalized: lambda });
  const adamW = walk(data, start, (w) => new AdamW([w], { lr: eta, weightDecay: lambda }), { steps: 100 });
  const [same, other] = [apart(adam, adamPenalty), apart(adam, adamW)];
  check("adam", `${same.toExponential(1)}, ${other.toFixed(2)}`, same < 1e-4 && other > 0.1);

  const factors = [0.1, 0.9, 1.5, 1.9, 2.1];
  const norms = factors.map((factor) =>
    walk(data, start, (w) => new SGD([w], { lr: eta, weightDecay: factor / eta }), { steps: 50 }).map((w) =>
      w.norm().item(),
    ),
  );
  const ends = norms.map((trail) => trail.at(-1)! / trail[0]!);
  check("diverges", `${ends[3]!.toExponential(1)}, ${ends[4]!.toFixed(0)}`, ends[3]! < 0.1 && ends[4]! > 10);
  const formats = ["C0-", "C1--", "C2-.", "C4:", "C3-"];
  report.figure(
    visualize.figureOf(
      "update",
      [
        {
          xlabel: localize({ en: "step", zh: "步" }),
          ylabel: "‖w‖",
          yscale: "log",
          xlim: [0, 50],
          ylim: [5e-4, 1e6],
          series: factors.map((factor, k) => ({
            x: norms[k]!.map((_, t) => t),
            y: norms[k]!,
            label: `ηλ = ${factor}`,
            format: formats[k]!,
          })),
        },
      ],
      {
        caption: localize({
          en: "Each step multiplies the weights by 1 - ηλ. Below 1 they shrink; between 1 and 2 they change sign in every step and shrink all the same; above 2 they grow without end.",
          zh: "每步把权重乘以 1 - ηλ。ηλ 小于 1 时权重收缩；在 1 与 2 之间每步变号但仍收缩；超过 2 则无限增大。",
        }),
        panelSize: [6, 3],
      },
    ),
  );
};
