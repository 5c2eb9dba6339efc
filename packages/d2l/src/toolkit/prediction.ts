// Looking at what a model predicts.
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { ImageFigure } from "../report/figure.js";
import { getFashionMnistLabels, showImages } from "./images.js";
import type { BatchIterable, Net } from "./types.js";

/** The first images of a test set with what they are and what the model takes them for. */
export interface Prediction {
  readonly labels: readonly string[];
  readonly predictions: readonly string[];
  readonly figure: ImageFigure;
}

/** Shows the first n images of the first batch; above each its true and its predicted class. */
export async function predictCh3(net: Net, testIter: BatchIterable, n = 6): Promise<Prediction> {
  for (const [X, y] of testIter) {
    const labels = getFashionMnistLabels(y!).slice(0, n);
    const predictions = getFashionMnistLabels(torch.noGrad(() => net(X!)).argmax(1)).slice(0, n);
    const titles = labels.map((label, i) => `${label}\n${predictions[i]}`);
    const [height, width] = X!.shape.slice(-2) as [number, number];
    const images = X!.narrow(0, 0, labels.length).reshape(labels.length, height, width);
    const caption = localize({
      en: "Test pictures: what each is, and beneath it what the model takes it for",
      zh: "测试图片：上行为真实类别，下行为预测类别",
    });
    const figure = showImages(images, 1, labels.length, { titles, id: "predictions", caption });
    return { labels, predictions, figure };
  }
  throw new torch.ValueError("no-batch", {
    path: "predictCh3",
    rule: { en: "the test set has no batch", zh: "测试集没有批量" },
  });
}
