// F61: the bound on the gap between test and training error, and what the gap is.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** The gap of lines fitted to n samples. */
export interface Measured {
  readonly n: number;
  /** What the gap stays below with probability 1 - δ. */
  readonly bound: number;
  /** What it did stay below in a share of 1 - δ of the trainings. */
  readonly gap: number;
}

/** Points of the plane, labelled by a line that is wrong about a tenth of them: no line can be right everywhere. */
function draw(count: number): { X: Tensor; y: Tensor } {
  const X = torch.randn(count, 2);
  const clean = X.select(1, 0).add(X.select(1, 1)).gt(0);
  return { X, y: clean.ne(torch.rand(count).lt(0.1)).to(torch.float32) };
}

/** The difference of test and training error of a line that is fitted to n points. */
function gapOf(n: number, test: { X: Tensor; y: Tensor }): number {
  const train = draw(n);
  const net = new nn.Linear(2, 1);
  const loss = new nn.BCEWithLogitsLoss();
  const optimizer = new torch.optim.LBFGS(net.parameters(), { maxIter: 50 });
  optimizer.step(() => {
    optimizer.zeroGrad();
    const l = loss(net(train.X).reshape(-1), train.y);
    l.backward();
    return l;
  });
  const error = ({ X, y }: typeof train) =>
    torch.noGrad(() => net(X).reshape(-1).gt(0).to(torch.float32).ne(y).to(torch.float32).mean().item());
  return error(test) - error(train);
}

/** Bounds and gaps for some numbers of samples, each gap by so many trainings; as far as it came when it was stopped. */
export async function measureGaps(sizes: readonly number[], repeats: number, signal: AbortSignal): Promise<Measured[]> {
  const [vc, delta] = [3, 0.05];
  const test = draw(50_000);
  const measured: Measured[] = [];
  for (const n of sizes) {
    if (signal.aborted) break;
    const gaps = Array.from({ length: repeats }, () => gapOf(n, test)).sort((a, b) => a - b);
    measured.push({
      n,
      bound: Math.sqrt((vc - Math.log(delta)) / n),
      gap: gaps[Math.ceil((1 - delta) * repeats) - 1]!,
    });
    await torch.utils.data.breathe();
  }
  return measured;
}

/** The slope of the gap against n, both as logarithms: -1/2 where it falls as 1 / √n. */
export function slopeOf(measured: readonly Measured[]): number {
  const [x, y] = [measured.map(({ n }) => Math.log(n)), measured.map(({ gap }) => Math.log(gap))];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  return mean(x.map((value, i) => (value - mx) * (y[i]! - my))) / mean(x.map((value) => (value - mx) ** 2));
}
