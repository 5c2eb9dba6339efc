// What the book says of models without parameters: the nearest neighbour never errs on what it has seen, and learns all the same.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as pictures from "./pictures.js";
import { fixed, named, pair, type Tools } from "./tools.js";

/** Names each row of X as its nearest row among the samples is named. */
export function nearest(samples: pictures.Pictures, X: Tensor): Tensor {
  // ‖x - s‖² = ‖x‖² - 2 x·s + ‖s‖², where ‖x‖² is the same for every s.
  const distances = samples.X.square().sum(1).sub(X.matmul(samples.X.t()).mul(2));
  return samples.y.index(distances.argmin(1));
}

export async function nearestNeighbour(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const source = pictures.pictureSource(await tools.fashionMnist());
  const sizes = [100, 300, 1000];
  const errorOn = (samples: pictures.Pictures, { X, y }: pictures.Pictures) =>
    nearest(samples, X).ne(y).to(torch.float32).mean().item();
  const runs = await eachSeed(tools, { en: "nearest neighbour", zh: "最近邻" }, () => {
    const [all, test] = [source.train(sizes.at(-1)!), source.test(500)];
    return sizes.map((n) => {
      const samples = { X: all.X.narrow(0, 0, n), y: all.y.narrow(0, 0, n) };
      return { train: errorOn(samples, samples), test: errorOn(samples, test) };
    });
  });
  if (signal.aborted) return;
  const train = sizes.map((_, i) => median(runs.map((run) => run[i]!.train)));
  const test = sizes.map((_, i) => median(runs.map((run) => run[i]!.test)));
  report.figure(
    figureOf(
      "neighbour",
      [
        {
          xlabel: named("sampleCount"),
          ylabel: named("error"),
          xscale: "log",
          ylim: [-0.02, 0.5],
          series: [
            { x: sizes, y: train, label: named("training"), format: "-" },
            { x: sizes, y: test, label: named("test"), format: "m--" },
          ],
        },
      ],
      {
        caption: localize({
          en: "The nearest neighbour has no training error at all, and its test error falls as samples are added",
          zh: "最近邻完全没有训练误差，而测试误差随样本增多而下降",
        }),
        panelSize: [4.5, 2.75],
      },
    ),
  );
  const falls = test.every((error, i) => i === 0 || error < test[i - 1]!);
  check(
    "neighbour",
    pair("training", fixed(train), "test", fixed(test)),
    runs.every((run) => run.every((errors) => errors.train === 0)) && falls,
  );
}
