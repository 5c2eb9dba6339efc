// One layer without activation: by what it multiplies variances, and what Xavier and He make of that.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

const variance = (x: Tensor) => torch.var(x).item();

/** What a layer multiplies the variance of its inputs by, and on the way back that of the gradient. */
export function oneLayer(numIn: number, numOut: number, gamma: number, batch: number) {
  // Nothing has to be normal: independent and of mean 0 is all that the derivation needs.
  const W = torch
    .rand(numIn, numOut)
    .sub(0.5)
    .mul(Math.sqrt(12 * gamma));
  const h = torch.rand(batch, numIn).sub(0.5);
  const gradient = torch.randn(batch, numOut).mul(3);
  return {
    forward: variance(h.matmul(W)) / variance(h),
    backward: variance(gradient.matmul(W.t())) / variance(gradient),
  };
}

/** Variances of drawn weights over what they should be, for shapes of a layer (torch has outputs first). */
export function drawnWeights(shapes: readonly (readonly [numIn: number, numOut: number])[]) {
  const { init } = nn;
  return shapes.flatMap(([numIn, numOut]) => {
    const W = torch.empty(numOut, numIn);
    const [xavier, he] = [2 / (numIn + numOut), 2 / numIn];
    const bound = Math.sqrt(6 / (numIn + numOut));
    return [
      { name: "xavierNormal_", numIn, numOut, expected: xavier, variance: variance(init.xavierNormal_(W)) },
      {
        name: "xavierUniform_",
        numIn,
        numOut,
        expected: xavier,
        variance: variance(init.xavierUniform_(W)),
        reach: W.abs().max().item() / bound,
      },
      {
        name: "kaimingNormal_",
        numIn,
        numOut,
        expected: he,
        variance: variance(init.kaimingNormal_(W, { nonlinearity: "relu" })),
      },
      {
        name: "kaimingUniform_",
        numIn,
        numOut,
        expected: he,
        variance: variance(init.kaimingUniform_(W, { nonlinearity: "relu" })),
      },
    ];
  });
}
