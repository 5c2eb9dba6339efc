// The problem behind the recorded trajectories (fixtures/record.py has the same one): the gradient of p is
// curvature * p - noise, so that differences of rounding do not grow into other paths.
import { readFileSync } from "node:fs";
import { numbers } from "../support/compare.js";
import type { Torch } from "../support/tiers.js";

const SHAPES = [[3, 5], [6]];
const STEPS = 50;

export interface Trajectory {
  name: string;
  options: Record<string, unknown>;
  dtype: "float32" | "float64";
  /** Whether parameter i has no gradient in steps t with (t + i) % 3 = 0. */
  skips?: boolean;
  /** The steps after which all values were recorded, one parameter after the other. */
  steps: number[];
  values: number[][];
}

/** The rows of a fixture. */
export function rows<T>(name: string): T[] {
  const text = readFileSync(new URL(`fixtures/${name}.jsonl`, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((row) => JSON.parse(row) as T);
}

/** Initial values, curvatures and the noise of each step, as float32. */
export function problem() {
  const draw = numbers(1);
  const values = (f: (x: number) => number) => (shape: number[]) =>
    Float32Array.from({ length: shape.reduce((n, s) => n * s, 1) }, () => f(draw()));
  const initial = SHAPES.map(values((x) => 4 * x - 2));
  const curvatures = SHAPES.map(values((x) => x + 0.5));
  const noises = Array.from({ length: STEPS }, () => SHAPES.map(values((x) => x - 0.5)));
  curvatures[1]!.set([2 ** -13, 0], 4);
  for (const [, noise] of noises) {
    noise![4] = noise![4]! * 2 ** -13;
    noise![5] = 0;
  }
  return { initial, curvatures, noises };
}

/** Runs an optimizer over the problem; the values of all parameters after the steps asked for. */
export function run(torch: Torch, { name, options, dtype, skips, steps }: Trajectory): number[][] {
  const { initial, curvatures, noises } = problem();
  const make = (values: Float32Array, i: number) => torch.tensor(values, { dtype: torch[dtype] }).reshape(SHAPES[i]!);
  const parameters = initial.map((v, i) => new torch.nn.Parameter(make(v, i)));
  const slopes = curvatures.map(make);
  const Optimizer = torch.optim[name as "SGD"];
  const lr = (options["lr"] as number | undefined) ?? new Optimizer(parameters).defaults.lr;
  const optimizer = new Optimizer([{ params: [parameters[0]!] }, { params: [parameters[1]!], lr: lr * 0.5 }], options);
  const states: number[][] = [];
  for (let t = 1; t <= STEPS; t++) {
    parameters.forEach((p, i) => {
      const missing = skips === true && (t + i) % 3 === 0;
      p.grad = missing ? null : slopes[i]!.mul(p.data).sub(make(noises[t - 1]![i]!, i));
    });
    optimizer.step();
    if (steps.includes(t)) states.push(parameters.flatMap((p) => [...p.toTypedArray()]));
  }
  return states;
}
