// How often cross-validation finds the degree of the book's polynomial: by the best mean, and by the rule of one
// standard error; by samples, and by passes over the folds. `node bench/selection/polynomial-degree.mjs [seeds] [first]`.
import * as torch from "torchlet";

const seeds = Number(process.argv[2] ?? 20);
const first = Number(process.argv[3] ?? 0);
const S = torch.selection;
const candidates = Array.from({ length: 20 }, (_, degree) => degree);

/** y = 5 + 1.2x - 3.4x^2/2! + 5.6x^3/3! + N(0, 0.1^2), x ~ N(0, 1); columns of X are the monomials x^i/i!. */
function makePolynomial(seed, n) {
  const options = { dtype: torch.float64, generator: new torch.Generator().manualSeed(seed) };
  const x = torch.randn([n, 1], options);
  const X = new S.PolynomialFeatures(19, { factorialScaling: true }).fitTransform(x);
  const w = torch.tensor([[5], [1.2], [-3.4], [5.6]], { dtype: torch.float64 });
  return [
    X,
    X.narrow(1, 0, 4)
      .matmul(w)
      .add(torch.randn([n, 1], options).mul(0.1)),
  ];
}

const evaluateDegree =
  (degree) =>
  ([X, y], [XVal, yVal]) => {
    const [w] = torch.linalg.lstsq(X.narrow(1, 0, degree + 1), y);
    return torch.nn.functional.mseLoss(XVal.narrow(1, 0, degree + 1).matmul(w), yVal).item();
  };

console.log(`degree 3 of 0 to 19, exact least squares in float64, 5 folds, ${seeds} seeds from ${first}`);
console.log("samples  passes  best mean  one standard error  others that the rule chose");
for (const [n, nRepeats] of [
  [100, 1],
  [100, 5],
  [100, 10],
  [200, 1],
  [200, 5],
]) {
  let best = 0;
  let rule = 0;
  const others = [];
  for (let seed = first; seed < first + seeds; seed++) {
    const [X, y] = makePolynomial(seed, n);
    const cv = new S.RepeatedKFold({ nSplits: 5, nRepeats, seed });
    const { results, chosen } = await S.validationCurve(evaluateDegree, X, y, {
      candidates,
      cv,
      seed,
      rule: "oneStandardError",
    });
    if (S.choose(results).index === 3) best++;
    if (chosen === 3) rule++;
    else others.push(chosen);
  }
  const cells = [
    String(n).padStart(7),
    String(nRepeats).padStart(6),
    String(best).padStart(9),
    String(rule).padStart(18),
  ];
  console.log(`${cells.join("  ")}  ${others.join(" ")}`);
}
