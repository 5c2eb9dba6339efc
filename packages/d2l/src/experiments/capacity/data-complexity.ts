// F62: what makes data complex.
import * as torch from "torchlet";
import { type Localized, localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as pictures from "./pictures.js";
import { fixed, named, pair, rising, type Tools } from "./tools.js";

/** F62: one network (16 hidden units), and data that are made more complex in four ways. */
export async function dataComplexity(tools: Tools): Promise<void> {
  const { report, check, signal, steps } = tools;
  const dataset = await tools.fashionMnist();
  const source = pictures.pictureSource(dataset);
  const [usual, tests, hidden] = [1000, 1000, 16];
  type Change = (samples: pictures.Pictures) => pictures.Pictures;
  /** Median errors of the network on data that are drawn and changed anew with every seed. */
  const errorsOf = async (name: Localized, n: number, changeOf: () => Change, classes = 10) => {
    const runs = await eachSeed(tools, name, async (): Promise<pictures.Errors> => {
      const change = changeOf();
      const [train, test] = [change(source.train(n)), change(source.test(tests))];
      const net = pictures.makeMlp(train.X.shape[1]!, hidden, classes);
      await pictures.train(net, train, steps, 100);
      return { train: pictures.errorOf(net, train), test: pictures.errorOf(net, test) };
    });
    return { train: median(runs.map(({ train }) => train)), test: median(runs.map(({ test }) => test)) };
  };
  const same: Change = (samples) => samples;
  const errors = async <T>(values: readonly T[], of: (value: T) => pictures.Errors | Promise<pictures.Errors>) => {
    const measured: pictures.Errors[] = [];
    for (const value of values) if (!signal.aborted) measured.push(await of(value));
    return { train: measured.map(({ train }) => train), test: measured.map(({ test }) => test) };
  };

  // What each series begins with or goes through: the data as they are.
  const asItIs = await errorsOf({ en: "the data as they are", zh: "原始数据" }, usual, () => same);
  const sizes = [100, 300, usual, 3000];
  const bySize = await errors(sizes, (n) =>
    n === usual ? asItIs : errorsOf({ en: `${n} samples`, zh: `${n} 个样本` }, n, () => same),
  );
  const clutter = [0, 784, 2352];
  const byElements = await errors(clutter, (k) =>
    k === 0
      ? asItIs
      : errorsOf(
          { en: `${784 + k} elements`, zh: `${784 + k} 个元素` },
          usual,
          () => (s) => pictures.withClutter(s, k),
        ),
  );
  const orders = [
    { name: { en: "as it is", zh: "原样" }, changeOf: null },
    {
      name: { en: "one order", zh: "同一次序" },
      changeOf: () => {
        const order = torch.randperm(784);
        return (s: pictures.Pictures) => pictures.permuted(s, order);
      },
    },
    { name: { en: "each own", zh: "次序各异" }, changeOf: () => pictures.scrambled },
  ];
  const byStructure = await errors(orders, ({ name, changeOf }) =>
    changeOf === null ? asItIs : errorsOf(name, usual, changeOf),
  );
  const classes = [2, 5, 10];
  const byClasses = await errors(classes, (k) =>
    k === 10
      ? asItIs
      : errorsOf(
          { en: `${k} classes`, zh: `${k} 个类别` },
          // So many pictures that a thousand belong to the first k of ten classes.
          Math.ceil((usual * 11) / k),
          () => (s) => pictures.ofClasses(s, k, usual),
          k,
        ),
  );
  if (signal.aborted) return;
  const panel = (x: readonly number[], { train, test }: typeof bySize, rest: Partial<Panel>): Panel => ({
    ylabel: named("error"),
    ylim: [-0.02, 1],
    series: [
      { x, y: train, label: named("training"), format: "-" },
      { x, y: test, label: named("test"), format: "m--" },
    ],
    ...rest,
  });
  report.figure(
    figureOf(
      "complexity",
      [
        panel(sizes, bySize, { xlabel: named("sampleCount"), xscale: "log" }),
        panel(
          clutter.map((k) => 784 + k),
          byElements,
          { xlabel: localize({ en: "elements a sample", zh: "每个样本的元素数" }) },
        ),
        panel([0, 1, 2], byStructure, {
          xlabel: localize({ en: "order of the pixels", zh: "像素的次序" }),
          xticks: orders.map(({ name }, at) => ({ at, label: localize(name) })),
          xlim: [-0.4, 2.4],
        }),
        panel(classes, byClasses, { xlabel: localize({ en: "classes", zh: "类别数" }) }),
      ],
      {
        columns: 2,
        caption: localize({
          en: "What makes data complex: one network of 16 hidden units, four kinds of change",
          zh: "数据复杂度的因素：同一个含 16 个隐藏单元的网络，四种变化",
        }),
      },
    ),
  );
  const gaps = bySize.test.map((test, i) => test - bySize.train[i]!);
  check(
    "samples",
    pair("training", fixed(bySize.train), "test", fixed(bySize.test)),
    bySize.train.at(-1)! > bySize.train[0]! && bySize.test.at(-1)! < bySize.test[0]! && gaps.at(-1)! <= gaps[0]! / 2,
  );
  check("elements", fixed(byElements.test), rising(byElements.test));
  const [plain, ordered, own] = byStructure.test as [number, number, number];
  if (tools.seeds >= 5) check("order", ordered - plain, Math.abs(ordered - plain) <= 0.03);
  check("structure", own, own >= 0.6);
  check("diversity", fixed(byClasses.test), rising(byClasses.test));
}
