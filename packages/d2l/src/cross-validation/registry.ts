// What `torchlet cv` knows.
import type { Experiment } from "../experiments/experiment.js";
import { mlpCv } from "./mlp.js";
import { polynomialCv } from "./polynomial.js";

/** All cross-validations, in the order in which they are listed. */
export const crossValidations: readonly Experiment[] = [mlpCv, polynomialCv].map((one) => one as unknown as Experiment);
