// Why a loss does not move: dead units, gradients that vanish, steps too short, or nothing to learn.
import type { Localized } from "../errors/index.js";
import { type DiagnosisCode, digits, type TrainingDiagnosis } from "./diagnosis.js";
import { type DeadUnits, deadUnits, layerGradients } from "./evidence.js";
import { diagnosis, lrOf, recent, type Scene, type Verdict } from "./scene.js";

/** Units that are 0 for all samples. */
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
  const flat: Localized = {
    en: `the loss has not moved: ${digits(moved.first)} in the first steps, ${digits(moved.last)} in the last`,
    zh: `损失没有变化：最初为 ${digits(moved.first)}，最近为 ${digits(moved.last)}`,
  };
  const warn = (code: DiagnosisCode, en: string, zh: string, cure: Localized): Verdict => ({
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
