// Gradients through time: a plain recurrent network, and the gates of an LSTM.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

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
