// What is wrong with the data: values that are no numbers, targets that the loss cannot take.
import type { TorchletError } from "../errors/index.js";
import { BCELoss, BCEWithLogitsLoss } from "../nn/losses-pointwise.js";
import type { Tensor } from "../tensor/tensor.js";
import { digits, type TrainingDiagnosis } from "./diagnosis.js";
import { badValues } from "./evidence.js";
import { diagnosis, recent, type Scene, type Verdict } from "./scene.js";
import type { FitLoss } from "./types.js";

/** NaN or infinities in the batch itself. */
export function ofData(scene: Scene): TrainingDiagnosis | null {
  const bad = badValues(scene.suspect);
  if (bad === null) return null;
  const { where, count, nan, sample, column } = bad;
  const kind = nan === count ? "NaN" : nan === 0 ? "Inf" : "NaN / Inf";
  const zh = { inputs: "输入", targets: "目标", weights: "样本权重" }[where];
  return diagnosis(
    scene,
    "nan-in-data",
    {
      en: `the ${where} of batch ${scene.batch} have ${count} ${kind}, the first in sample ${sample}, column ${column}`,
      zh: `第 ${scene.batch} 批的${zh}中有 ${count} 个 ${kind}，首个位于第 ${sample} 个样本的第 ${column} 列`,
    },
    {
      en: "fill in or drop missing values before training",
      zh: "请在训练前填补或删除缺失值",
    },
    { ...bad, batch: scene.batch },
  );
}

function rangeOf(t: Tensor): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const v of t.toTypedArray()) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

/** Whether a loss takes targets between 0 and 1. */
export function isBinary(loss: FitLoss): boolean {
  return loss instanceof BCEWithLogitsLoss || loss instanceof BCELoss;
}

/** Targets of a binary cross entropy that lie outside 0 to 1: it has no lower bound then. */
export function ofBinaryTargets(
  scene: Scene,
  evidence: { readonly [name: string]: unknown },
): TrainingDiagnosis | null {
  if (!isBinary(scene.loss)) return null;
  const [low, high] = rangeOf(scene.suspect.y);
  if (low >= 0 && high <= 1) return null;
  return diagnosis(
    scene,
    "label-range",
    {
      en: `targets of a binary cross entropy must lie between 0 and 1, these go from ${digits(low)} to ${digits(high)}`,
      zh: `二元交叉熵的目标必须在 0 到 1 之间，这里的范围是 ${digits(low)} 到 ${digits(high)}`,
    },
    { en: "make them 0 and 1", zh: "请将其转换为 0 和 1" },
    { ...evidence, low, high },
  );
}

/** A binary cross entropy below 0, which targets between 0 and 1 cannot give; null where they are in order. */
export function diagnoseNegative(scene: Scene): Verdict | null {
  const found = ofBinaryTargets(scene, recent(scene));
  return found === null ? null : { diagnosis: found, weightsAreBad: true };
}

/** A label that is no class, as the loss has said when it refused the batch. */
export function diagnoseLabels(scene: Scene, error: TorchletError): Verdict {
  const labels = scene.suspect.y.toTypedArray();
  const [low, high] = rangeOf(scene.suspect.y);
  let sample = -1;
  const classes = (error.expected as readonly number[] | undefined)?.[1] ?? NaN;
  for (let i = 0; i < labels.length; i++) {
    if (sample < 0 && (labels[i]! < 0 || labels[i]! > classes)) sample = i;
  }
  return {
    weightsAreBad: false,
    cause: error,
    diagnosis: diagnosis(
      scene,
      "label-range",
      {
        en: `labels of batch ${scene.batch} go from ${low} to ${high}, classes from 0 to ${classes}; the first wrong one is in sample ${sample}`,
        zh: `第 ${scene.batch} 批的标签范围为 ${low} 到 ${high}，而类别为 0 到 ${classes}；首个错误位于第 ${sample} 个样本`,
      },
      {
        en: "number the classes from 0 on, and give the model as many outputs as there are classes",
        zh: "请从 0 开始为类别编号，并使模型的输出数等于类别数",
      },
      { low, high, largestClass: classes, sample },
    ),
  };
}
