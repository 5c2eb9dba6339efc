// The experiments that the command and the browser know.

import { activations } from "./activations.js";
import { backprop } from "./backprop.js";
import { batchNorm } from "./batch-norm.js";
import { blueShirts } from "./blue-shirts.js";
import { capacity } from "./capacity.js";
import { headings } from "./chapter/headings.js";
import { distributionShift } from "./distribution-shift.js";
import { dropout } from "./dropout.js";
import type { Experiment } from "./experiment.js";
import { housePrices } from "./house-prices.js";
import { hyperparameterSearch } from "./hyperparameter-search.js";
import { initialization } from "./initialization.js";
import { kFoldExperiment } from "./k-fold.js";
import { linearRegression } from "./linear-regression.js";
import { mlp } from "./mlp.js";
import { mlpConcise } from "./mlp-concise.js";
import { nanClinic } from "./nan-clinic.js";
import { perceptron } from "./perceptron.js";
import { piecewiseLinear } from "./piecewise-linear.js";
import { polynomial } from "./polynomial.js";
import { softmaxRegression } from "./softmax-regression.js";
import { stabilizers } from "./stabilizers.js";
import { vanishingExploding } from "./vanishing-exploding.js";
import { variance } from "./variance.js";
import { vcDimension } from "./vc-dimension.js";
import { weightDecay } from "./weight-decay.js";
import { xor } from "./xor.js";

const known = [
  activations,
  backprop,
  batchNorm,
  blueShirts,
  capacity,
  distributionShift,
  dropout,
  housePrices,
  hyperparameterSearch,
  initialization,
  kFoldExperiment,
  linearRegression,
  mlpConcise,
  mlp,
  nanClinic,
  perceptron,
  piecewiseLinear,
  polynomial,
  softmaxRegression,
  stabilizers,
  vanishingExploding,
  variance,
  vcDimension,
  weightDecay,
  xor,
] as unknown as readonly Experiment[];
const place = new Map<string, number>(headings.map(({ id }, index) => [id, index]));

/** All experiments, in the order of the notes. */
export const experiments: readonly Experiment[] = [...known].sort(
  (a, b) => place.get(a.section)! - place.get(b.section)!,
);
