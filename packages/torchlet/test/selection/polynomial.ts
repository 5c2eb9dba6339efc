// The book's polynomial, fitted exactly: least squares in float64.
import * as torch from "../../src/index.js";

/** Degrees that are tried. */
export const DEGREES: readonly number[] = Array.from({ length: 20 }, (_, degree) => degree);

/** y = 5 + 1.2x - 3.4x^2/2! + 5.6x^3/3! + N(0, 0.1^2), x ~ N(0, 1); columns of X are the monomials x^i/i!. */
export function makePolynomial(seed: number, n: number): [torch.Tensor, torch.Tensor] {
  const options = { dtype: torch.float64, generator: new torch.Generator().manualSeed(seed) };
  const x = torch.randn([n, 1], options);
  const X = new torch.selection.PolynomialFeatures(19, { factorialScaling: true }).fitTransform(x);
  const w = torch.tensor([[5], [1.2], [-3.4], [5.6]], { dtype: torch.float64 });
  return [
    X,
    X.narrow(1, 0, 4)
      .matmul(w)
      .add(torch.randn([n, 1], options).mul(0.1)),
  ];
}

type Part = torch.selection.Part<torch.Tensor, torch.Tensor>;

/** The mean squared error, on one part, of an exact fit to another. */
export function scoreDegree(degree: number, [X, y]: Part, [XTest, yTest]: Part): number {
  const columns = degree + 1;
  const [w] = torch.linalg.lstsq(X.narrow(1, 0, columns), y);
  return torch.nn.functional.mseLoss(XTest.narrow(1, 0, columns).matmul(w), yTest).item();
}

/** The run of one fold for a degree. */
export function evaluateDegree(degree: number): torch.selection.FoldFunction<torch.Tensor, torch.Tensor> {
  return (train, validation) => scoreDegree(degree, train, validation);
}
