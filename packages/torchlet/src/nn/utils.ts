// Small tools for parameters.
import type { Module } from "./module.js";

/**
 * How many numbers a module learns.
 *
 * @example
 * nn.utils.countParameters(new nn.Linear(784, 10)); // 7850
 */
export function countParameters(module: Module): number {
  return module.parameters().reduce((n, p) => n + p.numel(), 0);
}
