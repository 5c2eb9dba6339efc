// Loss surfaces: convex ones, where the beginning does not matter, and that of a small network around its optimum.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { withSeeds } from "../seeds.js";
import { spirals } from "../vanishing-exploding/spirals.js";
import type { Context } from "./claims.js";

/** The losses before and after a descent. */
interface Descent {
  readonly first: number;
  readonly last: number;
}

/** Gradient descent on a function of W, from a beginning. */
function descend(begin: Tensor, lossOf: (W: Tensor) => Tensor, lr: number, steps: number): Descent {
  const W = new nn.Parameter(begin);
  const updater = new torch.optim.SGD([W], { lr });
  const step = torch.compile(() => {
    updater.zeroGrad();
    const l = lossOf(W);
    l.backward();
    updater.step();
    return l;
  });
  const first = step().item();
  for (let i = 1; i < steps; i++) step();
  step.dispose();
  return { first, last: lossOf(W).item() };
}

/** Linear and softmax regression from zeros, from equal and from random weights. */
export function convexDescents(): { linear: Descent[]; softmax: Descent[] } {
  const [points, classes] = spirals(120, 0.3);
  const X = torch.cat([points, torch.ones(120, 1)], 1);
  const targets = X.matmul(torch.tensor([[2], [-3.4], [4.2]])).add(torch.randn(120, 1).mul(0.1));
  const beginnings = (columns: number) => [
    torch.zeros(3, columns),
    torch.full([3, columns], 0.5),
    torch.randn(3, columns),
  ];
  const mse = new nn.MSELoss();
  const crossEntropy = new nn.CrossEntropyLoss();
  return {
    linear: beginnings(1).map((W) => descend(W, (W) => mse(X.matmul(W), targets), 0.1, 500)),
    softmax: beginnings(3).map((W) => descend(W, (W) => crossEntropy(X.matmul(W), classes), 0.5, 1000)),
  };
}

/** Loss and gradient norm at some distances from an optimum, in units of its length, in a random direction. */
export interface Walk {
  readonly losses: readonly number[];
  readonly gradients: readonly number[];
}

/** Trains a small network and walks away from where it arrived. */
export function walkFromOptimum(distances: readonly number[]): Walk {
  const [X, y] = spirals(300);
  const net = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 3));
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr: 1 });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    updater.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    updater.step();
    return l;
  });
  for (let i = 0; i < 1500; i++) step(X, y);
  step.dispose();
  const { parametersToVector, vectorToParameters } = nn.utils;
  const optimum = parametersToVector(net.parameters()).detach().clone();
  const random = torch.randn(optimum.shape);
  const direction = random.mul(optimum.norm().div(random.norm()));
  const losses: number[] = [];
  const gradients: number[] = [];
  for (const distance of distances) {
    torch.noGrad(() => vectorToParameters(optimum.add(direction.mul(distance)), net.parameters()));
    net.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    losses.push(l.item());
    gradients.push(nn.utils.getTotalNorm(net.parameters().map(({ grad }) => grad!)).item());
  }
  return { losses, gradients };
}

/** Convex problems, where the beginning does not matter, and a surface where it does. */
export function showSurfaces({ report, check }: Context, seeds: readonly number[]): void {
  const problems = withSeeds(seeds, convexDescents).flatMap(({ linear, softmax }) => [linear, softmax]);
  const gaps = (of: "first" | "last") =>
    problems.map((descents) => {
      const losses = descents.map((descent) => descent[of]);
      return Math.max(...losses) - Math.min(...losses);
    });
  const [before, after] = [Math.min(...gaps("first")), Math.max(...gaps("last"))];
  check(
    "convex",
    {
      en: `${before.toPrecision(2)} or more at the beginning, ${after.toPrecision(2)} at most at the end`,
      zh: `起点处至少 ${before.toPrecision(2)}，终点处至多 ${after.toPrecision(2)}`,
    },
    before > 0.01 && after < 1e-4,
  );

  const distances = [0, 0.1, 0.25, 0.5, 1, 2, 4];
  const walks = withSeeds(seeds, () => walkFromOptimum(distances));
  const losses = distances.map((_, i) => median(walks.map((walk) => walk.losses[i]!)));
  const gradients = distances.map((_, i) => median(walks.map((walk) => walk.gradients[i]!)));
  const line = (y: readonly number[], ylabel: string) => ({
    xlabel: localize({ en: "distance / ‖w*‖", zh: "距离 / ‖w*‖" }),
    ylabel,
    yscale: "log" as const,
    series: [{ x: distances, y, format: "-" }],
  });
  report.figure(
    figureOf(
      "surface",
      [line(losses, "loss"), line(gradients, localize({ en: "norm of the gradient", zh: "梯度的范数" }))],
      {
        panelSize: [3.75, 2.75],
        caption: localize({
          en: "Away from the optimum w* of a small network, in random directions (medians)",
          zh: "从小型网络的最优解 w* 沿随机方向离开（中位数）",
        }),
      },
    ),
  );
  const share = (distance: number) => gradients[distances.indexOf(distance)]! / gradients[distances.indexOf(1)]!;
  const [there, near] = [share(0), share(0.1)];
  check("flat", `${there.toPrecision(2)}; ${near.toPrecision(2)}`, there < 0.1 && near < 0.5);
}
