// What is done with a training: the bare loop, torch.fit, anomaly mode.
import * as torch from "torchlet";
import { AnomalyError } from "torchlet";
import type { Finding } from "./finding.js";
import { batchSize, type Training } from "./patients.js";

/** A training that nobody watches: the book's loop, until the loss is no number, and one step more. */
export function unattended({ net, data, loss, lr }: Training, numEpochs: number): { losses: number[]; lost: number } {
  const updater = new torch.optim.SGD(net.parameters(), { lr });
  const trainIter = new torch.utils.data.DataLoader(new torch.utils.data.TensorDataset(...data), { batchSize });
  const losses: number[] = [];
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    for (const [X, y] of trainIter) {
      updater.zeroGrad();
      const l = loss(net(X!), y!);
      l.backward();
      updater.step();
      const ended = !Number.isFinite(losses.at(-1) ?? 0);
      losses.push(l.item());
      if (ended) return { losses, lost: lostWeights(net) };
    }
  }
  return { losses, lost: lostWeights(net) };
}

/** The share of weights that are no numbers. */
export function lostWeights(net: torch.nn.Module): number {
  const all = torch.cat(net.parameters().map((p) => p.detach().reshape(-1)));
  return 1 - all.isfinite().to(torch.float32).mean().item();
}

/** A training that is watched: it stops before NaN reaches the weights, and says what is wrong. */
export function watched({ net, data, loss, lr, clipGradNorm }: Training, epochs: number): torch.FitRun {
  return torch.fit(net, {
    data,
    loss,
    optimizer: (parameters) => new torch.optim.SGD(parameters, { lr }),
    ...(clipGradNorm === undefined ? {} : { clipGradNorm }),
    batchSize,
    shuffle: false,
    epochs,
    onDiagnosis: "stop",
  });
}

/** The first operation that gives NaN or infinity: `"Exp"`, `"Sqrt backward"`; and the layer it belongs to. */
export function firstOperation(training: Training, numEpochs: number): { operation: string; layer: string } {
  try {
    torch.autograd.detectAnomaly(() => unattended(training, numEpochs));
  } catch (error) {
    if (!(error instanceof AnomalyError)) throw error;
    const { operation, phase, layer } = error.received as { operation: string; phase: string; layer?: string };
    return { operation: phase === "backward" ? `${operation} backward` : operation, layer: layer ?? "" };
  }
  return { operation: "", layer: "" };
}

/** What was found, with as much of it as the expected finding has. */
export function findingOf(expected: Finding, diagnosis: torch.TrainingDiagnosis | null, operation: string): Finding {
  const { sample, column } = diagnosis?.evidence ?? {};
  return {
    code: diagnosis?.code,
    ...(expected.operation === undefined ? {} : { operation }),
    ...(expected.place === undefined
      ? {}
      : { place: { batch: diagnosis?.batch ?? 0, sample: Number(sample), column: Number(column) } }),
  };
}
