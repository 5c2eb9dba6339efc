// The book's section on environment and distribution shift: three shifts with their remedies, a detector, a feedback loop.

import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { Panel } from "../report/figure.js";
import { figureOf } from "../visualize/index.js";
import { claims } from "./distribution-shift/claims.js";
import {
  confusionMatrix,
  fitWeighted,
  importanceWeights,
  tellApart,
  twoSampleTest,
} from "./distribution-shift/logistic.js";
import * as worlds from "./distribution-shift/worlds.js";
import { defineExperiment } from "./experiment.js";
import { median } from "./measured.js";

const list = (values: Tensor) => values.reshape(-1).tolist() as number[];
const accuracy = (net: nn.Linear, { X, y }: worlds.Samples) =>
  torch.noGrad(() => net(X).argmax(1).eq(y).to(torch.float32).mean().item());

/** Covariate shift: a line for a curve, fitted to inputs that are not those it will meet. */
function covariateShift(n: number, clip: number) {
  const source = worlds.drawCubic(n, worlds.SOURCE);
  const target = worlds.drawCubic(n, worlds.TARGET);
  // The two normal densities differ in their variance too: log p/q is a polynomial of degree 2.
  const features = (X: Tensor) => torch.cat([X, X.square()], 1);
  const h = tellApart(features(source.X), features(target.X));
  const beta = importanceWeights(h, features(source.X), clip);
  const squared = (yHat: Tensor, y: Tensor) => yHat.sub(y).square();
  const fitted = (samples: worlds.Samples, weights?: Tensor) =>
    fitWeighted(new nn.Linear(1, 1), squared, samples.X, samples.y, weights);
  const lines = { plain: fitted(source), weighted: fitted(source, beta), informed: fitted(target) };
  const fresh = { source: worlds.drawCubic(5000, worlds.SOURCE), target: worlds.drawCubic(5000, worlds.TARGET) };
  const risk = (net: nn.Linear, { X, y }: worlds.Samples) => torch.noGrad(() => squared(net(X), y).mean().item());
  // Where the target has its inputs, the estimate is held against the exact ratio.
  const error = torch.noGrad(() => h(features(target.X)).sub(worlds.logRatio(target.X)).abs());
  return {
    source,
    target,
    beta,
    lines,
    logError: median(list(error)),
    plainOnSource: risk(lines.plain, fresh.source),
    plain: risk(lines.plain, fresh.target),
    weighted: risk(lines.weighted, fresh.target),
    informed: risk(lines.informed, fresh.target),
  };
}

const frequencies = { source: [1 / 3, 1 / 3, 1 / 3], target: [0.75, 0.2, 0.05] };

/** Label shift: the target's frequencies of classes from predictions alone, then training with weights p(y) / q(y). */
function labelShift(n: number) {
  const [train, validation] = [worlds.drawClasses(n, frequencies.source), worlds.drawClasses(n, frequencies.source)];
  const target = worlds.drawClasses(n, frequencies.target);
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const trained = (beta?: Tensor) => fitWeighted(new nn.Linear(2, 3), loss, train.X, train.y, beta);
  const net = trained();
  const predict = (X: Tensor) => torch.noGrad(() => net(X).argmax(1).to(torch.int32));
  // C p(y) = μ(ŷ): what the classifier says about the target, with its habit of confusing classes taken out.
  const C = confusionMatrix(predict(validation.X), validation.y, 3);
  const counted = torch.bincount(predict(target.X), { minlength: 3 }).to(torch.float32).div(n);
  const estimated = torch.linalg.solve(C, counted).clamp({ min: 0 });
  const q = torch.bincount(train.y, { minlength: 3 }).to(torch.float32).div(n);
  const weighted = trained(estimated.div(q).indexSelect(0, train.y));
  const fresh = worlds.drawClasses(20_000, frequencies.target);
  const truth = torch.tensor(frequencies.target);
  return {
    estimated: list(estimated),
    counted: list(counted),
    estimateError: estimated.sub(truth).abs().max().item(),
    countError: counted.sub(truth).abs().max().item(),
    plain: accuracy(net, fresh),
    weighted: accuracy(weighted, fresh),
  };
}

/** Concept shift: f_t sees x_t, predicts, is told y_t, and becomes f_(t+1); its twin stays as it was. */
function conceptShift(steps: number) {
  const online = new nn.Linear(2, 1);
  const loss = new nn.BCEWithLogitsLoss();
  const optimizer = new torch.optim.SGD(online.parameters(), { lr: 0.5 });
  const update = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const out = online(X).reshape(-1);
    const l = loss(out, y);
    l.backward();
    optimizer.step();
    return out;
  });
  for (let i = 0; i < 100; i++) {
    const { X, y } = worlds.drawTurning(10, 0);
    update(X, y);
  }
  const frozen = new nn.Linear(2, 1);
  frozen.loadStateDict(online.stateDict());
  const errors = { frozen: [] as number[], online: [] as number[] };
  const wrong = (out: Tensor, y: Tensor) =>
    out.reshape(-1).gt(0).to(torch.float32).ne(y).to(torch.float32).mean().item();
  for (let i = 0; i < steps; i++) {
    const { X, y } = worlds.drawTurning(10, i / steps);
    errors.frozen.push(torch.noGrad(() => wrong(frozen(X), y)));
    errors.online.push(wrong(update(X, y), y));
  }
  update.dispose();
  return errors;
}

/** Means of successive pieces. */
function means(values: readonly number[], size: number): number[] {
  const pieces = Array.from({ length: Math.floor(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
  return pieces.map((piece) => piece.reduce((sum, value) => sum + value, 0) / size);
}

/** `torchlet run distribution-shift` */
export const distributionShift = defineExperiment({
  id: "distribution-shift",
  section: "book.environment",
  title: { en: "Distribution shift", zh: "分布偏移" },
  summary: {
    en: "covariate, label and concept shift with their remedies, a detector, and a feedback loop",
    zh: "协变量、标签与概念偏移及其纠正，偏移检测，以及反馈循环",
  },
  explain: {
    shows: {
      en: "Training data and the world may differ: in the inputs, in the frequencies of the classes, in what the labels mean. The first two are corrected by weights that need no labels of the target: a classifier that tells both sets apart gives them, or the confusion matrix does. The third needs new labels, time and again. A classifier also notices that something has shifted; and a model that decides where data come from may shift the world by itself.",
      zh: "训练数据与现实可能不同：输入不同、类别频率不同，或标签含义不同。前两种可用权重纠正，且不需要目标域的标签：权重来自区分两组数据的分类器，或来自混淆矩阵。第三种则需要不断获得新标签。分类器还能发现偏移；而决定数据来自何处的模型，可能自己造成偏移。",
    },
    lookFor: [
      {
        en: "The unweighted line fits where most training data lie; the weighted one fits where it will be asked.",
        zh: "未加权的直线拟合训练数据最多的地方；加权的直线拟合将要预测的地方。",
      },
      {
        en: "Counting predictions overrates rare classes: the classifier confuses. Solving with the confusion matrix takes that out.",
        zh: "直接统计预测会高估稀有类别，因为分类器会混淆；用混淆矩阵求解可消除这一影响。",
      },
      {
        en: "Two districts are alike; one recorded case more is enough to send nearly all patrols to one of them.",
        zh: "两个街区完全相同；多记录一起案件就足以让几乎所有巡逻都去往其中之一。",
      },
    ],
  },
  covers: [],
  claims,
  options: {
    samples: {
      type: "integer",
      default: 2000,
      min: 100,
      max: 100_000,
      help: { en: "samples of source and of target", zh: "源域与目标域各自的样本数" },
    },
    clip: {
      type: "number",
      default: 20,
      min: 0.1,
      max: 1e6,
      help: { en: "the largest weight c in min(exp(h(x)), c)", zh: "min(exp(h(x)), c) 中的最大权重 c" },
    },
    shift: {
      type: "number",
      default: 0.5,
      min: 0,
      max: 10,
      help: { en: "the shift to detect, in standard deviations", zh: "待检测的偏移量（标准差）" },
    },
    tests: {
      type: "integer",
      default: 200,
      min: 20,
      max: 10_000,
      help: { en: "two-sample tests, with and without a shift", zh: "有偏移与无偏移时的双样本检验次数" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "runs of each kind", zh: "每种运行次数" } },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  quick: { tests: 60 },
  async run({ report, signal, check }, { samples, clip, shift, tests, seeds, seed }) {
    /** Runs something once a seed; fewer times when the run is stopped. */
    const everySeed = async <T>(en: string, zh: string, once: () => T): Promise<T[]> => {
      const results: T[] = [];
      for (let i = 0; i < seeds && !signal.aborted; i++) {
        torch.manualSeed(seed + i);
        results.push(once());
        report.progress({ label: { en, zh }, done: i + 1, total: seeds });
        await torch.utils.data.breathe();
      }
      return results;
    };

    const covariate = await everySeed("covariate shift", "协变量偏移", () => covariateShift(samples, clip));
    if (signal.aborted) return {};
    const [first] = covariate;
    const x = torch.linspace(-1, 2, 121).reshape(-1, 1);
    const shown = 120;
    const dots = ({ X, y }: worlds.Samples, format: string, label: string) => ({
      x: list(X).slice(0, shown),
      y: list(y).slice(0, shown),
      format,
      label,
    });
    const line = (net: nn.Linear) => list(torch.noGrad(() => net(x)));
    const order = list(first!.source.X.reshape(-1).argsort());
    const sourceX = list(first!.source.X);
    const beta = list(first!.beta);
    const byX = order.map((i) => sourceX[i]!);
    report.figure(
      figureOf(
        "covariate-shift",
        [
          {
            xlabel: "x",
            ylabel: "y",
            xlim: [-1, 2],
            ylim: [-2, 4],
            series: [
              dots(first!.source, "C0o", "source"),
              dots(first!.target, "C1o", "target"),
              { x: list(x), y: line(first!.lines.plain), label: "unweighted", format: "k:" },
              { x: list(x), y: line(first!.lines.weighted), label: "weighted", format: "C3-" },
            ],
          },
          {
            xlabel: "x",
            ylabel: "weight p(x) / q(x)",
            xlim: [-1, 2],
            series: [
              { x: list(x), y: list(worlds.logRatio(x).exp()), label: "exact", format: "k:" },
              { x: byX, y: order.map((i) => beta[i]!), label: "estimated", format: "C3-" },
            ],
          },
        ],
        {
          panelSize: [5, 3.2],
          caption: localize({
            en: "Covariate shift: a line for a curve, and the weights of its training samples",
            zh: "协变量偏移：用直线拟合曲线，以及训练样本的权重",
          }),
        },
      ),
    );
    const of = (key: "plainOnSource" | "plain" | "weighted" | "informed" | "logError") =>
      median(covariate.map((run) => run[key]));
    report.table({
      caption: { en: "Risk of the line, medians", zh: "直线的风险（中位数）" },
      columns: [
        { en: "trained on, asked on", zh: "训练域，测试域" },
        { en: "risk", zh: "风险" },
      ],
      rows: [
        [localize({ en: "source, source", zh: "源域，源域" }), of("plainOnSource")],
        [localize({ en: "source, target", zh: "源域，目标域" }), of("plain")],
        [localize({ en: "weighted source, target", zh: "加权的源域，目标域" }), of("weighted")],
        [localize({ en: "target, target", zh: "目标域，目标域" }), of("informed")],
      ],
    });
    const onTarget = of("plain");
    check("misled", onTarget / of("informed"), onTarget >= 5 * of("informed"));
    // Few samples, or weights that are cut, are another question.
    if (samples >= 1000) check("ratio", of("logError"), of("logError") <= 0.15);
    const worst = Math.max(...covariate.map(({ weighted, plain }) => weighted / plain));
    const beside = of("weighted") / of("informed");
    if (samples >= 1000 && clip >= 5) {
      check("covariate", `${worst.toFixed(3)}; ${beside.toFixed(3)}`, worst <= 0.5 && beside <= 1.5);
    }

    const label = await everySeed("label shift", "标签偏移", () => labelShift(samples));
    if (signal.aborted) return {};
    const classes = [0, 1, 2];
    report.table({
      caption: {
        en: "Label shift: frequencies in the target (first seed)",
        zh: "标签偏移：目标域中的频率（第一个种子）",
      },
      columns: [
        { en: "class", zh: "类别" },
        { en: "source", zh: "源域" },
        { en: "target", zh: "目标域" },
        { en: "predictions counted", zh: "统计预测" },
        { en: "solved with C", zh: "用 C 求解" },
      ],
      rows: classes.map((k) => [
        k,
        frequencies.source[k]!,
        frequencies.target[k]!,
        label[0]!.counted[k]!,
        label[0]!.estimated[k]!,
      ]),
    });
    const estimateError = median(label.map((run) => run.estimateError));
    const countError = median(label.map((run) => run.countError));
    if (samples >= 1000) {
      check(
        "frequencies",
        `${estimateError.toFixed(3)}; ${countError.toFixed(3)}`,
        estimateError <= 0.04 && countError >= 2 * estimateError,
      );
      const gain = Math.min(...label.map(({ plain, weighted }) => weighted - plain));
      check("label", gain, gain > 0.02);
    }

    const steps = 1000;
    const piece = 50;
    const concept = await everySeed("concept shift", "概念偏移", () => conceptShift(steps));
    if (signal.aborted) return {};
    const along = (key: "frozen" | "online") => {
      const each = concept.map((run) => means(run[key], piece));
      return each[0]!.map((_, i) => median(each.map((run) => run[i]!)));
    };
    const [frozen, online] = [along("frozen"), along("online")];
    const time = frozen.map((_, i) => (i + 0.5) * piece);
    const patrols = {
      naive: await everySeed("feedback", "反馈", () => worlds.patrol(1000, false)),
      corrected: await everySeed("feedback", "反馈", () => worlds.patrol(1000, true)),
    };
    if (signal.aborted) return {};
    const days = patrols.naive[0]!.map((_, day) => day + 1);
    const feedbackPanel: Panel = {
      xlabel: "day",
      ylabel: "share of patrols in district 1",
      ylim: [-0.03, 1.03],
      series: [
        ...patrols.naive.map((y, i) => ({
          x: days,
          y,
          format: "m--",
          ...(i === 0 ? { label: "recorded crime" } : {}),
        })),
        ...patrols.corrected.map((y, i) => ({
          x: days,
          y,
          format: "C0-",
          ...(i === 0 ? { label: "per patrol" } : {}),
        })),
      ],
    };
    report.figure(
      figureOf(
        "environment",
        [
          {
            xlabel: "step",
            ylabel: "error",
            ylim: [-0.03, 1.03],
            series: [
              { x: time, y: frozen, label: "frozen", format: "m--" },
              { x: time, y: online, label: "online", format: "-" },
            ],
          },
          feedbackPanel,
        ],
        {
          panelSize: [4.2, 3.2],
          caption: localize({
            en: "Left: the concept turns round. Right: two districts with one crime rate, patrols that follow the records",
            zh: "左：概念反转。右：两个犯罪率相同的街区，巡逻跟随案件记录",
          }),
        },
      ),
    );
    check(
      "concept",
      `${frozen.at(-1)!.toFixed(3)}, ${online.at(-1)!.toFixed(3)}`,
      frozen.at(-1)! >= 0.8 && online.at(-1)! <= 0.15,
    );
    const concentrated = Math.min(...patrols.naive.map((shares) => Math.max(shares.at(-1)!, 1 - shares.at(-1)!)));
    check("feedback", concentrated, concentrated >= 0.95);
    const uneven = patrols.corrected.map((shares) => shares.at(-1)!);
    check(
      "corrected",
      `${Math.min(...uneven).toFixed(3)} to ${Math.max(...uneven).toFixed(3)}`,
      uneven.every((share) => Math.abs(share - 0.5) <= 0.1),
    );

    // The detector: does a classifier tell old samples from new ones better than guessing would?
    torch.manualSeed(seed);
    const draw = (by: number) => torch.randn(400, 5).add(torch.tensor([by, 0, 0, 0, 0]));
    const alarms = { without: 0, with: 0 };
    for (let i = 0; i < tests; i++) {
      // The 95th percentile of the normal distribution.
      if (twoSampleTest(draw(0), draw(0)) > 1.645) alarms.without++;
      if (twoSampleTest(draw(0), draw(shift)) > 1.645) alarms.with++;
      if (i % 10 === 0) {
        report.progress({ label: { en: "two-sample tests", zh: "双样本检验" }, done: i, total: tests });
        await torch.utils.data.breathe();
        if (signal.aborted) return {};
      }
    }
    const [without, withShift] = [alarms.without / tests, alarms.with / tests];
    check("alarm", without, Math.abs(without - 0.05) <= 0.05);
    if (shift >= 0.5) check("detected", withShift, withShift >= 0.9);
    report.table({
      caption: { en: "Ways of learning in an environment", zh: "在环境中学习的几种方式" },
      columns: [
        { en: "kind", zh: "方式" },
        { en: "what happens", zh: "过程" },
      ],
      rows: (
        [
          ["batch learning", "批量学习", "train once on all data, then predict", "用全部数据训练一次，然后预测"],
          [
            "online learning",
            "在线学习",
            "f_t, x_t, f_t(x_t), y_t, loss, f_(t+1)",
            "f_t, x_t, f_t(x_t), y_t, 损失, f_(t+1)",
          ],
          [
            "bandits",
            "老虎机",
            "few actions; only the chosen one's reward is seen",
            "动作有限；只能看到所选动作的回报",
          ],
          ["control", "控制", "the environment remembers what was done (PID)", "环境会记住所做的事（PID）"],
          ["reinforcement learning", "强化学习", "the environment has a will of its own", "环境有自己的意志"],
        ] as const
      ).map(([en, zh, textEn, textZh]) => [localize({ en, zh }), localize({ en: textEn, zh: textZh })]),
    });
    report.text({
      en: "A search engine is such an environment: what it ranks first is clicked and linked, which makes it rank first; it needs weights for position, as the patrols need weights for presence. Other influences than distribution: what an error costs and whom, automation bias, and what is counted because it is easy to count.",
      zh: "搜索引擎就是这样的环境：排在前面的会被点击和链接，于是继续排在前面；它需要按位置加权，正如巡逻需要按到场次数加权。分布之外的影响还有：错误的代价由谁承担、对自动化的过度信任，以及只统计容易统计的东西。",
    });
    return {
      metrics: {
        covariateRisk: of("weighted"),
        unweightedRisk: onTarget,
        labelGain: median(label.map(({ plain, weighted }) => weighted - plain)),
        detected: withShift,
        falseAlarms: without,
      },
    };
  },
});
