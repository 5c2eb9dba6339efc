// What the toolkit needs of Node: files, downloads, a terminal.
import { type FallbackOptions, loadFashionMnistOrGarments } from "../datasets/fashion-mnist-node.js";
import { reportFor } from "../report/terminal-report.js";
import { getDisplay, provideDefaultDisplay } from "../toolkit/display.js";
import { type ImageLoader, makeLoaders } from "../toolkit/fashion-mnist.js";

// In a program of its own the toolkit shows its figures where the program runs.
provideDefaultDisplay(() => reportFor(process.stdout));

/** Options of `loadDataFashionMnist`. */
export interface LoadOptions extends FallbackOptions {
  /** Side length that images are resized to. */
  readonly resize?: number | null;
}

/**
 * Fashion-MNIST as two loaders: training (shuffled) and test (in order). Found in `data`, `TORCHLET_DATA` or the user's
 * cache, else downloaded; offline the embedded stand-in, with a warning.
 *
 * @returns batches of images (batch, 1, 28, 28) in 0..1 and labels (batch)
 *
 * @example
 * const [trainIter, testIter] = await d2l.loadDataFashionMnist(256);
 */
export async function loadDataFashionMnist(
  batchSize: number,
  resize: number | null | LoadOptions = null,
  options: LoadOptions = {},
): Promise<[ImageLoader, ImageLoader]> {
  const given: LoadOptions = typeof resize === "object" && resize !== null ? resize : { ...options, resize };
  const dataset = await loadFashionMnistOrGarments({
    onFallback: (error) => {
      getDisplay().warn({
        en: `This is not Fashion-MNIST but the embedded "garments" set: ${error.message}`,
        zh: `这不是 Fashion-MNIST，而是内置的 “garments” 数据集：${error.message}`,
      });
    },
    ...given,
  });
  return makeLoaders(dataset, batchSize, given.resize ?? null);
}
