// F121 and F122: where NaN comes from, who finds it, what helps; and whether it was an exploding gradient.

import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Panel } from "../report/figure.js";
import { bothOf } from "../report/text/wording.js";
import { figureOf } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { median } from "./measured.js";
import { claims } from "./nan-clinic/claims.js";
import { firstOperation, lostWeights, unattended, watched } from "./nan-clinic/examine.js";
import { logPanel, readLog, tooSure, warmUpTooFar } from "./nan-clinic/layer-log.js";
import { firstPass, growthPanel, largestFloat, limitsPanel, lossLimits, predicted } from "./nan-clinic/limits.js";
import {
  deepNet,
  naiveSoftmax,
  type Patient,
  type PatientId,
  patients,
  standardNormal,
  xavier,
} from "./nan-clinic/patients.js";

const counted = (answers: readonly string[]) => [...new Set(answers)].join(" / ");

/** `torchlet run nan-clinic` */
export const nanClinic = defineExperiment({
  id: "nan-clinic",
  section: "3.6.3",
  title: { en: "The NaN clinic", zh: "NaN 诊所" },
  summary: {
    en: "eight causes of NaN, each found and cured; is a sudden NaN an exploding gradient?",
    zh: "NaN 的八种成因，逐一诊断与治愈；突然出现的 NaN 是梯度爆炸吗？",
  },
  explain: {
    shows: {
      en: "Eight small trainings end in NaN. Each runs three times: unwatched, as in the book; with torch.fit, which stops before the weights are lost and says why; and in anomaly mode, which names the first operation. Then it runs cured. A log of the largest activation and gradient of every layer answers the question whether a sudden NaN is an exploding gradient.",
      zh: "八个小型训练都以 NaN 告终。每个运行三次：像书中那样无人监视；用 torch.fit，它在权重被毁之前停止并说明原因；用异常检测模式，它指出第一个出错的运算。随后再运行治愈后的版本。逐层记录最大激活值与最大梯度，即可回答“突然出现的 NaN 是不是梯度爆炸”。",
    },
    lookFor: [
      {
        en: "The operation that gives the first NaN is rarely the one to be changed: a learning rate that is too large shows in whatever overflows first.",
        zh: "最先给出 NaN 的运算往往不是该改的地方：学习率过大时，任何一个最先溢出的运算都可能出错。",
      },
      {
        en: "In the log, curves that climb by orders mean an explosion; curves that are flat up to the NaN mean that one operation left its domain.",
        zh: "在记录中，按数量级攀升的曲线意味着爆炸；一直平坦直到出现 NaN 的曲线意味着某个运算超出了定义域。",
      },
      {
        en: "One patient's loss never becomes NaN, although all its weights do: a mask hides it.",
        zh: "有一例的损失从不变成 NaN，尽管其所有权重都已是 NaN：它被掩蔽了。",
      },
    ],
  },
  covers: ["F121", "F122"],
  corrections: ["P28"],
  claims,
  options: {
    patient: {
      type: "choice",
      default: "all",
      choices: ["all", ...(Object.keys(patients) as PatientId[])],
      help: { en: "one cause of NaN alone", zh: "只看一种成因" },
    },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "runs of each patient", zh: "每例的运行次数" },
    },
    epochs: {
      type: "integer",
      default: 10,
      min: 5,
      max: 1000,
      help: { en: "passes of a cured training", zh: "治愈后训练的轮数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { seeds: 1 },
  async run({ report, signal, check }, options) {
    const { epochs, seed } = options;
    const seeds = Array.from({ length: options.seeds }, (_, i) => seed + i);
    const chosen = (Object.entries(patients) as [PatientId, Patient][]).filter(
      ([id]) => options.patient === "all" || options.patient === id,
    );
    const rows: (string | number)[][] = [];
    const panels: Panel[] = [];
    const lost: number[] = [];
    let lostWatched = 0;
    for (const [index, [id, patient]] of chosen.entries()) {
      const label = { en: `patient ${patient.name.en}`, zh: `病例：${patient.name.zh}` };
      const found: string[] = [];
      const cured = patient.cures.map(() => [] as number[]);
      const curves: { label: string; losses: readonly number[] }[] = [];
      for (const s of seeds) {
        if (signal.aborted) return {};
        report.progress({ label, done: index * seeds.length + s - seed, total: chosen.length * seeds.length });
        torch.manualSeed(s);
        const alone = unattended(patient.sick(), epochs);
        torch.manualSeed(s);
        const sick = patient.sick();
        const { diagnosis, stepLosses } = await watched(sick, epochs);
        lostWatched = Math.max(lostWatched, lostWeights(sick.net));
        torch.manualSeed(s);
        const { operation, layer } = firstOperation(patient.sick(), epochs);
        const { sample, column } = diagnosis?.evidence ?? {};
        const place = id === "data" ? `; batch ${diagnosis?.batch}, sample ${sample}, column ${column}` : "";
        found.push(`${diagnosis?.code}${patient.operation === "" ? "" : `, ${operation}`}${place}`);
        const histories: torch.FitHistory[] = [];
        for (const [i, cure] of patient.cures.entries()) {
          torch.manualSeed(s);
          const history = await watched(cure.cured(), epochs);
          const end = history.epochs.at(-1)?.train.loss ?? Number.NaN;
          cured[i]!.push(history.diagnosis === null ? end / history.stepLosses[0]! : Number.NaN);
          histories.push(history);
        }
        lost.push(alone.lost);
        if (s !== seed) continue;
        report.text({
          en: `${patient.name.en}: ${diagnosis?.cause.en}; torch.fit advises: ${diagnosis?.cure.en}.`,
          zh: `${patient.name.zh}：${diagnosis?.cause.zh}；torch.fit 建议：${diagnosis?.cure.zh}。`,
        });
        rows.push(
          ...patient.cures.map(({ name }, i) => [
            i === 0 ? localize(patient.name) : "",
            i === 0
              ? alone.losses.findIndex((l) => !Number.isFinite(l)) + 1 || localize({ en: "never", zh: "从不" })
              : "",
            i === 0 ? `${operation}${layer === "" ? "" : ` @ ${layer}`}` : "",
            i === 0 ? (diagnosis?.code ?? "-") : "",
            localize(name),
            histories[i]!.stepLosses[0]!,
            histories[i]!.epochs.at(-1)?.train.loss ?? Number.NaN,
          ]),
        );
        curves.push({ label: localize({ en: "sick", zh: "患病" }), losses: stepLosses });
        for (const history of histories) {
          curves.push({ label: localize({ en: "cured", zh: "治愈" }), losses: history.stepLosses });
        }
      }
      panels.push(curvePanel(localize(patient.name), curves));
      const worst = cured.map((ratios) =>
        Math.max(...ratios.map((r) => (Number.isNaN(r) ? Number.POSITIVE_INFINITY : r))),
      );
      const expected = bothOf(claims[id].expected).en.split(" for every seed")[0];
      check(
        id,
        `${counted(found)}; ${worst.map((ratio) => ratio.toPrecision(2)).join(", ")}`,
        found.every((answer) => answer === expected) && worst.every((ratio) => ratio < 0.5),
      );
      await torch.utils.data.breathe();
    }
    report.table({
      caption: { en: "The clinic's records, first seed", zh: "诊所病历（第一个种子）" },
      columns: [
        { en: "patient", zh: "病例" },
        { en: "NaN at step", zh: "NaN 出现的步" },
        { en: "first operation", zh: "首个出错的运算" },
        { en: "diagnosis", zh: "诊断" },
        { en: "cure", zh: "疗法" },
        { en: "loss before", zh: "治疗前损失" },
        { en: "after", zh: "治疗后" },
      ],
      rows,
    });
    report.figure(
      figureOf("patients", panels, {
        columns: Math.min(4, panels.length),
        panelSize: [3, 2.4],
        caption: localize({
          en: "Losses of the sick trainings up to their NaN, and of the cured ones (dashed: the second cure)",
          zh: "患病训练直到出现 NaN 的损失，以及治愈后的损失（虚线：第二种疗法）",
        }),
      }),
    );
    if (options.patient !== "all") return {};
    check(
      "spread",
      `>= ${Math.min(...lost).toFixed(2)}, median ${median(lost).toFixed(2)}; watched ${lostWatched}`,
      Math.min(...lost) >= 0.5 && median(lost) >= 0.99 && lostWatched === 0,
    );

    // Where exp and log end.
    const first = (o: number[], softmax: (o: torch.Tensor) => torch.Tensor) =>
      softmax(torch.tensor([o]))
        .select(1, 0)
        .item();
    const stable = (o: torch.Tensor) => torch.softmax(o, 1);
    const odd: number[][] = [
      [100, 0],
      [-110, -111],
    ];
    const [byHand, byLibrary] = [odd.map((o) => first(o, naiveSoftmax)), odd.map((o) => first(o, stable))];
    check(
      "naive",
      `${byHand.join(", ")}; ${byLibrary.map((p) => p.toFixed(4)).join(", ")}`,
      byHand.every(Number.isNaN) && byLibrary.map((p) => p.toFixed(4)).join() === "1.0000,0.7311",
    );
    const limits = lossLimits();
    check(
      "limits",
      limits.map((x) => Number(x.toFixed(2))).join("; "),
      Math.abs(limits[0] - 88.72) < 0.02 && Math.abs(limits[1] - 103.6) < 0.5 && limits[2] === 1e6,
    );

    // The layer in which N(0, 1) overflows.
    const passes = seeds.map((s) => {
      torch.manualSeed(s);
      return { bad: firstPass(deepNet(standardNormal)), good: firstPass(deepNet(xavier)) };
    });
    const misses = passes.map(({ bad }) => bad.indexOf(null) - predicted(bad).findIndex((size) => size > largestFloat));
    check(
      "overflowLayer",
      misses.join(", "),
      misses.every((miss) => Math.abs(miss) <= 2),
    );
    report.figure(
      figureOf("limits", [limitsPanel(limits), growthPanel(passes[0]!.bad, passes[0]!.good)], {
        panelSize: [4, 3],
        caption: localize({
          en: "Where losses written by hand end, and the layer in which weights from N(0, 1) overflow",
          zh: "手写损失的极限，以及 N(0, 1) 权重溢出的层",
        }),
      }),
    );

    // Is it an exploding gradient? The log tells.
    const logs = seeds.map((s) => {
      torch.manualSeed(s);
      const exploding = warmUpTooFar();
      torch.manualSeed(s);
      return { exploding, sure: tooSure() };
    });
    const exploding = logs.map((log) => readLog(log.exploding));
    const sure = logs.map((log) => readLog(log.sure));
    const list = (values: readonly number[]) => values.map((value) => value.toExponential(1)).join(", ");
    const grew = exploding.map(({ grewLast }) => grewLast);
    check(
      "explosion",
      list(grew),
      grew.every((factor) => factor > 1e6),
    );
    const apart = exploding.map((reading) => reading.apart);
    check(
      "together",
      apart.join(", "),
      apart.every((steps) => steps <= 3),
    );
    const calm = sure.map(({ grewAtAll }) => grewAtAll);
    check(
      "calm",
      list(calm),
      calm.every((factor) => factor <= 100),
    );
    const shown = logs[0]!;
    report.figure(
      figureOf(
        "log",
        [
          logPanel(shown.exploding, "activations", { title: "learning rate grows" }),
          logPanel(shown.sure, "activations", { title: "log(1 - p) by hand", ylim: [1e-2, 1e4] }),
          logPanel(shown.exploding, "gradients", { title: "learning rate grows" }),
          logPanel(shown.sure, "gradients", { title: "log(1 - p) by hand", ylim: [1e-4, 1e2] }),
        ],
        {
          columns: 2,
          panelSize: [4, 2.8],
          caption: localize({
            en: "Largest activation and gradient of every layer until the NaN: an explosion (left), and none (right)",
            zh: "直到出现 NaN 为止每层的最大激活值与最大梯度：爆炸（左）与非爆炸（右）",
          }),
        },
      ),
    );
    report.text({
      en: `A feature that is suddenly NaN may be an exploding gradient or not. On the left all layers grow by orders within some steps of the NaN at step ${exploding[0]!.steps}: lower the learning rate, or clip. On the right the network had become sure of its answers; at step ${sure[0]!.steps} a probability was rounded to 1 and its loss became 0 · log 0, with features and gradients as small as ever: another learning rate would only postpone it, the loss of logits cures it.`,
      zh: `中间特征突然变成 NaN，可能是梯度爆炸，也可能不是。左边在第 ${exploding[0]!.steps} 步出现 NaN 之前的几步内，所有层都按数量级增长：应降低学习率或裁剪梯度。右边网络已对答案非常确信，在第 ${sure[0]!.steps} 步某个概率被舍入为 1，损失成为 0 · log 0，而特征与梯度一如既往地小：换学习率只能推迟，改用作用于 logits 的损失才能治愈。`,
    });
    return { metrics: { explodedAtStep: exploding[0]!.steps, logOfZeroAtStep: sure[0]!.steps } };
  },
});

/** Losses of one patient, the sick one up to its end, and of its cures. */
function curvePanel(title: string, curves: readonly { label: string; losses: readonly number[] }[]): Panel {
  const [sick, cured] = [curves[0]!.losses.filter(Number.isFinite), curves[1]!.losses];
  return {
    title,
    xlabel: "step",
    ylabel: "loss",
    yscale: "log",
    series: curves.map(({ label, losses }, i) => ({
      x: losses.map((_, step) => step + 1),
      y: losses.map((loss) => (Number.isFinite(loss) ? loss : null)),
      // Two cures, one entry of the legend: the table names them.
      ...(i < 2 ? { label } : {}),
      format: ["r-", "-", "m--"][i]!,
    })),
    marks: [{ kind: "dots", x: [sick.length + 1], y: [sick.at(-1) ?? cured[0]!], color: "r", label: "NaN" }],
  };
}
