// The book's exercises as lists of networks: one thing is varied, all else stays.
import type { Localized } from "torchlet";

/** A network and how it is trained. */
export interface Recipe {
  readonly name: string;
  readonly widths: readonly number[];
  readonly activation: string;
  readonly init: string;
  readonly lr: number;
}

/** What an exercise varies. */
export interface Exercise {
  readonly title: Localized;
  readonly recipes: readonly Recipe[];
}

const usual: Omit<Recipe, "name"> = { widths: [784, 256, 10], activation: "relu", init: "book", lr: 0.1 };
const hidden = (...widths: number[]) => [784, ...widths, 10];

/** By the names that the option has. */
export const exercises: Readonly<Record<string, Exercise>> = {
  hidden: {
    title: { en: "Number of hidden units", zh: "隐藏单元数" },
    recipes: [16, 64, 256, 1024].map((width) => ({ ...usual, name: `${width}`, widths: hidden(width) })),
  },
  layers: {
    title: { en: "Number of hidden layers (He's initialization)", zh: "隐藏层数（He 初始化）" },
    recipes: [0, 1, 2, 3, 4].map((depth) => ({
      ...usual,
      name: `${depth}`,
      init: "he",
      widths: hidden(...new Array<number>(depth).fill(256)),
    })),
  },
  lr: {
    title: { en: "Learning rate", zh: "学习率" },
    recipes: [0.001, 0.01, 0.1, 0.5, 10].map((lr) => ({ ...usual, name: `${lr}`, lr })),
  },
  activation: {
    title: { en: "Activation function (default initialization)", zh: "激活函数（默认初始化）" },
    recipes: ["relu", "tanh", "sigmoid", "prelu", "gelu", "silu", "none"].map((activation) => ({
      ...usual,
      name: activation,
      activation,
      init: "default",
    })),
  },
  init: {
    title: { en: "Initialization of the weights", zh: "权重初始化" },
    recipes: ["book", "default", "xavier", "he", "zeros"].map((init) => ({ ...usual, name: init, init })),
  },
  bottleneck: {
    title: { en: "A narrow hidden layer", zh: "狭窄的隐藏层" },
    recipes: [1, 2, 4, 256].map((width) => ({ ...usual, name: `${width}`, widths: hidden(width), init: "default" })),
  },
};
