// Problems that the tests of fit train on.
import { readFileSync } from "node:fs";
import * as torch from "../../src/index.js";
import { numbers } from "../support/compare.js";

const { nn } = torch;

/** The data of fixtures/record.py: features in -2 to 2, labels of three classes, weights of samples. */
export function recordedData(seed: number, samples: number): [X: torch.Tensor, y: torch.Tensor, w: torch.Tensor] {
  const next = numbers(seed);
  const X = Float32Array.from({ length: samples * 6 }, () => next() * 4 - 2);
  const y = Int32Array.from({ length: samples }, () => Math.floor(next() * 3));
  const w = Float32Array.from({ length: samples }, () => next() + 0.1);
  return [torch.tensor(X).reshape(samples, 6), torch.tensor(y), torch.tensor(w)];
}

/** Every other label follows from the first feature: something to learn, and something to overfit. */
export function learnable(X: torch.Tensor, y: torch.Tensor): torch.Tensor {
  const x = X.select(1, 0).tolist() as number[];
  return torch.tensor((y.tolist() as number[]).map((label, i) => (i % 2 ? label : Math.floor(((x[i]! + 2) / 4) * 3))));
}

export type State = Record<string, number[]>;
export interface Run {
  initial: State;
  final: State;
  losses: number[];
  best: number;
  epochs: number;
  values: number[];
}

export const runs = JSON.parse(readFileSync(new URL("fixtures/runs.json", import.meta.url), "utf8")) as Record<
  string,
  Run
>;

/** The recorded model with its initial weights. */
export function recordedModel(state: State): torch.nn.Module {
  const layers: torch.nn.Module[] = [new nn.Linear(6, 8), new nn.ReLU(), new nn.Linear(8, 3)];
  if ("1.weight" in state) layers.splice(1, 0, new nn.BatchNorm1d(8));
  const net = new nn.Sequential(...layers);
  const own = net.stateDict();
  net.loadStateDict(
    Object.fromEntries(
      Object.entries(state).map(([name, values]) => [
        name,
        torch.tensor(values).to(own[name]!.dtype).reshape(own[name]!.shape),
      ]),
    ),
  );
  return net;
}

/** Every number of a model. */
export function valuesOf(net: torch.nn.Module): State {
  return Object.fromEntries(Object.entries(net.stateDict()).map(([name, t]) => [name, [...t.toTypedArray()]]));
}

/** Labels that a linear model gives: 20 features, three classes. */
export function classes(samples = 256, seed = 0): [X: torch.Tensor, y: torch.Tensor] {
  torch.manualSeed(seed);
  const X = torch.randn([samples, 20]);
  return [X, X.matmul(torch.randn([20, 3])).argmax(1)];
}

/** A network for them. */
export function network(seed = 1): torch.nn.Module {
  torch.manualSeed(seed);
  return new nn.Sequential(new nn.Linear(20, 16), new nn.ReLU(), new nn.Linear(16, 3));
}

/** Plain gradient descent. */
export const sgd =
  (lr: number, momentum = 0) =>
  (parameters: torch.Tensor[]): torch.optim.SGD =>
    new torch.optim.SGD(parameters, { lr, momentum });
