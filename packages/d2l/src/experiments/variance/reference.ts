// What PyTorch 2.13 gives for 50 layers without bias, width 256, batch 256: the numbers that the table is held against.
import type { Localized } from "torchlet";
import { short } from "../short.js";
import { type Activation, activationNames, type Initializer, titles } from "./layers.js";

/** Stands for what is so small that even its order depends on the run: below `gone`. */
const lost = null;
const gone = 1e-30;

/** By what factor a measured number may differ. */
export const factor = 2;

/** The standard deviation of the last activations, and that of the gradient at the input. */
type Pair = readonly [forward: number | null, backward: number | null];

export const reference: Record<Initializer, Record<Activation, Pair>> = {
  "std 0.01": {
    linear: [lost, lost],
    tanh: [lost, lost],
    relu: [lost, lost],
    sigmoid: [0.02, lost],
    "4 sigmoid - 2": [lost, lost],
  },
  "std 1": {
    linear: [Number.NaN, Number.NaN],
    tanh: [0.97, 2e23],
    relu: [Number.NaN, Number.NaN],
    sigmoid: [0.46, 4.6e4],
    "4 sigmoid - 2": [1.95, 3.6e23],
  },
  Xavier: {
    linear: [0.95, 0.97],
    tanh: [0.099, 0.12],
    relu: [1.4e-8, 2.4e-8],
    sigmoid: [0.125, lost],
    "4 sigmoid - 2": [0.19, 0.21],
  },
  He: {
    linear: [3e7, 3e7],
    tanh: [0.55, 8.7],
    relu: [0.47, 0.8],
    sigmoid: [0.17, 1e-25],
    "4 sigmoid - 2": [1.1, 13.6],
  },
  "torch default": {
    linear: [1e-12, 1e-12],
    tanh: [9e-13, 9e-13],
    relu: [2e-20, 4e-20],
    sigmoid: [0.074, lost],
    "4 sigmoid - 2": [lost, 1e-12],
  },
};

/** A cell of the reference: `1.95`, `3.6e23`. */
export function referenceTexts(init: Initializer, name: Activation): string[] {
  return reference[init][name].map((value) => (value === lost ? `< ${gone}` : short(value)));
}

/** A row of it: `linear 3e7 / 3e7, tanh 0.55 / 8.7, ...`. */
export function rowText(init: Initializer): Localized {
  const row = (language: keyof Localized) =>
    activationNames.map((name) => `${titles[name][language]} ${referenceTexts(init, name).join(" / ")}`);
  return { en: row("en").join(", "), zh: row("zh").join("，") };
}

/** By what factor a number is off: 1 where it is right, infinite where one is NaN and the other is not. */
export function factorOff(measured: number, expected: number | null): number {
  if (expected === lost) return measured < gone ? 1 : Number.POSITIVE_INFINITY;
  if (Number.isNaN(expected) || Number.isNaN(measured)) {
    return Number.isNaN(expected) && Number.isNaN(measured) ? 1 : Number.POSITIVE_INFINITY;
  }
  return Math.max(measured / expected, expected / measured);
}
