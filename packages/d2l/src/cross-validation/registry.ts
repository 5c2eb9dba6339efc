// What `torchlet cv` knows.
import type { CrossValidation } from "./cross-validation.js";
import { mlpCv } from "./mlp.js";
import { polynomialCv } from "./polynomial.js";

/** All cross-validations, in the order in which they are listed. */
export const crossValidations: readonly CrossValidation[] = [mlpCv, polynomialCv].map(
  (one) => one as unknown as CrossValidation,
);
