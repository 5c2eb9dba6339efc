// One parameter as samplers compute with it: numbers on the unit interval, choices by index.
import type { CategoricalDistribution, Distribution, ParameterValue, SearchSpace } from "../core/distributions.js";

/** A float or an int on [0, 1]: in the logarithm where the distribution says so. */
export interface NumericAxis {
  readonly kind: "numeric";
  /** How many values there are; infinite for plain floats. */
  readonly count: number;
  position(value: ParameterValue): number;
  /** The possible value that is nearest to a position. */
  value(position: number): number;
  /** The part of [0, 1] that is rounded to the value at this position; for axes with countable values only. */
  cell(position: number): readonly [number, number];
}

/** Choices: a position is an index. */
export interface ChoiceAxis {
  readonly kind: "choice";
  readonly count: number;
  position(value: ParameterValue): number;
  value(position: number): ParameterValue;
}

export type Axis = NumericAxis | ChoiceAxis;

const same = (x: number) => x;
const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

function choiceAxis({ choices }: CategoricalDistribution): ChoiceAxis {
  return {
    kind: "choice",
    count: choices.length,
    position: (value) => choices.indexOf(value),
    value: (position) => choices[position]!,
  };
}

/** The axis of a distribution. Countable values each have a cell, half a step to both sides, so that the ends weigh as much as others. */
export function axisOf(distribution: Distribution): Axis {
  if (distribution.kind === "categorical") return choiceAxis(distribution);
  const { low, high, log, step } = distribution;
  const half = step === null ? 0 : step / 2;
  const forward = log ? Math.log : same;
  const back = log ? Math.exp : same;
  const start = forward(low - half);
  // A single value is a point: any width does.
  const width = forward(high + half) - start || 1;
  const unit = (x: number) => clamp((forward(x) - start) / width, 0, 1);
  const value = (position: number) => {
    const x = back(start + clamp(position, 0, 1) * width);
    // 15 digits: 0.3 and not 0.1 * 3 = 0.30000000000000004.
    const legal = step === null ? x : Number((low + Math.round((x - low) / step) * step).toPrecision(15));
    return clamp(legal, low, high);
  };
  return {
    kind: "numeric",
    count: step === null ? (low === high ? 1 : Number.POSITIVE_INFINITY) : Math.round((high - low) / step) + 1,
    position: (x) => unit(x as number),
    value,
    cell: (position) => {
      const x = value(position);
      return [unit(x - half), unit(x + half)];
    },
  };
}

/** The axes of a space, in its order. */
export function axesOf(space: SearchSpace): readonly Axis[] {
  return Object.values(space).map(axisOf);
}
