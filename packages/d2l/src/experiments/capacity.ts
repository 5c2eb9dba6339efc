// F48, F52 to F58, F62, F63: capacity of models against complexity of data, each cell of the notes' table as a training.

import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { Panel } from "../report/figure.js";
import { figureOf } from "../visualize/index.js";
import { claims } from "./capacity/claims.js";
import * as curves from "./capacity/curve-fitting.js";
import * as pictures from "./capacity/pictures.js";
import * as polynomials from "./capacity/polynomials.js";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { median } from "./measured.js";

/** What each part is given. */
interface Tools extends ExperimentContext<keyof typeof claims> {
  readonly seed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly dataSets: number;
}

const rising = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);
/** How often a list that should fall rises, beyond rounding. */
const rises = (values: readonly number[]) =>
  values.filter((value, i) => i > 0 && value > values[i - 1]! * (1 + 1e-9) + 1e-15).length;
const fixed = (values: readonly number[], digits = 3) => values.map((value) => value.toFixed(digits)).join(", ");

/** Runs something once a seed; fewer times when the run is stopped. */
async function everySeed<T>(
  { report, signal, seed, seeds }: Tools,
  name: { readonly en: string; readonly zh: string },
  once: () => T | Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < seeds && !signal.aborted; i++) {
    torch.manualSeed(seed + i);
    results.push(await once());
    report.progress({ label: name, done: i + 1, total: seeds });
    await torch.utils.data.breathe();
  }
  return results;
}

/** F58: counted by the library, and by the formulas. */
function counts({ report, check, seed }: Tools): void {
  const softmax = new nn.Linear(784, 10);
  const one = pictures.makeMlp(784, 256);
  const two = new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 256),
    new nn.ReLU(),
    new nn.Linear(256, 10),
  );
  const { countParameters } = nn.utils;
  const counted = [softmax, one, two].map(countParameters);
  report.table({
    caption: { en: "Parameters", zh: "参数个数" },
    columns: [
      { en: "model", zh: "模型" },
      { en: "formula", zh: "公式" },
      { en: "parameters", zh: "参数个数" },
    ],
    rows: [
      ["softmax 784-10", "(784 + 1) 10", counted[0]!],
      ["MLP 784-256-10", "(784 + 1) 256 + (256 + 1) 10", counted[1]!],
      ["MLP 784-256-256-10", "(784 + 1) 256 + (256 + 1) 256 + (256 + 1) 10", counted[2]!],
    ],
  });
  check("counts", counted.join(", "), counted[0] === 7850 && counted[1] === 203_530 && counted[2] === 269_322);
  torch.manualSeed(seed);
  const sizes = torch.randint(1, 40, [20, 3]).tolist() as [number, number, number][];
  const right = sizes.filter(
    ([d, m, k]) =>
      countParameters(new nn.Linear(d, 1)) === d + 1 &&
      countParameters(pictures.makeMlp(d, m, k)) === (d + 1) * m + (m + 1) * k,
  );
  check("formulas", `${right.length} of ${sizes.length}`, right.length === sizes.length);
}

/** F52: the table of four fields, each field a training. */
async function fourFields(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const fields = [
    { id: "lowSimple", draw: curves.drawSimple, n: 15, make: curves.makeLine },
    { id: "lowComplex", draw: curves.drawComplex, n: 200, make: curves.makeLine },
    { id: "highSimple", draw: curves.drawSimple, n: 15, make: curves.makeLarge },
    { id: "highComplex", draw: curves.drawComplex, n: 200, make: curves.makeLarge },
  ] as const;
  const verdicts = {
    lowSimple: { en: "low, simple: normal", zh: "低容量、简单数据：正常" },
    lowComplex: { en: "low, complex: underfitting", zh: "低容量、复杂数据：欠拟合" },
    highSimple: { en: "high, simple: overfitting", zh: "高容量、简单数据：过拟合" },
    highComplex: { en: "high, complex: normal", zh: "高容量、复杂数据：正常" },
  };
  const panels: Panel[] = [];
  const rows: (string | number)[][] = [];
  const grid = torch.linspace(-2, 2, 161).reshape(-1, 1);
  for (const { id, draw, n, make } of fields) {
    const runs = await everySeed(tools, verdicts[id], () => {
      const [train, validation] = [draw(n), draw(1000)];
      const net = make();
      curves.fit(net, train, 300);
      const errors = { train: curves.errorOf(net, train), validation: curves.errorOf(net, validation) };
      return { errors, samples: train, fitted: torch.noGrad(() => net(grid)) };
    });
    if (signal.aborted) return;
    const train = median(runs.map(({ errors }) => errors.train));
    const validation = median(runs.map(({ errors }) => errors.validation));
    rows.push([localize(verdicts[id]), train, validation]);
    const { samples, fitted } = runs[0]!;
    const list = (values: torch.Tensor) => values.reshape(-1).tolist() as number[];
    const truth = draw === curves.drawSimple ? grid.mul(0.8) : curves.waveOf(grid);
    panels.push({
      title: localize(verdicts[id]),
      xlabel: "x",
      ylabel: "y",
      xlim: [-2, 2],
      ylim: [-4, 4],
      series: [
        { x: list(samples.x).slice(0, 60), y: list(samples.y).slice(0, 60), label: "samples", format: "o" },
        { x: list(grid), y: list(truth), label: "truth", format: "k:" },
        { x: list(grid), y: list(fitted), label: "fit", format: "C1-" },
      ],
    });
    const holds = {
      lowSimple: validation <= 1.5 * curves.NOISE,
      lowComplex: train >= 3 * curves.NOISE,
      highSimple: train <= 0.5 * curves.NOISE && validation >= 2 * curves.NOISE,
      highComplex: validation <= 2 * curves.NOISE,
    };
    check(id, `training ${train.toFixed(3)}, validation ${validation.toFixed(3)}`, holds[id]);
  }
  report.figure(
    figureOf("fields", panels, {
      columns: 2,
      panelSize: [3.75, 3.25],
      caption: localize({
        en: "Capacity of the model against complexity of the data: four trainings",
        zh: "模型容量与数据复杂度：四次训练",
      }),
    }),
  );
  report.table({
    caption: {
      en: "The same as numbers, medians; the noise alone is 0.16",
      zh: "对应的数值（中位数）；噪声本身为 0.16",
    },
    columns: [
      { en: "capacity, data", zh: "容量、数据" },
      { en: "training error", zh: "训练误差" },
      { en: "validation error", zh: "验证误差" },
    ],
    rows,
  });
}

/** F54: one data set, three polynomials. */
async function threeFits(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const degrees = [1, 3, 11];
  const names = [
    { en: "underfitting", zh: "欠拟合" },
    { en: "right", zh: "正常" },
    { en: "overfitting", zh: "过拟合" },
  ];
  const runs = await everySeed(tools, { en: "three fits", zh: "三种拟合" }, () => {
    const [train, validation] = [polynomials.drawWave(15), polynomials.drawWave(1000)];
    const columns = degrees.map((degree) => degree + 1);
    return { train, errors: polynomials.errorsByColumns(train, validation, columns) };
  });
  if (signal.aborted) return;
  const train = degrees.map((_, i) => median(runs.map(({ errors }) => errors[i]!.train)));
  const validation = degrees.map((_, i) => median(runs.map(({ errors }) => errors[i]!.validation)));
  const samples = runs[0]!.train;
  const x = Array.from({ length: 201 }, (_, i) => i / 200);
  const grid = torch.tensor(x, { dtype: torch.float64 }).reshape(-1, 1);
  const panels = degrees.map((degree, i): Panel => {
    const w = polynomials.leastSquares(polynomials.monomials(samples.x, degree + 1), samples.y);
    const y = polynomials
      .monomials(grid, degree + 1)
      .matmul(w)
      .reshape(-1);
    return {
      title: localize({ en: `degree ${degree}: ${names[i]!.en}`, zh: `${degree} 次：${names[i]!.zh}` }),
      xlabel: "x",
      ylabel: "y",
      xlim: [0, 1],
      ylim: [-2, 2],
      series: [
        {
          x: samples.x.reshape(-1).tolist() as number[],
          y: samples.y.reshape(-1).tolist() as number[],
          label: "samples",
          format: "o",
        },
        { x, y: x.map((v) => Math.sin(2 * Math.PI * v)), label: "truth", format: "k:" },
        { x, y: y.tolist() as number[], label: "fit", format: "C1-" },
      ],
    };
  });
  report.figure(
    figureOf("fits", panels, {
      caption: localize({ en: "One data set, three polynomials", zh: "同一数据，三个多项式" }),
    }),
  );
  check(
    "fits",
    `train ${fixed(train)}; validation ${fixed(validation)}`,
    rises(train) === 0 && validation[1]! < validation[0]! && validation[1]! < validation[2]!,
  );
}

/** F55: training and validation error against the number of columns, medians of many data sets. */
async function errorCurve(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const columns = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15];
  const runs = await everySeed(
    { ...tools, seeds: tools.dataSets },
    { en: "error against capacity", zh: "误差随容量的变化" },
    () => polynomials.errorsByColumns(polynomials.drawCubic(100), polynomials.drawCubic(100), columns),
  );
  if (signal.aborted) return;
  const train = columns.map((_, i) => median(runs.map((run) => run[i]!.train)));
  const validation = columns.map((_, i) => median(runs.map((run) => run[i]!.validation)));
  const least = validation.indexOf(Math.min(...validation));
  report.figure({
    kind: "plot",
    id: "error-curve",
    caption: localize({
      en: "Error against capacity: exact least squares, 100 samples of the book's polynomial",
      zh: "误差随容量的变化：精确最小二乘，书中多项式的 100 个样本",
    }),
    figsize: [5, 3.25],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: "columns (degree + 1)",
        ylabel: "mean squared error",
        yscale: "log",
        series: [
          { x: columns, y: train, label: "training", format: "-" },
          { x: columns, y: validation, label: "validation", format: "m--" },
        ],
        marks: [
          {
            kind: "dots",
            x: [columns[least]!],
            y: [validation[least]!],
            size: 5,
            color: "C3",
            label: `best: ${columns[least]} columns`,
          },
        ],
      },
    ],
  });
  const risen = runs.reduce((sum, run) => sum + rises(run.map((errors) => errors.train)), 0);
  check("trainFalls", `${risen} rises in ${runs.length} data sets`, risen === 0);
  check(
    "uShape",
    `least at ${columns[least]} columns; ${validation[0]!.toFixed(1)}, ${validation[least]!.toFixed(4)}, ${validation.at(-1)!.toFixed(0)}`,
    columns[least] === 4 && validation[0]! > validation[least]! && validation.at(-1)! > validation[least]!,
  );
  const at = (k: number) => columns.indexOf(k);
  // Medians of many data sets; those of a few would say more about the samples.
  if (runs.length >= 200) {
    const gaps = columns.flatMap((k, i) => (k >= 4 ? [validation[i]! - train[i]!] : []));
    check("gap", gaps.map((gap) => gap.toPrecision(2)).join(", "), rising(gaps));
    const [trainHere, here] = [train[at(4)]!, validation[at(4)]!];
    check(
      "atTruth",
      `train ${trainHere.toFixed(5)}, validation ${here.toFixed(5)}`,
      Math.abs(trainHere - 0.00965) <= 5e-4 && Math.abs(here - 0.01043) <= 5e-4,
    );
    const within = (value: number, expected: number, factor: number) =>
      value <= expected * factor && value >= expected / factor;
    const [ten, fifteen] = [validation[at(10)]!, validation[at(15)]!];
    check("overfitted", `${ten.toFixed(4)}; ${fifteen.toFixed(1)}`, within(ten, 0.0303, 2) && within(fifteen, 16.7, 8));
  }
}

/** F53: pictures with labels that mean nothing. */
async function randomLabels(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const dataset = await tools.fashionMnist();
  const source = pictures.pictureSource(dataset);
  const run = (hidden: number) =>
    everySeed(
      tools,
      { en: `random labels, ${hidden} hidden units`, zh: `随机标签，${hidden} 个隐藏单元` },
      async () => {
        const train = pictures.withRandomLabels(source.train(300));
        const test = source.test(2000);
        const net = pictures.makeMlp(784, hidden);
        // Learning by heart takes longer than learning.
        await pictures.train(net, train, 2 * tools.steps, 50);
        return { train: 1 - pictures.errorOf(net, train), test: 1 - pictures.errorOf(net, test) };
      },
    );
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

/** F56: a small network, a large one, and the large one under weight decay. */
async function control(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const decays = [1e-4, 1e-3, 1e-2, 1e-1];
  const runs = await everySeed(tools, { en: "a large network under control", zh: "受控的大网络" }, () => {
    const [train, validation, test] = [curves.drawComplex(40), curves.drawComplex(200), curves.drawComplex(1000)];
    const trained = (net: nn.Sequential, weightDecay = 0) => {
      curves.fit(net, train, 300, weightDecay);
      return {
        train: curves.errorOf(net, train),
        validation: curves.errorOf(net, validation),
        test: curves.errorOf(net, test),
      };
    };
    const small = trained(curves.makeSmall());
    const large = trained(curves.makeLarge());
    const decayed = decays.map((decay) => trained(curves.makeLarge(), decay));
    const chosen = decayed.reduce((best, run) => (run.validation < best.validation ? run : best));
    return { small, large, decayed, chosen };
  });
  if (signal.aborted) return;
  const medians = (pick: (run: (typeof runs)[number]) => { train: number; test: number }) => ({
    train: median(runs.map((run) => pick(run).train)),
    test: median(runs.map((run) => pick(run).test)),
  });
  const [small, large, chosen] = [
    medians((run) => run.small),
    medians((run) => run.large),
    medians((run) => run.chosen),
  ];
  const along = decays.map((_, i) => medians((run) => run.decayed[i]!));
  const ends = [decays[0]!, decays.at(-1)!];
  report.figure({
    kind: "plot",
    id: "control",
    caption: localize({
      en: "First large, then controlled: 40 samples of a wave, networks of 3 and of 24 + 24 units",
      zh: "先大后控：波形的 40 个样本，3 个单元与 24 + 24 个单元的网络",
    }),
    figsize: [5, 3.25],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: "weight decay of the large network",
        ylabel: "mean squared error",
        ylim: [0.05, 10],
        xscale: "log",
        yscale: "log",
        series: [
          { x: decays, y: along.map(({ train }) => train), label: "large, training", format: "-" },
          { x: decays, y: along.map(({ test }) => test), label: "large, test", format: "m--" },
          { x: ends, y: [small.test, small.test], label: "small, test", format: "g-." },
          { x: ends, y: [large.test, large.test], label: "large without decay, test", format: "r:" },
        ],
      },
    ],
  });
  check(
    "control",
    `${chosen.test.toFixed(3)}; ${small.test.toFixed(3)}, ${large.test.toFixed(3)}`,
    chosen.test < small.test && chosen.test < large.test,
  );
  check("accepted", `training ${chosen.train.toFixed(3)}, test ${chosen.test.toFixed(3)}`, chosen.train < chosen.test);
}

/** F57: the number of parameters, and the range they may have. */
async function twoFactors(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const columns = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  // From the tightest to the loosest: less penalty is more range.
  const penalties = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
  const runs = await everySeed({ ...tools, seeds: 4 * tools.seeds }, { en: "two factors", zh: "两个因素" }, () => {
    const [train, validation] = [polynomials.drawWave(15), polynomials.drawWave(1000)];
    // Powers of 2x - 1 lie between -1 and 1 and are of one size: a limit on their weights means the same for all.
    const powers = ({ x }: polynomials.Samples) =>
      torch.cat(
        columns.map((k) =>
          x
            .mul(2)
            .sub(1)
            .pow(k - 1),
        ),
        1,
      );
    const [X, XValidation] = [powers(train), powers(validation)];
    const limited = penalties.map((lambd) => {
      const w = polynomials.ridge(X, train.y, lambd);
      return {
        norm: w.norm().item(),
        train: polynomials.meanSquaredError(X, train.y, w),
        validation: polynomials.meanSquaredError(XValidation, validation.y, w),
      };
    });
    return { counted: polynomials.errorsByColumns(train, validation, columns), limited };
  });
  if (signal.aborted) return;
  const along = (pick: (run: (typeof runs)[number]) => readonly { train: number; validation: number }[]) => {
    const of = (key: "train" | "validation") =>
      pick(runs[0]!).map((_, i) => median(runs.map((run) => pick(run)[i]![key])));
    return { train: of("train"), validation: of("validation") };
  };
  const counted = along((run) => run.counted);
  const limited = along((run) => run.limited);
  const norms = penalties.map((_, i) => median(runs.map((run) => run.limited[i]!.norm)));
  const panel = (x: readonly number[], errors: typeof counted, rest: Partial<Panel>): Panel => ({
    ylabel: "mean squared error",
    yscale: "log",
    series: [
      { x, y: errors.train, label: "training", format: "-" },
      { x, y: errors.validation, label: "validation", format: "m--" },
    ],
    ...rest,
  });
  report.figure(
    figureOf(
      "factors",
      [
        panel(columns, counted, { xlabel: "number of parameters", ylim: [3e-3, 1e2] }),
        panel(norms, limited, { xlabel: "‖w‖, range of 12 parameters", xscale: "log", ylim: [3e-3, 1e2] }),
      ],
      {
        caption: localize({
          en: "Two factors of capacity: how many parameters, and how large they may be",
          zh: "容量的两个因素：参数的个数与取值范围",
        }),
      },
    ),
  );
  const risen = runs.reduce((sum, run) => sum + rises(run.limited.map((errors) => errors.train)), 0);
  const least = limited.validation.indexOf(Math.min(...limited.validation));
  check(
    "range",
    `${risen} rises; best at ‖w‖ = ${norms[least]!.toPrecision(2)} of ${norms[0]!.toPrecision(2)} to ${norms.at(-1)!.toPrecision(2)}`,
    risen === 0 && least > 0 && least < penalties.length - 1,
  );
  const limits = [10, 100, 1e3, 1e4, 1e5, 1e6];
  const labelings = limits.map(polynomials.labelingsOfSine);
  report.table({
    caption: {
      en: "One parameter, sign(sin(αx)): labelings of five points that it has with α up to a limit",
      zh: "单参数模型 sign(sin(αx))：α 不超过上限时能给出的五点标签数",
    },
    columns: [
      { en: "limit of α", zh: "α 的上限" },
      { en: "labelings of 32", zh: "32 种标签中的个数" },
    ],
    rows: limits.map((limit, i) => [limit, labelings[i]!]),
  });
  check(
    "oneParameter",
    `${labelings.at(-1)} of 32 up to 10⁶, ${labelings[1]} up to 100`,
    labelings.at(-1) === 32 && labelings[1]! <= 8,
  );
}

/** F62: one network (16 hidden units), and data that are made more complex in four ways. */
async function dataComplexity(tools: Tools): Promise<void> {
  const { report, check, signal, steps } = tools;
  const dataset = await tools.fashionMnist();
  const source = pictures.pictureSource(dataset);
  const [usual, tests, hidden] = [1000, 1000, 16];
  type Change = (samples: pictures.Pictures) => pictures.Pictures;
  /** Median errors of the network on data that are drawn and changed anew with every seed. */
  const errorsOf = async (name: { en: string; zh: string }, n: number, changeOf: () => Change, classes = 10) => {
    const runs = await everySeed(tools, name, async (): Promise<pictures.Errors> => {
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
    ylabel: "error",
    ylim: [-0.02, 1],
    series: [
      { x, y: train, label: "training", format: "-" },
      { x, y: test, label: "test", format: "m--" },
    ],
    ...rest,
  });
  report.figure(
    figureOf(
      "complexity",
      [
        panel(sizes, bySize, { xlabel: "samples", xscale: "log" }),
        panel(
          clutter.map((k) => 784 + k),
          byElements,
          { xlabel: "elements a sample" },
        ),
        panel([0, 1, 2], byStructure, {
          xlabel: "order of the pixels",
          xticks: orders.map(({ name }, at) => ({ at, label: localize(name) })),
          xlim: [-0.4, 2.4],
        }),
        panel(classes, byClasses, { xlabel: "classes" }),
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
    `training ${fixed(bySize.train)}; test ${fixed(bySize.test)}`,
    bySize.train.at(-1)! > bySize.train[0]! && bySize.test.at(-1)! < bySize.test[0]! && gaps.at(-1)! <= gaps[0]! / 2,
  );
  check("elements", fixed(byElements.test), rising(byElements.test));
  const [plain, ordered, own] = byStructure.test as [number, number, number];
  if (tools.seeds >= 5) check("order", ordered - plain, Math.abs(ordered - plain) <= 0.03);
  check("structure", own, own >= 0.6);
  check("diversity", fixed(byClasses.test), rising(byClasses.test));
}

/** In the order of the notes. */
const allParts = {
  fields: fourFields,
  labels: randomLabels,
  fits: threeFits,
  curve: errorCurve,
  control,
  factors: twoFactors,
  counts,
  complexity: dataComplexity,
};

/** `torchlet run capacity` */
export const capacity = defineExperiment({
  id: "capacity",
  section: "3.2.2",
  title: { en: "Capacity and complexity", zh: "模型容量与数据复杂度" },
  summary: {
    en: "under- and overfitting as four trainings, error against capacity, random labels learned by heart",
    zh: "用四次训练展示欠拟合与过拟合，误差随容量的变化，记住随机标签",
  },
  explain: {
    shows: {
      en: "A model has more or less capacity, data are more or less complex, and all is well where both match. Each cell of that table is trained; the error is drawn along the capacity; a network learns by heart what means nothing; a large one is brought under control; and data are made more complex in four ways.",
      zh: "模型的容量有高有低，数据的复杂度也有高有低，两者匹配时一切正常。这里对表中每一格做一次训练；画出误差随容量的变化；让网络记住毫无意义的标签；把大网络控制住；并以四种方式使数据变得更复杂。",
    },
    lookFor: [
      {
        en: "Underfitting shows in the training error alone; overfitting only in the gap between both errors.",
        zh: "欠拟合只看训练误差就能发现；过拟合只有看两种误差之差才能发现。",
      },
      {
        en: "The training error falls and falls with the capacity; the validation error turns where the model becomes richer than the truth.",
        zh: "训练误差随容量一路下降；而当模型比真实规律更丰富时，验证误差转而上升。",
      },
      {
        en: "A large network with weight decay beats the small one: capacity is the sum of how many parameters there are and how far they may go.",
        zh: "带权重衰退的大网络胜过小网络：容量既取决于参数有多少，也取决于它们能走多远。",
      },
      {
        en: "The order of pixels makes no difference to a multilayer perceptron as long as it is the same for all pictures.",
        zh: "只要所有图片一致，像素的次序对多层感知机没有影响。",
      },
    ],
  },
  covers: ["F63"],
  corrections: ["P29"],
  claims,
  options: {
    part: {
      type: "choice",
      default: "all",
      choices: ["all", ...Object.keys(allParts)],
      help: { en: "one part alone", zh: "只运行其中一部分" },
    },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "trainings of each kind, each with a seed of its own", zh: "每种训练的次数，种子各不相同" },
    },
    dataSets: {
      type: "integer",
      default: 200,
      min: 5,
      max: 10_000,
      help: { en: "data sets for the curve of errors", zh: "误差曲线所用的数据集个数" },
    },
    steps: {
      type: "integer",
      default: 600,
      min: 1,
      max: 100_000,
      help: {
        en: "training steps on pictures, twice as many on random labels",
        zh: "在图片上训练的步数，随机标签时加倍",
      },
    },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  quick: { seeds: 1, steps: 300, dataSets: 50 },
  async run(context, { part, ...options }) {
    const tools: Tools = { ...context, ...options };
    for (const [name, run] of Object.entries(allParts)) {
      if (context.signal.aborted) break;
      if (part === "all" || part === name) await run(tools);
    }
    return {};
  },
});
