// F48, F52 to F58, F62, F63: capacity of models against complexity of data, each cell of the notes' table as a training.

import { claims, labels } from "./capacity/claims.js";
import { control } from "./capacity/control.js";
import { counts } from "./capacity/counts.js";
import { dataComplexity } from "./capacity/data-complexity.js";
import { doubleDescent } from "./capacity/double-descent.js";
import { errorCurve } from "./capacity/error-curve.js";
import { fourFields } from "./capacity/four-fields.js";
import { labelNoise } from "./capacity/label-noise.js";
import { nearestNeighbour } from "./capacity/nearest-neighbour.js";
import { randomLabels } from "./capacity/random-labels.js";
import { threeFits } from "./capacity/three-fits.js";
import type { Tools } from "./capacity/tools.js";
import { twoFactors } from "./capacity/two-factors.js";
import { defineExperiment } from "./experiment.js";

/** In the order of the notes; then what the book's English edition adds about deep networks. */
const allParts = {
  fields: fourFields,
  labels: randomLabels,
  fits: threeFits,
  curve: errorCurve,
  control,
  factors: twoFactors,
  counts,
  complexity: dataComplexity,
  neighbour: nearestNeighbour,
  descent: doubleDescent,
  noise: labelNoise,
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
        zh: "带权重衰减的大网络胜过小网络：容量既取决于参数有多少，也取决于它们能走多远。",
      },
      {
        en: "Beyond the classical picture: a network with many more units than samples errs less than one with as many, and false labels are learned last, so that stopping early helps.",
        zh: "经典图景之外：单元远多于样本的网络，误差小于单元与样本一样多的网络；错误标签最后才被记住，所以早停有益。",
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
  labels,
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
      default: 400,
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
