// A small study made by formula, for the tests of charts: no number in it is random.
import type { Distribution, ParameterValue, TrialRecord } from "@torchlet/search";
import type { StudyRecords } from "../../src/report/study/index.js";

const distributions: Readonly<Record<string, Distribution>> = {
  lr: { kind: "float", low: 1e-3, high: 1, log: true, step: null },
  width: { kind: "int", low: 32, high: 512, log: true, step: 1 },
  dropout: { kind: "float", low: 0, high: 0.5, log: false, step: null },
  activation: { kind: "categorical", choices: ["relu", "tanh", "sigmoid"] },
  optimizer: { kind: "categorical", choices: ["sgd", "adam"] },
  momentum: { kind: "float", low: 0, high: 0.99, log: false, step: null },
};

/** The fractional part of multiples of an irrational number: spread evenly, the same every time. */
const spread = (index: number, root: number) => (index * Math.sqrt(root)) % 1;

/** Trials on two workers: the sixth diverged, the seventh failed, some are pruned, the last one runs. */
export function exampleStudy(count = 40): StudyRecords {
  const trials: TrialRecord[] = Array.from({ length: count }, (_, number) => {
    const optimizer = number % 3 === 0 ? "adam" : "sgd";
    const params: Record<string, ParameterValue> = {
      lr: 10 ** (-3 + 3 * spread(number + 1, 2)),
      width: Math.round(32 * 16 ** spread(number + 1, 3)),
      dropout: 0.5 * spread(number + 1, 5),
      activation: ["relu", "tanh", "sigmoid"][number % 3]!,
      optimizer,
      ...(optimizer === "sgd" ? { momentum: 0.99 * spread(number + 1, 7) } : {}),
    };
    const lr = Math.log10(params["lr"] as number);
    const whole =
      number === 5 ? 0.1 : 0.88 - 0.03 * (lr + 1) ** 2 - 0.05 * Math.abs((params["dropout"] as number) - 0.15);
    const failed = number === 6;
    const pruned = !failed && number > 8 && whole < 0.85;
    const running = number === count - 1;
    const epochs = failed ? 0 : pruned ? 2 : running ? 3 : 5;
    const intermediate = new Map(
      Array.from({ length: epochs }, (_, epoch) => [epoch + 1, whole - 0.1 / (epoch + 1) + 0.02]),
    );
    const startedAt = 1_700_000_000_000 + Math.floor(number / 2) * 5000 + (number % 2) * 700;
    return {
      number,
      state: running ? "running" : failed ? "failed" : pruned ? "pruned" : "complete",
      params,
      distributions: Object.fromEntries(Object.keys(params).map((name) => [name, distributions[name]!])),
      values: running || failed || pruned ? null : [intermediate.get(5)!],
      intermediate,
      userAttributes: {},
      error: failed ? "RangeError: it was to fail" : null,
      startedAt,
      finishedAt: running ? null : startedAt + epochs * 900 + 100,
      attempts: 1,
      worker: `worker-${number % 2}`,
    };
  });
  return {
    trials,
    directions: ["maximize"],
    objectives: [{ en: "validation accuracy", zh: "验证精度" }],
    importance: { lr: 0.71, width: 0.12, dropout: 0.09, activation: 0.05, optimizer: 0.03 },
  };
}

/** Two objectives: error and seconds. */
export function exampleFront(): StudyRecords {
  const one = exampleStudy(30);
  return {
    directions: ["minimize", "minimize"],
    objectives: [
      { en: "error", zh: "错误率" },
      { en: "seconds", zh: "秒数" },
    ],
    trials: one.trials.map((trial) => ({
      ...trial,
      state: "complete",
      values: [0.1 + spread(trial.number + 1, 11) * 0.2, 1 + 5 * spread(trial.number + 1, 13)],
    })),
  };
}
