// Options that the book's trainings on Fashion-MNIST have in common, with the book's values.
import type { OptionSpec } from "./experiment.js";

/** Epochs, batch size, learning rate. */
export const trainingOptions = {
  epochs: {
    type: "integer",
    default: 10,
    min: 1,
    max: 10_000,
    help: { en: "passes over the training data", zh: "遍历训练数据的轮数" },
  },
  batchSize: {
    type: "integer",
    default: 256,
    min: 1,
    max: 60_000,
    help: { en: "samples a step", zh: "每步的样本数" },
  },
  lr: { type: "number", default: 0.1, min: 0, help: { en: "learning rate", zh: "学习率" } },
} as const satisfies Record<string, OptionSpec>;

/** How often, and from which seed on. */
export const seedOptions = {
  seeds: {
    type: "integer",
    default: 5,
    min: 1,
    max: 100,
    help: { en: "trainings, each with a seed of its own", zh: "训练次数，每次使用不同的种子" },
  },
  seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
} as const satisfies Record<string, OptionSpec>;
