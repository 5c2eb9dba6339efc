// Why a loss grew by orders, or became no number: from evidence to what most likely went wrong, and what to do.
import type { AnomalyError, Localized } from "../errors/index.js";
import { ofBinaryTargets, ofData } from "./diagnose-data.js";
import { digits, type Evidence, type TrainingDiagnosis } from "./diagnosis.js";
import { featureScales, firstAnomaly, largestOf } from "./evidence.js";
import { diagnosis, lrOf, recent, type Scene, type Verdict, WINDOW } from "./scene.js";
import { stateOf } from "./snapshot.js";

/** Inputs of this size are no standardized ones: pixels of 0 to 255, years, prices. */
const UNSCALED = 10;

/** Growth within the last steps that is no noise. */
const GREW = 100;

/** How many times larger the last finite number is than the smallest before it. */
function growth(values: readonly number[]): number {
  const finite = values.slice(-WINDOW).filter(Number.isFinite).map(Math.abs);
  if (finite.length < 2) return 1;
  return finite.at(-1)! / Math.max(Math.min(...finite.slice(0, -1)), Number.MIN_VALUE);
}

/** A divergence: of steps too long, or of inputs that make them so. */
function ofDivergence(scene: Scene, operation: Evidence): TrainingDiagnosis {
  const { suspect, snapshot } = scene;
  const lr = lrOf(scene);
  const state = stateOf(scene.stepper.settings.model, scene.stepper.settings.optimizer);
  const evidence = {
    ...recent(scene),
    largestWeight: largestOf(Object.values(state)),
    largestWeightBefore: largestOf(Object.values(snapshot.copies)),
    weightsOfStep: snapshot.step,
    operation,
  };
  const ofTargets = ofBinaryTargets(scene, evidence);
  if (ofTargets !== null) return ofTargets;
  const scales = featureScales(suspect);
  const grew = Math.max(growth(scene.losses), growth(scene.norms));
  const howMuch = {
    en: `the loss or its gradients grew ${digits(grew)} times within ${Math.min(WINDOW, scene.losses.length)} steps`,
    zh: `损失或其梯度在 ${Math.min(WINDOW, scene.losses.length)} 步内增大到 ${digits(grew)} 倍`,
  };
  if (scales !== null && scales.largest > UNSCALED) {
    return diagnosis(
      scene,
      "unscaled-inputs",
      {
        en: `${howMuch.en}: the inputs are not scaled, column ${scales.column} has a root mean square of ${digits(scales.largest)} (median of all columns ${digits(scales.median)})`,
        zh: `${howMuch.zh}：输入未经缩放，第 ${scales.column} 列的均方根为 ${digits(scales.largest)}（各列的中位数为 ${digits(scales.median)}）`,
      },
      {
        en: `standardize the inputs to mean 0 and standard deviation 1, or lower the learning rate (${digits(lr)}) a lot`,
        zh: `请将输入标准化为均值 0、标准差 1，或大幅降低学习率（${digits(lr)}）`,
      },
      { ...evidence, growth: grew, features: scales },
    );
  }
  return diagnosis(
    scene,
    "learning-rate-too-large",
    {
      en: `${howMuch.en}: the learning rate of ${digits(lr)} is too large`,
      zh: `${howMuch.zh}：学习率 ${digits(lr)} 过大`,
    },
    {
      en: `try ${digits(lr / 10)}, clip the gradients (clipGradNorm), or warm the learning rate up`,
      zh: `请尝试 ${digits(lr / 10)}、裁剪梯度（clipGradNorm），或对学习率进行预热`,
    },
    { ...evidence, growth: grew, features: scales },
  );
}

/** What anomaly detection tells of the operation. */
interface Anomaly {
  readonly phase: "forward" | "backward";
  readonly operation: string;
  readonly layer?: string;
  readonly inputs: readonly { readonly min: number; readonly max: number }[];
}

const OPERATION_TEXTS: Readonly<
  Record<"log-of-zero" | "division-by-zero" | "root-of-zero" | "overflow", [Localized, Localized]>
> = {
  "log-of-zero": [
    { en: "the logarithm of 0 or of a negative number was taken", zh: "对 0 或负数取了对数" },
    {
      en: "use a loss of logits (CrossEntropyLoss, BCEWithLogitsLoss), or keep the argument away from 0 with clamp",
      zh: "请使用以 logits 为输入的损失（CrossEntropyLoss、BCEWithLogitsLoss），或用 clamp 使其远离 0",
    },
  ],
  "division-by-zero": [
    { en: "something was divided by 0", zh: "出现了除以 0" },
    { en: "add a small number to the divisor", zh: "请在除数上加一个小量" },
  ],
  "root-of-zero": [
    {
      en: "a root or a power was taken of a negative number, or at 0, where its gradient is infinite",
      zh: "对负数求了根号或幂，或在 0 处求了其梯度（无穷大）",
    },
    {
      en: "add a small number under the root, or keep what is under it from being negative",
      zh: "请在根号内加一个小量，或避免其为负",
    },
  ],
  overflow: [
    { en: "a value grew beyond what the type can hold", zh: "数值超出了该类型所能表示的范围" },
    {
      en: "use the stable form (softmax, logSoftmax, a loss of logits), or smaller values",
      zh: "请使用数值稳定的形式（softmax、logSoftmax、以 logits 为输入的损失），或减小数值",
    },
  ],
};

function kindOf({ operation, phase, inputs }: Anomaly): keyof typeof OPERATION_TEXTS | null {
  const low = Math.min(...inputs.map(({ min }) => min));
  const last = inputs.at(-1);
  if (/^Log/.test(operation) && !/Softmax|Sigmoid|sumexp|cosh|addexp/i.test(operation) && low <= 0)
    return "log-of-zero";
  if (/^(Div|Reciprocal|Remainder|Fmod)/.test(operation) && last !== undefined && last.min <= 0 && last.max >= 0)
    return "division-by-zero";
  if (/^(Sqrt|Rsqrt|Pow|Norm|LinalgVectorNorm|Std)/.test(operation) && (phase === "backward" || low <= 0))
    return "root-of-zero";
  if (/^(Exp|Expm1|Cosh|Sinh|Pow|Mul|Square|Mse|Add|Sum|Mean|Linear|Addmm|Mm)/.test(operation)) return "overflow";
  return null;
}

/** An operation that gives NaN from weights and data that are in order. */
function ofOperation(scene: Scene, error: AnomalyError): TrainingDiagnosis {
  const anomaly = error.received as Anomaly;
  const code = kindOf(anomaly);
  const evidence = { ...recent(scene), anomaly, layer: error.path ?? null };
  const where: Localized = { en: `${error.path}: ${error.rule.en}`, zh: `${error.path}：${error.rule.zh}` };
  if (code === null) {
    return diagnosis(
      scene,
      "non-finite",
      where,
      error.hint ?? { en: "look at the operation's inputs", zh: "请检查该操作的输入" },
      evidence,
    );
  }
  const [cause, cure] = OPERATION_TEXTS[code];
  return diagnosis(scene, code, { en: `${cause.en} (${where.en})`, zh: `${cause.zh}（${where.zh}）` }, cure, evidence);
}

/** A loss or a gradient that is no number. */
export function diagnoseNonFinite(scene: Scene): Verdict {
  const { stepper, suspect, snapshot } = scene;
  const inData = ofData(scene);
  const { model, optimizer } = stepper.settings;
  const largest = largestOf(Object.values(stateOf(model, optimizer)));
  const broken = !Number.isFinite(largest);
  if (inData !== null) return { diagnosis: inData, weightsAreBad: broken };
  if (broken && snapshot.step <= 0 && scene.step === 1) {
    return {
      weightsAreBad: false,
      diagnosis: diagnosis(
        scene,
        "nan-in-weights",
        {
          en: "the model has NaN or infinite weights before its first step",
          zh: "模型在第一步之前就含有 NaN 或无穷大的权重",
        },
        { en: "initialize the model anew, or load other weights", zh: "请重新初始化模型，或载入其他权重" },
        recent(scene),
      ),
    };
  }
  const before = largestOf(Object.values(snapshot.copies));
  const grew = Math.max(growth(scene.losses), growth(scene.norms), broken ? Infinity : largest / Math.max(before, 1));
  const error = broken ? null : firstAnomaly(stepper, suspect);
  if (grew >= GREW) {
    return { diagnosis: ofDivergence(scene, error?.rule.en ?? null), weightsAreBad: true, cause: error ?? undefined };
  }
  if (error !== null) return { diagnosis: ofOperation(scene, error), weightsAreBad: false, cause: error };
  return {
    weightsAreBad: broken,
    diagnosis: diagnosis(
      scene,
      "non-finite",
      {
        en: "the loss or its gradients are no numbers, and a second run of the batch does not show where it began",
        zh: "损失或其梯度不是有限的数，而再次运行该批次未能显示其来源",
      },
      {
        en: "run the step under torch.autograd.detectAnomaly",
        zh: "请在 torch.autograd.detectAnomaly 下运行该步骤",
      },
      recent(scene),
    ),
  };
}

/** A loss that has grown by orders. */
export function diagnoseDivergence(scene: Scene): Verdict {
  return { diagnosis: ofData(scene) ?? ofDivergence(scene, null), weightsAreBad: true };
}
