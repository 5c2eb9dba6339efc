// F121 and F122: where NaN comes from, who finds it, what helps; and whether it was an exploding gradient.

import * as torch from "torchlet";
import { localize } from "torchlet";
import { figureOf } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { median, within } from "./measured.js";
import { type Examination, examine, leftAfter } from "./nan-clinic/case.js";
import { claims, labels, limits } from "./nan-clinic/claims.js";
import { type Case, logFigure, patientsFigure, recordsTable } from "./nan-clinic/figures.js";
import { findingText, sameFinding } from "./nan-clinic/finding.js";
import { readLog, tooSure, warmUpTooFar } from "./nan-clinic/layer-log.js";
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
  labels,
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

    // Every patient: examined, then cured.
    const cases: Case[] = [];
    const all: Examination[] = [];
    for (const [index, [id, patient]] of chosen.entries()) {
      const label = { en: `patient: ${patient.name.en}`, zh: `病例：${patient.name.zh}` };
      const examinations: Examination[] = [];
      for (const [i, s] of seeds.entries()) {
        if (signal.aborted) return {};
        report.progress({ label, done: index * seeds.length + i, total: chosen.length * seeds.length });
        examinations.push(await examine(patient, s, epochs));
        await torch.utils.data.breathe();
      }
      const [first] = examinations as [Examination, ...Examination[]];
      const { diagnosis } = first;
      if (diagnosis !== null) {
        report.text({
          en: `${patient.name.en}: ${diagnosis.cause.en}; torch.fit advises: ${diagnosis.cure.en}.`,
          zh: `${patient.name.zh}：${diagnosis.cause.zh}；torch.fit 建议：${diagnosis.cure.zh}。`,
        });
      }
      const left = leftAfter(examinations);
      const ratios = left.map((ratio) => ratio.toPrecision(2)).join(", ");
      // The finding that is not as expected, if there is one.
      const { finding } = examinations.find((one) => !sameFinding(one.finding, patient.finding)) ?? first;
      const { en, zh } = findingText(finding);
      check(
        id,
        { en: `${en}; ${ratios}`, zh: `${zh}；${ratios}` },
        sameFinding(finding, patient.finding) && left.every((ratio) => ratio < limits.cured),
      );
      cases.push({ patient, first });
      all.push(...examinations);
    }
    report.table(recordsTable(cases));
    report.figure(patientsFigure(cases));
    if (options.patient !== "all") return {};
    const lost = all.map((one) => one.lost);
    const [least, middle] = [Math.min(...lost), median(lost)];
    const lostWatched = Math.max(...all.map((one) => one.lostWatched));
    check(
      "spread",
      {
        en: `>= ${least.toFixed(2)}, median ${middle.toFixed(2)}; watched ${lostWatched}`,
        zh: `>= ${least.toFixed(2)}，中位数 ${middle.toFixed(2)}；有监视时 ${lostWatched}`,
      },
      least >= limits.lost[0] && middle >= limits.lost[1] && lostWatched === 0,
    );

    // Where exp and log end.
    const odd = [torch.tensor([[100, 0]]), torch.tensor([[-110, -111]])];
    const byHand = odd.map((o) => naiveSoftmax(o).select(1, 0).item());
    const byLibrary = odd.map((o) => torch.softmax(o, 1).select(1, 0).item().toFixed(4)).join(", ");
    check("naive", `${byHand.join(", ")}; ${byLibrary}`, byHand.every(Number.isNaN) && byLibrary === limits.softmax);
    const ends = lossLimits(limits.crossEntropy);
    check(
      "limits",
      ends.map((x) => Number(x.toFixed(2))).join("; "),
      within(ends[0], ...limits.naive) && within(ends[1], ...limits.shifted) && ends[2] >= limits.crossEntropy,
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
      misses.every((miss) => Math.abs(miss) <= limits.layers),
    );
    report.figure(
      figureOf("limits", [limitsPanel(ends), growthPanel(passes[0]!.bad, passes[0]!.good)], {
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
      grew.every((factor) => factor > limits.exploded),
    );
    const apart = exploding.map((reading) => reading.apart);
    check(
      "together",
      apart.join(", "),
      apart.every((steps) => steps <= limits.together),
    );
    const calm = sure.map(({ grewAtAll }) => grewAtAll);
    check(
      "calm",
      calm.map((factor) => factor.toFixed(1)).join(", "),
      calm.every((factor) => factor <= limits.calm),
    );
    report.figure(logFigure(logs[0]!.exploding, logs[0]!.sure));
    report.text({
      en: `A feature that is suddenly NaN may be an exploding gradient or not. On the left all layers grow by orders within some steps of the NaN at step ${exploding[0]!.steps}: lower the learning rate, or clip. On the right the network had become sure of its answers; at step ${sure[0]!.steps} a probability was rounded to 1 and its loss became 0 · log 0, with features and gradients as small as ever: another learning rate would only postpone it, the loss of logits cures it.`,
      zh: `中间特征突然变成 NaN，可能是梯度爆炸，也可能不是。左边在第 ${exploding[0]!.steps} 步出现 NaN 之前的几步内，所有层都按数量级增长：应降低学习率或裁剪梯度。右边网络已对答案非常确信，在第 ${sure[0]!.steps} 步某个概率被舍入为 1，损失成为 0 · log 0，而特征与梯度一如既往地小：换学习率只能推迟，改用作用于 logits 的损失才能治愈。`,
    });
    return { metrics: { explodedAtStep: exploding[0]!.steps, logOfZeroAtStep: sure[0]!.steps } };
  },
});
