// Gradients through time: a plain recurrent network, and the gates of an LSTM.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { withSeeds } from "../seeds.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { isWithin, level, lowest, rangeOf } from "./range.js";

/** An LSTM whose forget gates begin with this bias. */
export function lstm(inputs: number, hidden: number, forgetBias: number): nn.LSTM {
  const layer = new nn.LSTM(inputs, hidden);
  const { bias_hh_l0 } = layer as unknown as { bias_hh_l0: Tensor };
  // The gates stand one after the other: input, forget, cell, output.
  torch.noGrad(() => bias_hh_l0.narrow(0, hidden, hidden).add_(forgetBias));
  return layer;
}

/** The norm of the last output's gradient with respect to the input at each time, over that at the last time. */
export function throughTime(layer: nn.RNN | nn.LSTM, steps: number): number[] {
  const x = torch.randn(steps, 4, layer.inputSize, { requiresGrad: true });
  const [out] = layer(x);
  out
    .index(steps - 1)
    .sum()
    .backward();
  const norms = Array.from({ length: steps }, (_, t) => x.grad!.index(t).norm().item());
  return norms.map((norm) => norm / norms.at(-1)!);
}

/**
 * The gradient of the last cell with respect to the first, beside the product of the forget gates, for a cell that does not
 * look at its own outputs.
 *
 * @returns the largest relative difference
 */
export function cellAgainstGates(steps: number): number {
  const [inputs, hidden] = [3, 5];
  const options = { dtype: torch.float64 };
  const cell = new nn.LSTMCell(inputs, hidden, options);
  const parameters = Object.fromEntries(cell.namedParameters());
  nn.init.zeros_(parameters.weight_hh!);
  const begin = torch.randn(1, hidden, options).requiresGrad_();
  let h: Tensor = torch.zeros(1, hidden, options);
  let c: Tensor = begin;
  let gates: Tensor = torch.ones(1, hidden, options);
  for (let t = 0; t < steps; t++) {
    const x = torch.randn(1, inputs, options);
    const sums = x.matmul(parameters.weight_ih!.t()).add(parameters.bias_ih!).add(parameters.bias_hh!);
    gates = gates.mul(torch.sigmoid(sums.data.narrow(1, hidden, hidden)));
    [h, c] = cell(x, [h, c]);
  }
  c.sum().backward();
  return begin.grad!.sub(gates).div(gates).abs().max().item();
}

/** A plain recurrent network, and LSTMs whose forget gates begin half open and open; what arrives at the first step. */
export function showTime({ report, check }: Context, steps: number, seeds: readonly number[]) {
  const curves = {
    rnn: withSeeds(seeds, () => throughTime(new nn.RNN(8, 32), steps)),
    halfOpen: withSeeds(seeds, () => throughTime(lstm(8, 32, 0), steps)),
    open: withSeeds(seeds, () => throughTime(lstm(8, 32, 3), steps)),
  };
  const back = Array.from({ length: steps }, (_, i) => i);
  const line = (runs: readonly (readonly number[])[], label: string, format: string) => ({
    x: back,
    y: back.map((i) => median(runs.map((curve) => curve[steps - 1 - i]!))),
    label,
    format,
  });
  report.figure(
    figureOf(
      "time",
      [
        {
          xlabel: localize({ en: "steps back", zh: "回溯的时间步数" }),
          ylabel: localize({ en: "gradient / that at the last step", zh: "梯度 / 最后一步的梯度" }),
          yscale: "log",
          series: [
            line(curves.rnn, "RNN", "r:"),
            line(curves.halfOpen, localize({ en: "LSTM, forget bias 0", zh: "LSTM，遗忘门偏置 0" }), "m--"),
            line(curves.open, localize({ en: "LSTM, forget bias 3", zh: "LSTM，遗忘门偏置 3" }), "-"),
            level(lowest, back),
          ],
        },
      ],
      {
        panelSize: [5, 3.25],
        caption: localize({
          en: "Gradients through time (medians; black line: 1e-6)",
          zh: "随时间反向传播的梯度（中位数；黑线：1e-6）",
        }),
      },
    ),
  );
  const atFirst = (runs: readonly (readonly number[])[]) => runs.map((curve) => curve[0]!);
  const [rnn, halfOpen, open] = [atFirst(curves.rnn), atFirst(curves.halfOpen), atFirst(curves.open)];
  if (steps === 100) {
    check("rnn", Math.max(...rnn), Math.max(...rnn) < 1e-15);
    check("lstm", rangeOf(open), isWithin(open));
    const more = median(halfOpen) / median(rnn);
    const left = short(median(halfOpen), 2);
    check(
      "lstmDefault",
      {
        en: `${short(more, 2)} times the plain network's; ${left}`,
        zh: `普通网络的 ${short(more, 2)} 倍；${left}`,
      },
      more > 1e3 && median(halfOpen) < lowest,
    );
  }
  const gates = Math.max(...withSeeds(seeds, () => cellAgainstGates(20)));
  check("gates", gates, gates < 1e-12);
  return { rnnGradient: median(rnn), lstmGradient: median(open) };
}
