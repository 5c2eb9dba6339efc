// Cross-validation of the polynomial's degree on 20 seeds: the rule of one standard error finds 3. The table of other
// ways (one pass, best mean, more samples) is printed by bench/selection/polynomial-degree.mjs.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { DEGREES, evaluateDegree, makePolynomial } from "./polynomial.js";

const S = torch.selection;

describe("the degree of the book's polynomial, degrees 0 to 19, 100 samples, 5 folds, 5 passes, 20 seeds", () => {
  it("is 3 in at least 19 by the rule of one standard error", async () => {
    let right = 0;
    let best = 0;
    for (let seed = 0; seed < 20; seed++) {
      const [X, y] = makePolynomial(seed, 100);
      const { results, chosen } = await S.validationCurve(evaluateDegree, X, y, {
        candidates: DEGREES,
        cv: new S.RepeatedKFold({ nSplits: 5, nRepeats: 5, seed }),
        rule: "oneStandardError",
        seed,
      });
      if (chosen === 3) right++;
      const { index } = S.choose(results);
      if (index === 3) best++;
      // The best mean is never at a lower degree: those miss a term.
      expect(index).toBeGreaterThanOrEqual(3);
    }
    expect(right).toBeGreaterThanOrEqual(19);
    expect(best).toBeLessThan(right);
  });
});
