// What the book's sections and exercises say about softmax and cross entropy, as numbers.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

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

/** How far `log(e^(λa) + e^(λb)) / λ` is above max(a, b), and its mirror image below min(a, b), for growing λ. */
export function realSoftMaxGaps(a: number, b: number, lambdas: readonly number[]): { max: number[]; min: number[] } {
  const pair = torch.tensor([a, b], { dtype: torch.float64 });
  const real = (x: Tensor, lambda: number) => x.mul(lambda).logsumexp(0).item() / lambda;
  return {
    max: lambdas.map((lambda) => real(pair, lambda) - Math.max(a, b)),
    min: lambdas.map((lambda) => Math.min(a, b) + real(pair.neg(), lambda)),
  };
}

/** Mean bits of the best binary code (Huffman's): the two rarest symbols share all bits but the last, again and again. */
export function bitsOfCode(probabilities: readonly number[]): number {
  const left = [...probabilities];
  let bits = 0;
  while (left.length > 1) {
    left.sort((a, b) => b - a);
    const both = left.pop()! + left.pop()!;
    // Both symbols get one more bit.
    bits += both;
    left.push(both);
  }
  return bits;
}

/** Entropies of softmax(o / T) for some temperatures T. */
export function temperatureEntropies(o: readonly number[], temperatures: readonly number[]): number[] {
  const logits = torch.tensor([...o], { dtype: torch.float64 });
  return temperatures.map((T) => entropy(torch.softmax(logits.div(T), 0)));
}

/** Formats of numbers, with the smallest that has all its digits. */
const smallestNormal = { float16: 2 ** -14, bfloat16: 2 ** -126, float32: 2 ** -126, float64: 2 ** -1022 } as const;
export type Format = keyof typeof smallestNormal;
export const formats = Object.keys(smallestNormal) as Format[];

/** The largest x whose exponential is finite in a format, and the smallest whose exponential is a normal number. */
export function exponentLimits(format: Format): { largest: number; smallest: number } {
  const exp = (x: number) => {
    const y = torch.exp(torch.tensor(x, { dtype: format === "float64" ? torch.float64 : torch.float32 }));
    return (format === "float16" || format === "bfloat16" ? torch.roundToHalf(y, format) : y).item();
  };
  // Where exp(x) begins to be as wanted, between an x where it is not and one where it is.
  const limit = (not: number, is: number, wanted: (y: number) => boolean) => {
    for (let i = 0; i < 40; i++) {
      const middle = (not + is) / 2;
      if (wanted(exp(middle))) is = middle;
      else not = middle;
    }
    return is;
  };
  return {
    largest: limit(1000, 0, Number.isFinite),
    smallest: limit(-1000, 0, (y) => y >= smallestNormal[format]),
  };
}

/** The probability of each of so many equally likely words: exponentials over their sum in half precision, and log softmax. */
export function vocabulary(words: number): { half: number; log: number } {
  const o = torch.zeros(words);
  const sum = torch.roundToHalf(torch.exp(o).sum()).item();
  return { half: 1 / sum, log: torch.logSoftmax(o, 0).index(0).item() };
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
