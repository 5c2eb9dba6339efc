// Gradients cut to size: by norm, by value, to length 1, layer by layer.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** Parameters that have gradients, as after a backward pass. */
export function withGradients(scale: number): Tensor[] {
  return [[4, 3], [3], [2, 5, 1]].map((shape) => {
    const param = new nn.Parameter(torch.zeros(...shape));
    param.grad = torch.randn(shape).mul(scale);
    return param;
  });
}

/** All gradients in one row. */
export const joined = (params: readonly Tensor[]) => torch.cat(params.map(({ grad }) => grad!.reshape(-1))).clone();

export const cosine = (a: Tensor, b: Tensor) => a.dot(b).item() / (a.norm().item() * b.norm().item());

/** Every gradient over the norm of all of them. */
export function normalize_(params: readonly Tensor[]): void {
  const norm = nn.utils.getTotalNorm(params.map(({ grad }) => grad!));
  for (const { grad } of params) grad!.div_(norm);
}

/** A recurrent network with weights so large that gradients explode, trained on a mean of its first input; its losses. */
export function trainRecurrent(maxNorm: number | null, lr: number, steps: number): number[] {
  const rnn = new nn.RNN(4, 32, { nonlinearity: "relu" });
  nn.init.normal_((rnn as unknown as { weight_hh_l0: Tensor }).weight_hh_l0, 0, 0.3);
  const head = new nn.Linear(32, 1);
  const params = [...rnn.parameters(), ...head.parameters()];
  const X = torch.randn(30, 64, 4);
  const y = X.index(0).mean(1, { keepdim: true }).mul(3);
  const optimizer = new torch.optim.SGD(params, { lr });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const [out] = rnn(X);
    const l = nn.functional.mseLoss(head(out.index(29)), y);
    l.backward();
    if (maxNorm !== null) nn.utils.clipGradNorm_(params, maxNorm);
    optimizer.step();
    return l;
  });
  const losses: number[] = [];
  for (let t = 0; t < steps; t++) {
    losses.push(step(X, y).item());
    if (!Number.isFinite(losses.at(-1)!)) break;
  }
  step.dispose();
  return losses;
}

/** How a step is made of a gradient. */
export const updates = {
  "gradient descent": (w: Tensor, lr: number) => w.sub_(w.grad!, { alpha: lr }),
  /** w -= lr ‖w‖ / ‖g‖ g: every layer moves by the same share of its length. */
  LARS: (w: Tensor, lr: number) => w.sub_(w.grad!.mul(w.norm().div(w.grad!.norm()).mul(lr))),
};

/** A sigmoid network without biases, trained with one of the updates; its last loss. */
export function trainDeepSigmoid(
  X: Tensor,
  y: Tensor,
  update: keyof typeof updates,
  lr: number,
  steps: number,
): number {
  const widths = [2, ...new Array<number>(8).fill(16), 3];
  const W = widths.slice(1).map((out, i) => new nn.Parameter(nn.init.xavierNormal_(torch.empty(widths[i]!, out))));
  const loss = new nn.CrossEntropyLoss();
  const step = torch.compile((X: Tensor, y: Tensor) => {
    for (const w of W) w.grad = null;
    let h: Tensor = X;
    for (const [i, w] of W.entries()) h = i < W.length - 1 ? torch.sigmoid(h.matmul(w)) : h.matmul(w);
    const l = loss(h, y);
    l.backward();
    torch.noGrad(() => {
      for (const w of W) updates[update](w, lr);
    });
    return l;
  });
  let last: Tensor | null = null;
  for (let t = 0; t < steps; t++) last = step(X, y);
  const value = last!.item();
  step.dispose();
  return value;
}
