// F103 to F110: gradients are products of many factors; what that makes of them, above all in half precision.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { Panel, Series } from "../report/figure.js";
import { getDisplay, setDisplay } from "../toolkit/display.js";
import { plot } from "../toolkit/plot.js";
import { figureOf, histogram } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { claims } from "./vanishing-exploding/claims.js";
import {
  activations,
  byHandAgainstAutograd,
  deepNet,
  difference,
  jacobians,
  productFrom,
  reluNorms,
  reluProduct,
  transposedForm,
} from "./vanishing-exploding/jacobians.js";
import { formats, linearOverflow, matrixProducts, powers } from "./vanishing-exploding/products.js";
import { deepMlp, gradientNorms, spirals, trainDeep, trainRounded } from "./vanishing-exploding/training.js";

const lineFormats = ["-", "m--", "g-.", "r:"];

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const off = (value: number, expected: number) => Math.abs(value / expected - 1);
const short = (x: number) =>
  x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e4) ? x.toExponential(2) : String(Number(x.toPrecision(4)));
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

/** `torchlet run vanishing-exploding` */
export const vanishingExploding = defineExperiment({
  id: "vanishing-exploding",
  section: "3.6.1",
  title: { en: "Vanishing and exploding gradients", zh: "梯度消失与梯度爆炸" },
  summary: {
    en: "products of Jacobians and of random matrices, half precision, deep sigmoid networks",
    zh: "雅可比矩阵与随机矩阵之积、半精度、深层 sigmoid 网络",
  },
  explain: {
    shows: {
      en: "The gradient of a deep network is a product with one Jacobian a layer. A product of many factors grows or shrinks exponentially: it overflows, which half precision does after a dozen factors, or nothing is left of it for the layers at the bottom.",
      zh: "深层网络的梯度是逐层雅可比矩阵之积。许多因子之积按指数增长或缩小：要么溢出（半精度在十几个因子后就会），要么传到底层时已所剩无几。",
    },
    lookFor: [
      {
        en: "Straight lines on logarithmic axes; in half precision they end at 65504 above and at 6e-8 below.",
        zh: "对数坐标上的直线；半精度的线上止于 65504，下止于 6e-8。",
      },
      {
        en: "The window of learning rates that work, between those that change nothing and those that end in NaN; in half precision the lower end is rounded away.",
        zh: "可用学习率的窗口：过小则毫无变化，过大则以 NaN 告终；半精度下较小的更新会被舍入掉。",
      },
      {
        en: "The last figure: only the top layers of a deep sigmoid network have gradients, and only they move.",
        zh: "最后一幅图：深层 sigmoid 网络只有顶部几层有梯度，也只有它们在变化。",
      },
    ],
  },
  covers: ["F103", "F104", "F108", "F110"],
  corrections: ["P9", "P31"],
  claims,
  options: {
    depth: {
      type: "integer",
      default: 100,
      min: 2,
      max: 1000,
      help: { en: "factors of the products", zh: "积的因子数" },
    },
    trials: {
      type: "integer",
      default: 300,
      min: 5,
      max: 10_000,
      help: { en: "products of random matrices", zh: "随机矩阵之积的个数" },
    },
    layers: {
      type: "integer",
      default: 8,
      min: 1,
      max: 50,
      help: { en: "hidden layers of the deep sigmoid network", zh: "深层 sigmoid 网络的隐藏层数" },
    },
    steps: { type: "integer", default: 1000, min: 10, max: 100_000, help: { en: "steps of training", zh: "训练步数" } },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 2 },
  async run({ report, signal, check }, { depth, trials, layers, steps, seeds, seed }) {
    const seedsOf = count(seeds).map((s) => seed + s);
    const bookish = depth === 100;

    // The chain rule as a product.
    const byHand: number[] = [];
    const square: number[] = [];
    const relu: number[] = [];
    let unfit = 0;
    for (const s of seedsOf) {
      for (const name of ["sigmoid", "tanh", "relu"] as const) {
        torch.manualSeed(s);
        byHand.push(byHandAgainstAutograd(deepNet([6, 9, 5, 8, 4, 3], name), name));
        if (transposedForm(deepNet([6, 9, 5, 8, 4, 3], name), name) === null) unfit++;
      }
      square.push(transposedForm(deepNet([5, 5, 5, 5], "tanh"), "tanh")!);
      const net = deepNet([6, 20, 20, 20, 4], "relu");
      relu.push(difference(reluProduct(net), productFrom(jacobians(net, "relu"), 0)));
    }
    check("jacobian", Math.max(...byHand), Math.max(...byHand) < 1e-12);
    check(
      "transposed",
      `${short(Math.min(...square))}; ${unfit} of ${3 * seeds}`,
      Math.min(...square) > 0.1 && unfit === 3 * seeds,
    );
    check("reluProduct", Math.max(...relu), Math.max(...relu) < 1e-12);

    // Powers of a number.
    const factors = count(depth).map((i) => i + 1);
    const line = (base: number) =>
      Object.keys(formats).map((format, i): Series => {
        const y = powers(base, depth, format);
        return { x: factors, y, label: format, format: lineFormats[i]! };
      });
    const [up, down] = [line(1.5), line(0.8)];
    report.figure(
      figureOf(
        "powers",
        [
          { title: "1.5^n", xlabel: "n", ylabel: "product", yscale: "log", series: up },
          { title: "0.8^n", xlabel: "n", ylabel: "product", yscale: "log", series: down },
        ],
        { caption: localize({ en: "Powers in three precisions", zh: "三种精度下的幂" }), panelSize: [4, 3] },
      ),
    );
    const half = (x: number) => torch.roundToHalf(torch.tensor(x, { dtype: torch.float64 })).item();
    if (bookish) {
      const [up64, up32, up16] = up.map(({ y }) => y as number[]);
      const [down64, down32, down16] = down.map(({ y }) => y as number[]);
      const near = (y64: number, y32: number, expected: number) =>
        off(y64, expected) < 1e-9 && off(y32, expected) < 1e-5;
      check("explosion", up64![99]!, near(up64![99]!, up32![99]!, 4.065611775e17));
      check("vanishing", down64![99]!, near(down64![99]!, down32![99]!, 2.037035976e-10));
      const infiniteFrom = up16!.indexOf(Number.POSITIVE_INFINITY) + 1;
      const zero = half(down64![99]!);
      check("half", `inf from ${infiniteFrom}; ${zero}`, infiniteFrom === 28 && zero === 0);
      check("stuck", down16![99]!, down16![99]! === 2 ** -23);
    }
    const edges = [half(65504), half(65520), half(2 ** -24), half(2 ** -25)];
    const digits = [half(2 ** -14 * (1 + 2 ** -10)) * 2 ** 14, half(2 ** -15 * (1 + 2 ** -10)) * 2 ** 15];
    check(
      "range",
      `${edges.map(short).join(", ")}; ${digits.join(", ")}`,
      edges.join() === [65504, Number.POSITIVE_INFINITY, 2 ** -24, 0].join() &&
        digits.join() === [1 + 2 ** -10, 1].join(),
    );

    // A hundred random matrices.
    const products = matrixProducts(seed, trials, depth);
    await torch.utils.data.breathe();
    const last = torch.tensor([...products.logs.at(-1)!], { dtype: torch.float64 });
    const overflow = products.overflow.filter(Number.isFinite);
    report.table({
      caption: { en: `A matrix after ${depth} products`, zh: `${depth} 次相乘后的矩阵` },
      columns: count(4).map((i) => ({ en: `column ${i + 1}`, zh: `第 ${i + 1} 列` })),
      rows: (products.first.tolist() as number[][]).map((row) => row.map((value) => value.toExponential(4))),
    });
    const growth: Panel = {
      title: "largest element",
      xlabel: "products",
      ylabel: "max |M|",
      yscale: "log",
      series: [
        ["median", median],
        ["smallest", (values: number[]) => Math.min(...values)],
        ["largest", (values: number[]) => Math.max(...values)],
      ].map(([label, of], i) => ({
        x: count(depth + 1),
        y: products.logs.map((logs) => 10 ** (of as (values: readonly number[]) => number)(logs)),
        label: label as string,
        format: lineFormats[i]!,
      })),
    };
    const panels = [
      { ...growth, series: [...growth.series, { x: [0, depth], y: [65504, 65504], label: "65504", format: "r:" }] },
      histogram(last, { title: `after ${depth}`, xlabel: "log10 max |M|", ylabel: "seeds", bins: 24 }),
      histogram(overflow, {
        title: "float16 is infinite",
        xlabel: "after products",
        ylabel: "seeds",
        bins: Math.max(1, Math.max(...overflow) - Math.min(...overflow) + 1),
        range: [Math.min(...overflow) - 0.5, Math.max(...overflow) + 0.5],
      }),
    ];
    report.figure(
      figureOf("matrices", panels, {
        caption: localize({
          en: `Products of random 4 x 4 matrices, ${trials} seeds`,
          zh: `随机 4 x 4 矩阵之积，${trials} 个种子`,
        }),
      }),
    );
    if (bookish && trials >= 300) {
      const [mean, std] = [last.mean().item(), last.std().item()];
      const apart = Math.max(...products.logs64.map((value, s) => Math.abs(value - products.logs.at(-1)![s]!)));
      const text = `${mean.toFixed(2)}, ${std.toFixed(2)}; apart by ${short(apart)}`;
      check("matrices", text, Math.abs(mean - 24.8) < 0.4 && Math.abs(std - 1.8) < 0.3 && apart < 1e-3);
      check("rank", median(products.ratios), median(products.ratios) < 1e-7);
      const usual = overflow.filter((n) => n >= 11 && n <= 25).length / trials;
      const middle = median(overflow);
      check(
        "overflow",
        `median ${middle}, ${Math.min(...overflow)} to ${Math.max(...overflow)}, ${(100 * usual).toFixed(1)} % within`,
        Math.abs(middle - 18) <= 1 && usual >= 0.98 && products.logs.at(-1)!.every(Number.isFinite),
      );
      const ordered = products.bounds.every(([e, n, p]) => e <= n + 1e-9 && n <= p + 1e-9);
      const slack = median(products.bounds.map(([, n, p]) => p - n));
      check("bounds", `10^${slack.toFixed(1)}`, ordered && slack > 20 && slack < 35);
    }
    const linear = seedsOf.map((s) => {
      torch.manualSeed(s);
      return linearOverflow(50, 256, 256);
    });
    const [infinite, nan] = [Math.max(...linear.map((l) => l.infinite)), Math.max(...linear.map((l) => l.nan))];
    check("linear", `inf from ${infinite}, NaN from ${nan}`, infinite <= nan && nan <= 50);

    // Products of ReLU layers.
    const gains = [1.5, 1, 1 / 1.5];
    const norms = gains.map((gain) =>
      seedsOf.map((s) => {
        torch.manualSeed(s);
        const [first, ...further] = reluNorms(depth, 64, gain);
        return [1, ...further.map((norm) => norm / first!)];
      }),
    );
    const middle = norms.map((runs) => count(depth).map((i) => median(runs.map((run) => run[i]!))));
    report.figure(
      figureOf(
        "relu-products",
        [
          {
            xlabel: "layers",
            ylabel: "norm of the product",
            yscale: "log",
            series: middle.map((y, i) => ({
              x: factors,
              y,
              label: `gain ${gains[i]!.toFixed(2)}`,
              format: lineFormats[i]!,
            })),
          },
        ],
        {
          panelSize: [4.5, 3],
          caption: localize({
            en: "ReLU layers: weights of standard deviation gain · sqrt(2 / width)",
            zh: "ReLU 层：权重标准差为 gain · sqrt(2 / 宽度)",
          }),
        },
      ),
    );
    if (bookish) {
      const ends = [Math.log10(middle[0]!.at(-1)!), Math.log10(middle[2]!.at(-1)!)];
      const ok = Math.abs(ends[0]! - 17.6) < 2 && Math.abs(ends[1]! + 17.6) < 2;
      check("reluGrowth", ends.map((end) => `10^${end.toFixed(1)}`).join("; "), ok);
    }
    if (signal.aborted) return {};

    // The sigmoid and its gradient.
    const x = torch.arange(-8, 8, 0.1, { requiresGrad: true });
    const y = torch.sigmoid(x);
    y.backward(torch.onesLike(x));
    const displayed = getDisplay();
    setDisplay(report);
    try {
      const drawn = plot(x.detach(), [y.detach(), x.grad!], {
        legend: ["sigmoid", "gradient"],
        xlabel: "x",
        figsize: [4.5, 2.5],
        id: "sigmoid",
      });
      report.figure({ ...drawn, caption: localize({ en: "The sigmoid and its gradient", zh: "sigmoid 及其梯度" }) });
    } finally {
      setDisplay(displayed);
    }
    const slope = activations.sigmoid.slope(torch.tensor([0, 6, -6], { dtype: torch.float64 })).tolist() as number[];
    check(
      "sigmoidGradient",
      slope.map(short).join(", "),
      slope[0] === 0.25 && slope.slice(1).every((value) => Math.abs(value - 0.00247) < 1e-5),
    );

    // Learning rates, in single and in half precision.
    const rates = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];
    const precisions = { float32: (t: Tensor) => t, float16: (t: Tensor) => torch.roundToHalf(t) };
    const sweep = new Map<string, ReturnType<typeof trainRounded>[]>();
    for (const [p, [precision, round]] of Object.entries(precisions).entries()) {
      for (const [i, lr] of rates.entries()) {
        const endings = seedsOf.map((s) => {
          torch.manualSeed(s);
          return trainRounded(round, lr, 200);
        });
        sweep.set(`${precision} ${lr}`, endings);
        report.progress({
          label: { en: `learning rate ${lr}, ${precision}`, zh: `学习率 ${lr}，${precision}` },
          done: p * rates.length + i + 1,
          total: 2 * rates.length,
        });
        await torch.utils.data.breathe();
        if (signal.aborted) return {};
      }
    }
    const endingsOf = (precision: string, lr: number) => sweep.get(`${precision} ${lr}`)!;
    const finalOf = (precision: string, lr: number) => {
      const values = endingsOf(precision, lr).map(({ last }) =>
        Number.isFinite(last) ? last : Number.POSITIVE_INFINITY,
      );
      return median(values);
    };
    const curve = (precision: string, of: (lr: number) => number, format: string): Series => {
      const y = rates.map(of).map((value) => (Number.isFinite(value) ? value : null));
      return { x: rates, y, label: precision, format };
    };
    const names = Object.keys(precisions);
    const movedOf = (precision: string, lr: number) => median(endingsOf(precision, lr).map(({ moved }) => moved));
    const rateAxis = { xlabel: "learning rate", xscale: "log" } as const;
    report.figure(
      figureOf(
        "rates",
        [
          {
            ...rateAxis,
            title: "after 200 steps",
            ylabel: "loss",
            yscale: "log",
            series: names.map((name, i) => curve(name, (lr) => finalOf(name, lr), lineFormats[i]!)),
          },
          {
            ...rateAxis,
            title: "parameters that moved",
            ylabel: "share",
            ylim: [0, 1.05],
            series: names.map((name, i) => curve(name, (lr) => movedOf(name, lr), lineFormats[i]!)),
          },
        ],
        {
          panelSize: [4, 3],
          caption: localize({
            en: "A small ReLU network by learning rate (medians; where the line ends the loss is not a number)",
            zh: "小型 ReLU 网络随学习率的结果（中位数；线中断处损失不是数）",
          }),
        },
      ),
    );
    const blown = names.flatMap((name) => endingsOf(name, 100));
    const blownAll = blown.filter(({ first, last }) => !(last <= first)).length;
    check("rates", `${blownAll} of ${blown.length}`, blownAll === blown.length);
    const best = names.map((name) => Math.min(finalOf(name, 0.1), finalOf(name, 1)));
    check("window", best.map(short).join(", "), Math.max(...best) < 0.5);
    const [single, rounded] = names.map((name) => endingsOf(name, 1e-5).map(({ moved }) => moved));
    const [least, most] = [Math.min(...single!), Math.max(...rounded!)];
    check("stalled", `${most.toFixed(3)}; ${least.toFixed(3)}`, most < 0.2 && least > 0.5);

    // Deep sigmoid networks.
    const deepRates = [0.01, 0.1, 1, 10];
    const gradients: number[][] = [];
    const compared: number[][] = [];
    const zeros: [half: number, single: number][] = [];
    const changes: number[][] = [];
    const bestDeep: number[] = [];
    const bestShallow: number[] = [];
    for (const [i, s] of seedsOf.entries()) {
      torch.manualSeed(s);
      const [X, labels] = spirals(300);
      const { norms: own, bottom } = gradientNorms(
        deepMlp(layers, () => new nn.Sigmoid()),
        X,
        labels,
      );
      gradients.push(own);
      const share = (t: Tensor) => t.eq(0).to(torch.float32).mean().item();
      zeros.push([share(torch.roundToHalf(bottom)), share(bottom)]);
      compared.push(
        gradientNorms(
          deepMlp(layers, () => new nn.ReLU()),
          X,
          labels,
        ).norms,
      );
      const losses = { deep: [] as number[], shallow: [] as number[] };
      for (const lr of deepRates) {
        torch.manualSeed(s);
        const deep = trainDeep(
          deepMlp(layers, () => new nn.Sigmoid()),
          X,
          labels,
          lr,
          steps,
        );
        if (lr === 1) changes.push([...deep.changes]);
        losses.deep.push(deep.loss);
        losses.shallow.push(
          trainDeep(
            deepMlp(1, () => new nn.Sigmoid()),
            X,
            labels,
            lr,
            steps,
          ).loss,
        );
        await torch.utils.data.breathe();
        if (signal.aborted) return {};
      }
      bestDeep.push(Math.min(...losses.deep));
      bestShallow.push(Math.min(...losses.shallow));
      report.progress({
        label: { en: `deep network ${i + 1} of ${seeds}`, zh: `深层网络 ${i + 1}/${seeds}` },
        done: i + 1,
        total: seeds,
      });
    }
    const perLayer = (runs: readonly number[][]) => count(layers + 1).map((l) => median(runs.map((run) => run[l]!)));
    const numbers = count(layers + 1).map((l) => l + 1);
    report.figure(
      figureOf(
        "deep-sigmoid",
        [
          {
            title: "gradient at the start",
            xlabel: "layer",
            ylabel: "norm",
            yscale: "log",
            series: [
              { x: numbers, y: perLayer(gradients), label: "sigmoid", format: "-" },
              { x: numbers, y: perLayer(compared), label: "relu", format: "g-." },
            ],
          },
          {
            title: `weights after ${steps} steps`,
            xlabel: "layer",
            ylabel: "change / length",
            yscale: "log",
            series: [{ x: numbers, y: perLayer(changes), label: "sigmoid, lr 1", format: "-" }],
          },
        ],
        {
          panelSize: [4, 3],
          caption: localize({
            en: `A network of ${layers} hidden layers, the bottom one first`,
            zh: `含 ${layers} 个隐藏层的网络，从底层开始`,
          }),
        },
      ),
    );
    if (layers === 8) {
      const ratio = Math.max(...gradients.map((g) => g[0]! / g.at(-1)!));
      check("bottom", ratio, ratio < 1e-4);
      const [zeroHalf, zeroSingle] = [median(zeros.map(([h]) => h)), Math.max(...zeros.map(([, f]) => f))];
      check("bottomHalf", `${short(zeroHalf)}; ${short(zeroSingle)}`, zeroHalf > 0.5 && zeroSingle === 0);
      if (steps >= 1000) {
        const apart = median(changes.map((c) => c.at(-1)! / c[0]!));
        check("topOnly", apart, apart > 100);
        check("noRate", Math.min(...bestDeep), Math.min(...bestDeep) > 1.05);
        check("depth", median(bestShallow), median(bestShallow) < 0.3);
      }
    }
    return {
      metrics: { log10Max: last.mean().item(), bestDeep: Math.min(...bestDeep), bestShallow: median(bestShallow) },
    };
  },
});
