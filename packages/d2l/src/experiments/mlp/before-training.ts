// What can be said before anything is learned: the picture, the counts, the pieces of the book's cells.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { ImageDataset } from "../../datasets/image-dataset.js";
import { makeLoaders } from "../../toolkit/fashion-mnist.js";
import { accuracy } from "../../toolkit/training.js";
import type { Net } from "../../toolkit/types.js";
import { figureOf, networkDiagram } from "../../visualize/index.js";
import type { ExperimentContext } from "../experiment.js";
import { maxDifference } from "../measured.js";
import { bounds, claims } from "./claims.js";
import { byHandAndWithLayers, collapse, ranks } from "./forward.js";

type Context = Pick<ExperimentContext<keyof typeof claims>, "report" | "check">;

/** What is written by hand, with 256 hidden units. */
interface ByHand {
  readonly relu: (X: Tensor) => Tensor;
  readonly net: Net;
  readonly params: readonly Tensor[];
}

/** Draws the network, and checks each piece before the training puts them together. */
export function beforeTraining(context: Context, dataset: ImageDataset, byHand: ByHand): void {
  drawNetwork(context);
  layersByHand(context);
  piecesOfTheBook(context, dataset, byHand);
}

/** F18 and F30: the network of the notes, with one output and with one for each class. */
function drawNetwork({ report }: Context): void {
  const names = [
    { en: "input", zh: "输入层" },
    { en: "hidden", zh: "隐藏层" },
    { en: "output", zh: "输出层" },
  ].map(localize);
  const diagrams = [1, 3].map((outputs) => networkDiagram([4, 5, outputs], { names }));
  const caption = {
    en: "4 inputs, 5 hidden units; 1 output, and 3 for as many classes",
    zh: "4 个输入，5 个隐藏单元；1 个输出，以及对应三个类别的 3 个输出",
  };
  report.figure(figureOf("network", diagrams, { caption: localize(caption) }));
}

/** F18, F20, F30: a hidden layer as the notes write it, softmax after it, and why there is an activation between. */
function layersByHand({ check }: Context): void {
  const [o1, sequential1] = byHandAndWithLayers(4, 5, 1, 50);
  const [o3, sequential3] = byHandAndWithLayers(4, 5, 3, 50);
  const error = Math.max(maxDifference(o1, sequential1), maxDifference(o3, sequential3));
  check(
    "forward",
    `${error.toExponential(1)}; ${o1.shape[1]}, ${o3.shape[1]}`,
    bounds.forward.holds(error) && o1.shape[1] === 1 && o3.shape[1] === 3,
  );
  const p = torch.softmax(o3, 1);
  const sums = p.sum(1).sub(1).abs().max().item();
  const moved = p.argsort(1).ne(o3.argsort(1)).any(1).sum().item();
  check("softmaxHead", `${sums.toExponential(1)}; ${moved}`, bounds.sum.holds(sums) && moved === 0);

  const own = collapse([20, 30, 10], 100);
  check(
    "collapse",
    `${own.affine.toExponential(1)}; ${own.relu.toFixed(2)}`,
    bounds.collapse.holds(own.affine) && bounds.curved.holds(own.relu),
  );
  const [product, single] = ranks(784, 3, 10);
  check("rank", `${product}, ${single}`, product === 3 && single === 10);
}

/** F37 to F43: counts, batches and shapes of the book's cells. */
function piecesOfTheBook({ check }: Context, dataset: ImageDataset, { relu, net, params }: ByHand): void {
  const weights = params.filter(({ ndim }) => ndim === 2);
  const total = params.reduce((sum, param) => sum + param.numel(), 0);
  const counts = `${weights.length}, ${weights.length - 1}, ${total}`;
  check("counts", counts, counts === claims.counts.expected);

  const loaders = makeLoaders(dataset, 256);
  const sizes = loaders.map((loader) => [...loader].map(([, y]) => y!.numel()));
  const batches = sizes.map((each) => `${each.length}, ${each.at(-1)}`).join("; ");
  if (dataset.train.count === 60_000 && dataset.test.count === 10_000)
    check("batches", batches, batches === claims.batches.expected);

  const X = torch.randn(100, 100);
  const difference = maxDifference(relu(X), torch.relu(X));
  check("relu", difference, difference === 0);
  for (const [images, y] of loaders[1]) {
    const logits = torch.noGrad(() => net(images!));
    const l = new nn.CrossEntropyLoss({ reduction: "none" })(logits, y!);
    const negative = logits.lt(0).sum().item();
    check(
      "shapes",
      `${logits.shape.join(" x ")}, ${negative} < 0; ${l.shape.join(" x ")}`,
      logits.shape.join() === `${y!.numel()},10` && l.shape.join() === `${y!.numel()}` && negative > 0,
    );
    break;
  }
  const yHat = torch.tensor([
    [0.1, 0.3, 0.6],
    [0.3, 0.2, 0.5],
  ]);
  const count = accuracy(yHat, torch.tensor([0, 2]));
  check("accuracyCounts", `${count}, ${count / 2}`, count === 1);
}
