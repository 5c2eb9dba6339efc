// Activations, special functions, running results, losses and normalization against PyTorch: values at extreme inputs, gradients.
import { describe, it } from "vitest";
import { type Case, check, expectEqual, fixture, type Tolerance, title } from "../support/cases.js";

/** float32 functions are within 2 ULP here; in PyTorch some are not. Sums and gradients may cancel. */
const elementwise: Tolerance = {
  ...{ float32: 1e-6, float64: 2e-14, absolute: 1e-37 },
  gradients: { float32: 1e-4, float64: 2e-12, absolute: 1e-30 },
};
const summed: Tolerance = {
  ...{ float32: 1e-5, float64: 1e-13, absolute: 1e-6 },
  gradients: { float32: 1e-4, float64: 1e-11, absolute: 1e-4 },
};

const files: [string, Tolerance][] = [
  ["activations", elementwise],
  ["pointwise", { ...elementwise, float32: 2e-6, absolute: 1e-30 }],
  ["running", summed],
  ["losses-elementwise", summed],
  ["normalization", summed],
];

for (const [name, tolerance] of files) {
  describe(name, () => {
    it.each(fixture(name).map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
      expectEqual(check(c, tolerance));
    });
  });
}
