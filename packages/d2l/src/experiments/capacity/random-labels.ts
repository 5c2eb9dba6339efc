// F53: labels that mean nothing, learned by heart.
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as pictures from "./pictures.js";
import type { Tools } from "./tools.js";

/** F53: pictures with labels that mean nothing. */
export async function randomLabels(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const dataset = await tools.fashionMnist();
  const source = pictures.pictureSource(dataset);
  const run = (hidden: number) =>
    eachSeed(tools, { en: `random labels, ${hidden} hidden units`, zh: `随机标签，${hidden} 个隐藏单元` }, async () => {
      const train = pictures.withRandomLabels(source.train(300));
      const test = source.test(2000);
      const net = pictures.makeMlp(784, hidden);
      // Learning by heart takes longer than learning.
      await pictures.train(net, train, 2 * tools.steps, 50);
      return { train: 1 - pictures.errorOf(net, train), test: 1 - pictures.errorOf(net, test) };
    });
  const high = await run(128);
  const low = await run(1);
  if (signal.aborted) return;
  report.table({
    caption: { en: "300 pictures with random labels: accuracy, medians", zh: "300 张随机标签的图片：精度（中位数）" },
    columns: [
      { en: "network", zh: "网络" },
      { en: "training", zh: "训练" },
      { en: "test", zh: "测试" },
    ],
    rows: [
      ["784-128-10", median(high.map((run) => run.train)), median(high.map((run) => run.test))],
      ["784-1-10", median(low.map((run) => run.train)), median(low.map((run) => run.test))],
    ],
  });
  const worst = Math.min(...high.map((run) => run.train));
  check("memorize", worst, worst >= 0.99);
  // The few labels of a class of pictures are chance, and so is what each run makes of that class: means of some runs count.
  if (high.length >= 5) {
    const test = high.reduce((sum, run) => sum + run.test, 0) / high.length;
    check("memorizeTest", test, Math.abs(test - 0.1) <= 0.05);
  }
  const best = Math.max(...low.map((run) => run.train));
  check("lowCannot", best, best <= 0.5);
}
