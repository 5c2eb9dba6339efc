// F3 and F30: what an affine map's outputs are taken for, and its weights as pictures.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { ImageDataset } from "../../datasets/image-dataset.js";
import { makeLoaders } from "../../toolkit/fashion-mnist.js";
import { getFashionMnistLabels, showImages } from "../../toolkit/images.js";
import { linreg } from "../../toolkit/linear-regression.js";
import type { ExperimentContext } from "../experiment.js";
import { bounds, type claims } from "./claims.js";

const TROUSER = 1;

/** The classes as the Chinese edition translates them. */
const inChinese = ["T 恤", "裤子", "套衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴"];

/** Three kinds of output on the same pictures, and the weights as pictures. */
export function lookAtOutputs(
  dataset: ImageDataset,
  { W, b, softmax }: { W: Tensor; b: Tensor; softmax: (o: Tensor) => Tensor },
  { report, check }: Pick<ExperimentContext<keyof typeof claims>, "report" | "check">,
): void {
  torch.noGrad(() => {
    const [, testIter] = makeLoaders(dataset, dataset.test.count);
    for (const [X, y] of testIter) {
      const o = linreg(X!.reshape(-1, 784), W, b);
      const p = softmax(o);
      const trouser = o.index(torch.slice(), TROUSER);
      // What a perceptron with the same weights would answer.
      const perceptron = trouser.gt(0).to(torch.int32);

      const kinds = [...new Set(perceptron.tolist() as number[])].sort();
      const [lowest, highest] = [trouser.min().item(), trouser.max().item()];
      const [smallest, sum] = [p.min().item(), p.sum(1).sub(1).abs().max().item()];
      const range = `[${lowest.toFixed(2)}, ${highest.toFixed(2)}]`;
      check(
        "kinds",
        `${kinds.join(", ")}; ${range}; ${smallest.toExponential(1)}, ${sum.toExponential(1)}`,
        kinds.join() === "0,1" && (lowest < 0 || highest > 1) && smallest >= 0 && bounds.sum.holds(sum),
      );
      const different = p.argmax(1).ne(o.argmax(1)).sum().item();
      check("order", different, different === 0);

      const classes = y!.narrow(0, 0, 6).tolist() as number[];
      const names = getFashionMnistLabels(classes);
      report.table({
        caption: { en: "Three kinds of answers to: is it a trouser?", zh: "对“是否为裤子”的三种回答" },
        columns: [
          { en: "picture", zh: "图片" },
          { en: "perceptron", zh: "感知机" },
          { en: "linear regression", zh: "线性回归" },
          { en: "softmax regression", zh: "softmax 回归" },
        ],
        rows: names.map((name, i) => [
          { en: name, zh: inChinese[classes[i]!]! },
          String(perceptron.index(i).item()),
          trouser.index(i).item().toFixed(2),
          p.index(i, TROUSER).item().toFixed(4),
        ]),
      });
    }
    const pictures = W.detach().t().reshape(10, dataset.height, dataset.width);
    showImages(pictures, 2, 5, {
      titles: getFashionMnistLabels([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
      id: "weights",
      caption: localize({ en: "The weights of each class: a blurred template", zh: "每一类的权重：一个模糊的模板" }),
    });
  });
}
