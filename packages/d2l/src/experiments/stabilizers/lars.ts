// After the fact: steps scaled layer by layer train what no learning rate trains (d2l's exercise on LARS).
import * as torch from "torchlet";
import { type Localized, nn, type Tensor } from "torchlet";
import { median } from "../measured.js";
import { spirals } from "../vanishing-exploding/spirals.js";
import type { Context } from "./claims.js";

/** How a step is made of a gradient. */
export const updates = {
  descent: (w: Tensor, lr: number) => w.sub_(w.grad!, { alpha: lr }),
  /** w -= lr ‖w‖ / ‖g‖ g: every layer moves by the same share of its length. */
  LARS: (w: Tensor, lr: number) => w.sub_(w.grad!.mul(w.norm().div(w.grad!.norm()).mul(lr))),
};

type Update = keyof typeof updates;

/** A sigmoid network without biases, trained with one of the updates; its last loss. */
export function trainDeepSigmoid(update: Update, lr: number, steps: number): number {
  const [X, y] = spirals(300);
  const widths = [2, ...new Array<number>(8).fill(16), 3];
  const W = widths.slice(1).map((out, i) => new nn.Parameter(nn.init.xavierNormal_(torch.empty(widths[i]!, out))));
  const loss = new nn.CrossEntropyLoss();
  const step = torch.compile((X: Tensor, y: Tensor) => {
    for (const w of W) w.grad = null;
    let h: Tensor = X;
    for (const [i, w] of W.entries()) h = i < W.length - 1 ? torch.sigmoid(h.matmul(w)) : h.matmul(w);
    const l = loss(h, y);
    l.backward();
    torch.noGrad(() => {
      for (const w of W) updates[update](w, lr);
    });
    return l;
  });
  for (let t = 1; t < steps; t++) step(X, y);
  const last = step(X, y).item();
  step.dispose();
  return last;
}

const rates: Record<Update, readonly number[]> = { descent: [0.1, 1, 10], LARS: [0.003, 0.01, 0.03] };
const names: Record<Update, Localized> = {
  descent: { en: "gradient descent", zh: "梯度下降" },
  LARS: { en: "LARS", zh: "LARS" },
};

/** Both updates at their rates; the medians of their best losses, or null where it was stopped. */
export async function showLars({ report, signal, check }: Context, steps: number, seeds: readonly number[]) {
  /** Last losses: by rate, then by seed. */
  const losses: Record<Update, number[][]> = { descent: [], LARS: [] };
  const total = rates.descent.length + rates.LARS.length;
  for (const update of ["descent", "LARS"] as const) {
    for (const lr of rates[update]) {
      const ofRate: number[] = [];
      for (const seed of seeds) {
        torch.manualSeed(seed);
        const loss = trainDeepSigmoid(update, lr, steps);
        ofRate.push(Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY);
        await torch.utils.data.breathe();
        if (signal.aborted) return null;
      }
      losses[update].push(ofRate);
      report.progress({ label: names[update], done: losses.descent.length + losses.LARS.length, total });
    }
  }
  report.table({
    caption: {
      en: "Loss of a network of 8 sigmoid layers after training (medians; guessing has ln 3 = 1.0986)",
      zh: "含 8 个 sigmoid 层的网络训练后的损失（中位数；随机猜测为 ln 3 = 1.0986）",
    },
    columns: [
      { en: "update", zh: "更新方式" },
      { en: "learning rate", zh: "学习率" },
      { en: "loss", zh: "损失" },
    ],
    rows: (["descent", "LARS"] as const).flatMap((update) =>
      rates[update].map((lr, i) => [names[update], String(lr), median(losses[update][i]!).toFixed(4)]),
    ),
  });
  const bestOf = (update: Update) =>
    median(seeds.map((_, s) => Math.min(...losses[update].map((ofRate) => ofRate[s]!))));
  const best = { descent: bestOf("descent"), LARS: bestOf("LARS") };
  if (steps >= 1000) {
    const [descent, lars] = [best.descent.toFixed(4), best.LARS.toFixed(4)];
    check(
      "lars",
      { en: `gradient descent ${descent}, LARS ${lars}`, zh: `梯度下降 ${descent}，LARS ${lars}` },
      best.descent > 1.05 && best.LARS < 0.6,
    );
  }
  return best;
}
