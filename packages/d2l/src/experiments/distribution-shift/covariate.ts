// Covariate shift: a line for a curve, fitted to inputs that are not those it will meet.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { median } from "../measured.js";
import { fitWeighted, importanceWeights, tellApart } from "./logistic.js";
import { drawCubic, logRatio, type Samples, SOURCE, TARGET } from "./worlds.js";

/** A run of the book's correction, with its risks: means over samples that no line was trained on, unless said otherwise. */
export interface CovariateShift {
  readonly source: Samples;
  readonly target: Samples;
  /** The weight of each source sample. */
  readonly beta: Tensor;
  readonly lines: { readonly plain: nn.Linear; readonly weighted: nn.Linear };
  /** The median error of log p(x) / q(x) on target samples. */
  readonly logError: number;
  /** The mean loss of the unweighted line on its own training samples. */
  readonly empirical: number;
  /** Its risk on the source, and on the target. */
  readonly plainOnSource: number;
  readonly plain: number;
  readonly weighted: number;
  /** The risk of a line that was trained on the target. */
  readonly informed: number;
}

/** The two normal densities differ in their variance too: log p/q is a polynomial of degree 2. */
const featuresOf = (X: Tensor) => torch.cat([X, X.square()], 1);
const squaredError = (yHat: Tensor, y: Tensor) => yHat.sub(y).square();

/** The book's correction: a classifier of source and target, weights min(exp(h(x)), c), weighted training. */
export function covariateShift(n: number, c: number): CovariateShift {
  const source = drawCubic(n, SOURCE);
  const target = drawCubic(n, TARGET);
  const h = tellApart(featuresOf(source.X), featuresOf(target.X));
  const beta = importanceWeights(h, featuresOf(source.X), c);
  const line = ({ X, y }: Samples, weights?: Tensor) => fitWeighted(new nn.Linear(1, 1), squaredError, X, y, weights);
  const [plain, weighted, informed] = [line(source), line(source, beta), line(target)];

  const fresh = { source: drawCubic(5000, SOURCE), target: drawCubic(5000, TARGET) };
  const risk = (net: nn.Linear, { X, y }: Samples) => torch.noGrad(() => squaredError(net(X), y).mean().item());
  // Where the target has its inputs, the estimate is held against the exact ratio.
  const error = torch.noGrad(() => h(featuresOf(target.X)).sub(logRatio(target.X)).abs());
  return {
    source,
    target,
    beta,
    lines: { plain, weighted },
    logError: median(error.reshape(-1).tolist() as number[]),
    empirical: risk(plain, source),
    plainOnSource: risk(plain, fresh.source),
    plain: risk(plain, fresh.target),
    weighted: risk(weighted, fresh.target),
    informed: risk(informed, fresh.target),
  };
}
