// What the book's sections and exercises say about softmax and cross entropy, as numbers.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** The book's softmax: right in theory, and overflowing. */
export function softmax(X: Tensor): Tensor {
  const XExp = torch.exp(X);
  const partition = XExp.sum(1, { keepdim: true });
  return XExp.div(partition);
}

/** The book's cross entropy of probabilities: one value a sample. */
export function crossEntropy(yHat: Tensor, y: Tensor): Tensor {
  return torch.log(yHat.index(torch.arange(yHat.shape[0]!), y)).neg();
}

/** How far the gradient of cross entropy on logits is from softmax(o) - y, and its Hessian from diag(p) - p p^T. */
export function derivativeErrors(classes: number): { gradient: number; hessian: number } {
  const o = torch.randn(classes, { dtype: torch.float64, requiresGrad: true });
  const p = torch.softmax(o, 0).detach();
  const y = torch.zeros(classes, { dtype: torch.float64 });
  y.index(1).fill_(1);
  const loss = nn.functional.crossEntropy(o.reshape(1, -1), torch.tensor([1]));
  const gradient = torch.autograd.grad([loss], [o], { createGraph: true })[0]!;
  const rows = Array.from(
    { length: classes },
    (_, i) => torch.autograd.grad([gradient.index(i)], [o], { retainGraph: true })[0]!,
  );
  const hessian = torch.diag(p).sub(torch.outer(p, p));
  return {
    gradient: gradient.detach().sub(p.sub(y)).abs().max().item(),
    hessian: torch.stack(rows).sub(hessian).abs().max().item(),
  };
}

/** Entropy in nats. */
export function entropy(p: Tensor): number {
  return torch.special.entr(p).sum().item();
}

/** Entropies H(P), cross entropies H(P, Q) and H(P, P) of random distributions. */
export function entropies(count: number, classes: number): { smallestGap: number; ownGap: number } {
  const random = () => torch.softmax(torch.randn(classes, { dtype: torch.float64 }), 0);
  const gaps = Array.from({ length: count }, () => {
    const [p, q] = [random(), random()];
    const cross = (a: Tensor, b: Tensor) => a.mul(b.log()).sum().neg().item();
    return { other: cross(p, q) - entropy(p), own: Math.abs(cross(p, p) - entropy(p)) };
  });
  return {
    smallestGap: Math.min(...gaps.map(({ other }) => other)),
    ownGap: Math.max(...gaps.map(({ own }) => own)),
  };
}

/** `log(e^(lambda a) + e^(lambda b)) / lambda - max(a, b)` for growing lambda. */
export function realSoftMaxGaps(a: number, b: number, lambdas: readonly number[]): number[] {
  const pair = torch.tensor([a, b], { dtype: torch.float64 });
  return lambdas.map((lambda) => pair.mul(lambda).logsumexp(0).item() / lambda - Math.max(a, b));
}

/** Entropies of softmax(o / T) for some temperatures T. */
export function temperatureEntropies(o: readonly number[], temperatures: readonly number[]): number[] {
  const logits = torch.tensor([...o], { dtype: torch.float64 });
  return temperatures.map((T) => entropy(torch.softmax(logits.div(T), 0)));
}

/** The largest x whose exponential is finite in a format. */
export function largestExponent(format: "float16" | "float32" | "float64"): number {
  const exp = (x: number) => {
    const y = torch.exp(torch.tensor(x, { dtype: format === "float64" ? torch.float64 : torch.float32 }));
    return (format === "float16" ? torch.roundToHalf(y) : y).item();
  };
  let [low, high] = [0, 1000];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (Number.isFinite(exp(middle))) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Mean costs of deciding by the most likely class, and by the least expected cost, where overlooking an illness costs more
 * than a needless examination. Patients are ill with the probabilities that the model gives.
 */
export function decisionCosts(patients: number, overlooked: number): { mostLikely: number; leastCost: number } {
  const p = torch.rand(patients);
  const ill = torch.rand(patients).lt(p).to(torch.float32);
  const cost = (examine: Tensor) => {
    const missed = ill.mul(examine.neg().add(1)).mul(overlooked);
    const needless = ill.neg().add(1).mul(examine);
    return missed.add(needless).mean().item();
  };
  return {
    mostLikely: cost(p.gt(0.5).to(torch.float32)),
    leastCost: cost(p.mul(overlooked).gt(p.neg().add(1)).to(torch.float32)),
  };
}
