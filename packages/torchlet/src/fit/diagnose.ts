// From evidence to a diagnosis: what most likely went wrong, and what to do.
import type { AnomalyError, TorchletError } from "../errors/index.js";
import { BCELoss, BCEWithLogitsLoss } from "../nn/losses-pointwise.js";
import type { Tensor } from "../tensor/tensor.js";
import { type DiagnosisCode, digits, type Evidence, type TrainingDiagnosis } from "./diagnosis.js";
import {
  badValues,
  type DeadUnits,
  deadUnits,
  featureScales,
  firstAnomaly,
  largestOf,
  layerGradients,
  type SuspectBatch,
} from "./evidence.js";
import { stateOf, type TrainingSnapshot } from "./snapshot.js";
import type { Stepper } from "./step.js";
import type { FitLoss } from "./types.js";

/** Where a training stands when something is wrong, and everything that may be looked at. */
export interface Scene {
  readonly epoch: number;
  readonly step: number;
  readonly batch: number;
  readonly stepper: Stepper;
  readonly loss: FitLoss;
  readonly suspect: SuspectBatch;
  /** Losses and norms of the steps so far, the last one included. */
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly snapshot: TrainingSnapshot;
}

/** A diagnosis, and whether the weights of the snapshot are the last good ones rather than those of now. */
export interface Verdict {
  readonly diagnosis: TrainingDiagnosis;
  readonly weightsAreBad: boolean;
  readonly cause?: unknown;
}

interface Text {
  readonly en: string;
  readonly zh: string;
}

/** Inputs of this size are no standardized ones: pixels of 0 to 255, years, prices. */
const UNSCALED = 10;
/** Growth within the last steps that is no noise. */
const GREW = 100;
const WINDOW = 10;

function diagnosis(
  scene: Scene,
  code: DiagnosisCode,
  cause: Text,
  cure: Text,
  evidence: { readonly [name: string]: unknown },
  severity: TrainingDiagnosis["severity"] = "error",
): TrainingDiagnosis {
  const { epoch, step, batch } = scene;
  return { code, severity, epoch, step, batch, cause, cure, evidence: evidence as { [name: string]: Evidence } };
}

const lrOf = (scene: Scene): number => scene.stepper.settings.optimizer.paramGroups[0]!.lr;

/** The last steps' numbers, as every diagnosis of a divergence shows them. */
function recent(scene: Scene) {
  return { losses: scene.losses.slice(-WINDOW), gradNorms: scene.norms.slice(-WINDOW), learningRate: lrOf(scene) };
}

/** How many times larger the last finite number is than the smallest before it. */
function growth(values: readonly number[]): number {
  const finite = values.slice(-WINDOW).filter(Number.isFinite).map(Math.abs);
  if (finite.length < 2) return 1;
  return finite.at(-1)! / Math.max(Math.min(...finite.slice(0, -1)), Number.MIN_VALUE);
}

/** NaN or infinities in the batch itself. */
function ofData(scene: Scene): TrainingDiagnosis | null {
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

/** A divergence: of steps too long, or of inputs that make them so. */
function ofDivergence(scene: Scene, operation: Evidence): TrainingDiagnosis {
  const { suspect, loss, snapshot } = scene;
  const lr = lrOf(scene);
  const state = stateOf(scene.stepper.settings.model, scene.stepper.settings.optimizer);
  const evidence = {
    ...recent(scene),
    largestWeight: largestOf(Object.values(state)),
    largestWeightBefore: largestOf(Object.values(snapshot.copies)),
    weightsOfStep: snapshot.step,
    operation,
  };
  const [low, high] = rangeOf(suspect.y);
  if ((loss instanceof BCEWithLogitsLoss || loss instanceof BCELoss) && (low < 0 || high > 1)) {
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
  Record<"log-of-zero" | "division-by-zero" | "root-of-zero" | "overflow", [Text, Text]>
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
      en: "the gradient of a root or of a power is infinite at 0",
      zh: "根号或幂函数在 0 处的梯度为无穷大",
    },
    { en: "add a small number under the root", zh: "请在根号内加一个小量" },
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
  const where: Text = { en: `${error.path}: ${error.rule.en}`, zh: `${error.path}：${error.rule.zh}` };
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

function ofDeadUnits(scene: Scene, worst: DeadUnits, layers: readonly DeadUnits[]): TrainingDiagnosis {
  const all = worst.dead === worst.units;
  const share = `${digits((100 * worst.dead) / worst.units)} %`;
  return diagnosis(
    scene,
    "dead-units",
    {
      en: `${worst.layer}: ${share} of the units are 0 for every sample of batch ${scene.batch}${all ? ", nothing before them can learn any more" : ""}`,
      zh: `${worst.layer}：${share} 的单元对第 ${scene.batch} 批的所有样本都为 0${all ? "，其之前的层已无法再学习" : ""}`,
    },
    {
      en: "lower the learning rate, use He initialization (nn.init.kaimingNormal_), or LeakyReLU",
      zh: "请降低学习率、使用 He 初始化（nn.init.kaimingNormal_），或改用 LeakyReLU",
    },
    { ...recent(scene), layers: layers.map((l) => ({ ...l })) },
    all ? "error" : "warning",
  );
}

/** No gradient at all for some steps. */
export function diagnoseNoGradient(scene: Scene): Verdict {
  const layers = deadUnits(scene.stepper, scene.suspect);
  const worst = layers[0];
  if (worst !== undefined && worst.dead === worst.units) {
    return { diagnosis: ofDeadUnits(scene, worst, layers), weightsAreBad: false };
  }
  return {
    weightsAreBad: false,
    diagnosis: diagnosis(
      scene,
      "zero-gradients",
      {
        en: "the gradients of all parameters are exactly 0 in every one of the last steps",
        zh: "最近各步中所有参数的梯度都恰好为 0",
      },
      {
        en: "look for saturated activations, for detach(), argmax or rounding between the parameters and the loss, and for an initialization with zeros",
        zh: "请检查是否有饱和的激活函数，参数与损失之间是否有 detach()、argmax 或取整，以及是否以零初始化",
      },
      { ...recent(scene), layers: layers.map((l) => ({ ...l })) },
    ),
  };
}

/** Below this, a layer's gradient beside its weights is nothing beside that of another layer. */
const VANISHED = 1e-4;
/** Steps shorter than this share of the weights cannot be seen in float32 losses. */
const TOO_SHORT = 1e-6;

/** A loss that does not move: dead units, gradients that vanish on their way, steps too short, or nothing to learn. */
export function diagnoseFlat(scene: Scene, moved: { readonly first: number; readonly last: number }): Verdict {
  const layers = deadUnits(scene.stepper, scene.suspect);
  const worst = layers[0];
  if (worst !== undefined && worst.dead >= 0.9 * worst.units) {
    return { diagnosis: ofDeadUnits(scene, worst, layers), weightsAreBad: false };
  }
  const gradients = layerGradients(scene.stepper, scene.suspect);
  const evidence = { ...recent(scene), ...moved, layers: gradients.map((g) => ({ ...g })) };
  const flat: Text = {
    en: `the loss has not moved: ${digits(moved.first)} in the first steps, ${digits(moved.last)} in the last`,
    zh: `损失没有变化：最初为 ${digits(moved.first)}，最近为 ${digits(moved.last)}`,
  };
  const warn = (code: DiagnosisCode, en: string, zh: string, cure: Text): Verdict => ({
    weightsAreBad: false,
    diagnosis: diagnosis(scene, code, { en: `${flat.en}; ${en}`, zh: `${flat.zh}；${zh}` }, cure, evidence, "warning"),
  });
  const weights = gradients.filter(({ weight, name }) => weight > 0 && !/bias/.test(name));
  const relative = weights.map(({ gradient, weight }) => gradient / weight);
  const largest = Math.max(...relative);
  const first = relative[0] ?? 0;
  if (weights.length > 1 && first < VANISHED * largest) {
    return warn(
      "vanishing-gradients",
      `the gradient of ${weights[0]!.name} is ${digits(first / largest)} of the largest beside its weights`,
      `${weights[0]!.name} 的梯度（相对其权重）仅为最大者的 ${digits(first / largest)}`,
      {
        en: "use ReLU in place of sigmoid or tanh, Xavier or He initialization, or batch normalization",
        zh: "请用 ReLU 代替 sigmoid 或 tanh，使用 Xavier 或 He 初始化，或批量归一化",
      },
    );
  }
  const lr = lrOf(scene);
  if (lr * largest < TOO_SHORT) {
    return warn(
      "learning-rate-too-small",
      `a step of the learning rate ${digits(lr)} changes the weights by ${digits(lr * largest)} of their size`,
      `学习率 ${digits(lr)} 的一步只改变权重大小的 ${digits(lr * largest)}`,
      { en: "raise the learning rate by orders", zh: "请将学习率提高几个数量级" },
    );
  }
  return warn("flat-loss", "the gradients are in order", "梯度正常", {
    en: "look whether inputs and targets belong together, and try another learning rate",
    zh: "请检查输入与目标是否对应，并尝试其他学习率",
  });
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
