// A Parzen estimator: a density made of one kernel for each observation, over several parameters at once.
import type { Random } from "../../core/random.js";
import { normalMass } from "../../math/normal.js";
import type { Axis, NumericAxis } from "../axis.js";
import { neighbourWidths, scottWidths } from "./bandwidth.js";

/** What shapes the kernels. */
export interface ParzenOptions {
  /** Weight of the prior, a kernel over everything, against 1 for an observation. */
  readonly priorWeight: number;
  /** `scott`: all kernels of one width; `neighbours`: as far as the next observation, for parameters without steps. */
  readonly widths: "scott" | "neighbours";
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** Every choice has this much in common, divided among the kernels: with less, a branch whose first trials were bad is given up. */
const CHOICE_SPREAD = 4;
/** Stands for masses too small for a number. */
const TINY = 1e-300;

function logSumExp(x: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of x) largest = Math.max(largest, value);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (const value of x) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/** The kernels of one parameter; the last one is the prior. */
interface AxisKernels {
  /** Adds to `out` what each kernel says of a position: the logarithm of its density, or of its mass where values are countable. */
  addLog(position: number, out: Float64Array): void;
  /** A position drawn from a kernel. */
  draw(kernel: number, random: Random): number;
}

/** Normal distributions cut to [0, 1]; for countable values, their mass in the value's cell. */
function numericKernels(axis: NumericAxis, centers: readonly number[], widths: readonly number[]): AxisKernels {
  const n = centers.length;
  const mean = Float64Array.from([...centers, 0.5]);
  const inverse = Float64Array.from([...widths, 1], (width) => 1 / width);
  const logInside = mean.map((m, k) => Math.log(normalMass(-m * inverse[k]!, (1 - m) * inverse[k]!)));
  const logScale = logInside.map((log, k) => Math.log(inverse[k]!) - HALF_LOG_TWO_PI - log);
  const addDensity = (position: number, out: Float64Array) => {
    for (let k = 0; k <= n; k++) {
      const z = (position - mean[k]!) * inverse[k]!;
      out[k]! += logScale[k]! - 0.5 * z * z;
    }
  };
  const addMass = (position: number, out: Float64Array) => {
    const [a, b] = axis.cell(position);
    for (let k = 0; k <= n; k++) {
      const mass = normalMass((a - mean[k]!) * inverse[k]!, (b - mean[k]!) * inverse[k]!);
      out[k]! += Math.log(Math.max(mass, TINY)) - logInside[k]!;
    }
  };
  return {
    addLog: Number.isFinite(axis.count) ? addMass : addDensity,
    // The center lies inside and no width exceeds 1, so at least a third of the normal is inside: rejection ends soon.
    draw: (kernel, random) => {
      for (;;) {
        const x = mean[kernel]! + random.normal() / inverse[kernel]!;
        if (x >= 0 && x <= 1) return axis.position(axis.value(x));
      }
    },
  };
}

/** The observation's choice, and of all choices a little (Aitchison and Aitken 1976). */
function choiceKernels(count: number, centers: readonly number[]): AxisKernels {
  const n = centers.length;
  const spread = CHOICE_SPREAD / (n + 1);
  const total = 1 + count * spread;
  const hit = Math.log((1 + spread) / total);
  const miss = Math.log(spread / total);
  const prior = -Math.log(count);
  return {
    addLog: (position, out) => {
      for (let k = 0; k < n; k++) out[k]! += centers[k] === position ? hit : miss;
      out[n]! += prior;
    },
    draw: (kernel, random) => (kernel < n && random.uniform() * total < 1 ? centers[kernel]! : random.integer(count)),
  };
}

/** A mixture of kernels over the product of some parameters, and the prior. */
export class ParzenEstimator {
  private constructor(
    private readonly axes: readonly AxisKernels[],
    private readonly logWeights: Float64Array,
  ) {}

  /**
   * @param points positions on the axes, one array an observation
   * @param weights of the observations
   */
  static of(
    axes: readonly Axis[],
    points: readonly (readonly number[])[],
    weights: readonly number[],
    options: ParzenOptions,
  ): ParzenEstimator {
    const { priorWeight, widths } = options;
    const kernels = axes.map((axis, j) => {
      const centers = points.map((point) => point[j]!);
      if (axis.kind === "choice") return choiceKernels(axis.count, centers);
      // Where observations share their values, the distance to the next one says nothing: kernels would leave out untried values.
      const byNeighbours = widths === "neighbours" && !Number.isFinite(axis.count);
      return numericKernels(axis, centers, byNeighbours ? neighbourWidths(centers) : scottWidths(centers, axes.length));
    });
    const all = [...weights, priorWeight];
    const sum = all.reduce((a, b) => a + b, 0);
    return new ParzenEstimator(
      kernels,
      Float64Array.from(all, (weight) => Math.log(weight / sum)),
    );
  }

  /** The logarithm of the density at a point. */
  logDensity(point: readonly number[]): number {
    return logSumExp(this.explain(point));
  }

  /** A point drawn from the density. */
  sample(random: Random): number[] {
    let left = random.uniform();
    let kernel = 0;
    while (kernel < this.logWeights.length - 1 && (left -= Math.exp(this.logWeights[kernel]!)) >= 0) kernel++;
    return this.axes.map((axis) => axis.draw(kernel, random));
  }

  /**
   * The density of the parameters that follow, given the positions of the first ones: a kernel weighs as much as it explains these.
   */
  given(point: readonly number[]): ParzenEstimator {
    const weights = this.explain(point);
    const norm = logSumExp(weights);
    return new ParzenEstimator(
      this.axes.slice(point.length),
      weights.map((weight) => weight - norm),
    );
  }

  /** By kernel: the logarithm of its weight times its density at the first parameters. */
  private explain(point: readonly number[]): Float64Array {
    const sums = this.logWeights.slice();
    for (let j = 0; j < point.length; j++) this.axes[j]!.addLog(point[j]!, sums);
    return sums;
  }
}
