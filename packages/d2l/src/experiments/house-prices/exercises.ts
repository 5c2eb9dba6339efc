// The book's exercises on house prices: what is changed, one thing at a time.
import type { Localized } from "torchlet";
import type { Settings } from "./train.js";

/** Rates that suit prices are 500 times too large for their logarithms. */
export const logRate = (lr: number) => lr / 500;

/** A training that differs from the book's in one thing. */
export interface Exercise {
  readonly id: "raw" | "decay" | "log" | "hidden" | "dropout";
  readonly name: Localized;
  readonly change: Partial<Settings>;
  /** Numbers as they are. */
  readonly raw?: boolean;
}

/** What the book asks to try; each differs from the settings in one thing, the last two from the one before. */
export function exercisesOf({ learningRate, target }: Settings): readonly Exercise[] {
  const toLog = target === "log" ? {} : ({ target: "log", learningRate: logRate(learningRate) } as const);
  const hidden = { ...toLog, model: "hidden", learningRate: (toLog.learningRate ?? learningRate) / 5 } as const;
  return [
    { id: "raw", name: { en: "not standardized", zh: "不做标准化" }, change: {}, raw: true },
    { id: "decay", name: { en: "weight decay 1", zh: "权重衰减 1" }, change: { weightDecay: 1 } },
    { id: "log", name: { en: "log price", zh: "对数价格" }, change: toLog },
    { id: "hidden", name: { en: "log price, hidden layer", zh: "对数价格，隐藏层" }, change: hidden },
    {
      id: "dropout",
      name: { en: "log price, hidden layer, dropout 0.2", zh: "对数价格，隐藏层，丢弃率 0.2" },
      change: { ...hidden, dropout: 0.2 },
    },
  ];
}
