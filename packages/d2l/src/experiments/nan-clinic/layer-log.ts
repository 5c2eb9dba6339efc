// F122: the log that tells an explosion from another NaN: the largest activation and gradient of every layer, step by step.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { mlp } from "./patients.js";

/** The largest sizes of a step, layer by layer; null from where they are no numbers. */
export interface LoggedStep {
  readonly loss: number;
  readonly activations: readonly (number | null)[];
  readonly gradients: readonly (number | null)[];
}

const layers = ["h1", "h2", "h3", "out"];

/** Trains until the gradients are no numbers, and logs every step. */
export function logUntilNaN(
  net: nn.Sequential,
  data: readonly [Tensor, Tensor],
  loss: (yHat: Tensor, y: Tensor) => Tensor,
  lr: (step: number) => number,
  maxSteps = 500,
): LoggedStep[] {
  const updater = new torch.optim.SGD(net.parameters(), { lr: lr(0), momentum: 0.9 });
  const dataset = new torch.utils.data.TensorDataset(...data);
  const trainIter = new torch.utils.data.DataLoader(dataset, { batchSize: 32, shuffle: true });
  const linears = net.children().filter((module) => module instanceof nn.Linear);
  const recorder = nn.utils.recordLayers(net, { filter: (module) => module instanceof nn.Linear });
  const log: LoggedStep[] = [];
  const size = ({ maxAbs, nonFinite }: { maxAbs: number; nonFinite: number }) => (nonFinite > 0 ? null : maxAbs);
  while (log.length < maxSteps) {
    for (const [X, y] of trainIter) {
      updater.paramGroups[0]!.lr = lr(log.length);
      updater.zeroGrad();
      recorder.clear();
      const l = loss(net(X!), y!);
      l.backward();
      updater.step();
      const activations = recorder.records
        .filter(({ kind }) => kind === "activation")
        .map(({ statistics }) => size(statistics));
      const gradients = linears.map(({ weight }) => size(nn.utils.statisticsOf(weight.grad!)));
      log.push({ loss: l.item(), activations, gradients });
      if (gradients.includes(null) || log.length === maxSteps) return log;
    }
  }
  return log;
}

/** A learning rate that grows by 5 % a step: at some step it is too large. */
export function warmUpTooFar(): LoggedStep[] {
  const X = torch.randn(256, 10);
  const y = X.matmul(torch.randn(10, 1));
  return logUntilNaN(
    // Leaky, for ReLU can die of a step too long, and then there is no gradient left to explode.
    mlp(10, 64, 3, 1, () => new nn.LeakyReLU(0.1)),
    [X, y],
    (yHat, target) => nn.functional.mseLoss(yHat, target),
    (step) => 0.002 * 1.05 ** step,
  );
}

/** A binary cross entropy by hand: when the network is sure enough, the probability is 1 and log(1 - p) infinite. */
export function tooSure(): LoggedStep[] {
  const X = torch.randn(256, 10);
  const y = X.matmul(torch.randn(10, 1)).gt(0).to(torch.float32);
  const bce = (o: Tensor, target: Tensor) => {
    const p = torch.sigmoid(o);
    return target
      .mul(p.log())
      .add(target.neg().add(1).mul(p.neg().add(1).log()))
      .neg()
      .mean();
  };
  return logUntilNaN(mlp(10, 64, 3, 1), [X, y], bce, () => 0.02);
}

const largest = (values: readonly (number | null)[]) => Math.max(...values.map((value) => value ?? 0));
/** The steps before the first that is no number. */
const healthy = (log: readonly LoggedStep[]) =>
  log.filter(({ activations, gradients }) => !activations.includes(null) && !gradients.includes(null));

/** What a log says. */
export function readLog(log: readonly LoggedStep[]) {
  const good = healthy(log);
  const activations = good.map((step) => largest(step.activations));
  const gradients = good.map((step) => largest(step.gradients));
  const usual = gradients.slice(0, gradients.length >> 1).sort((a, b) => a - b)[gradients.length >> 2]!;
  /** The first step that is ten times above all of the first half. */
  const leaves = (sizes: readonly number[]) => {
    const highest = Math.max(...sizes.slice(0, sizes.length >> 1));
    const step = sizes.findIndex((value) => value > 10 * highest);
    return step < 0 ? sizes.length : step;
  };
  return {
    steps: log.length,
    grewLast: Math.max(...gradients.slice(-10)) / usual,
    grewAtAll: Math.max(Math.max(...gradients) / gradients[0]!, Math.max(...activations) / activations[0]!),
    apart: Math.abs(leaves(activations) - leaves(gradients)),
  };
}

/** The end of a log as curves, a layer each, with the step of the NaN. */
export function logPanel(
  log: readonly LoggedStep[],
  kind: "activations" | "gradients",
  options: Pick<Panel, "title" | "ylim">,
): Panel {
  const from = Math.max(0, log.length - 40);
  const shown = log.slice(from);
  const values = shown.flatMap((step) => step[kind].filter((value) => value !== null && value > 0)) as number[];
  const [low, high] = options.ylim ?? [Math.min(...values), Math.max(...values)];
  const end = log.length;
  return {
    ...options,
    xlabel: localize({ en: "step", zh: "步" }),
    ylabel: localize(
      kind === "activations"
        ? { en: "max |activation|", zh: "最大 |激活值|" }
        : { en: "max |gradient|", zh: "最大 |梯度|" },
    ),
    yscale: "log",
    series: layers.map((label, layer) => ({
      x: shown.map((_, step) => from + step + 1),
      y: shown.map((step) => step[kind][layer] ?? null),
      label,
      format: ["-", "m--", "g-.", "r:"][layer]!,
    })),
    marks: [
      { kind: "lines", lines: [{ x: [end, end], y: [low, high] }], color: "C7" },
      { kind: "texts", x: [end - 3], y: [low ** 0.2 * high ** 0.8], texts: ["NaN"], anchor: "end" },
    ],
  };
}
