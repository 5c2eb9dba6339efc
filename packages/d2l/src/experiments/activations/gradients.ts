// F28, F29: gradients of vectors, which add up, and derivatives through many layers, which multiply.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import { plot } from "../../toolkit/plot.js";
import { maxDifference } from "../measured.js";
import { type Context, limits } from "./claims.js";
import { chainedGradients } from "./functions.js";

/** The code of the error that a call throws. */
function codeOf(call: () => unknown): string {
  try {
    call();
    return "none";
  } catch (error) {
    return error instanceof torch.TorchletError ? error.code : String(error);
  }
}

/** What happens without zero_(), without a gradient, without retainGraph; `gradients` are those of relu, sigmoid and tanh alone. */
export function vectorGradients({ check }: Context, gradients: readonly [Tensor, Tensor, Tensor]): void {
  const x = torch.arange(-8.0, 8.0, 0.1, { requiresGrad: true });
  for (const f of [torch.relu, torch.sigmoid, torch.tanh]) f(x).backward(torch.onesLike(x));
  const [ofRelu, ofSigmoid, ofTanh] = gradients;
  const fromSum = maxDifference(x.grad!, ofRelu.add(ofSigmoid).add(ofTanh));
  const fromTanh = maxDifference(x.grad!, ofTanh);
  check(
    "accumulate",
    `${fromSum.toExponential(0)}; ${fromTanh.toFixed(2)}`,
    fromSum < limits.accumulate && fromTanh >= 1,
  );
  plot(x.detach(), [x.grad!, ofTanh], "x", "grad of tanh", {
    figsize: [5, 2.5],
    id: "accumulated",
    legend: [
      localize({ en: "without zero_()", zh: "不调用 zero_()" }),
      localize({ en: "with zero_()", zh: "调用 zero_()" }),
    ],
    caption: localize({
      en: "Without x.grad.zero_() the last of these plots would show the sum of three gradients",
      zh: "若不调用 x.grad.zero_()，上面最后一幅图显示的将是三个梯度之和",
    }),
  });

  const before = x.grad!;
  x.grad!.zero_();
  const same = x.grad === before;
  const largest = before.abs().max().item();
  check(
    "zero",
    same
      ? { en: `${largest} in the same tensor`, zh: `同一张量，最大为 ${largest}` }
      : { en: "another tensor", zh: "不同的张量" },
    same && largest === 0,
  );

  const y = torch.relu(x);
  const notScalar = codeOf(() => y.backward());
  y.backward(torch.onesLike(x));
  const freed = codeOf(() => y.backward(torch.onesLike(x)));
  check("refusals", `${notScalar}, ${freed}`, notScalar === "grad-implicit" && freed === "graph-freed");
}

/** The derivative of f(f(...f(x))): a factor for every layer. */
export function throughLayers({ check }: Context, layers: number): Record<string, number> {
  const depths = Array.from({ length: layers }, (_, i) => i + 1);
  const [relu, tanh, sigmoid] = [torch.relu, torch.tanh, torch.sigmoid].map((f) =>
    chainedGradients(f, 0.5, layers),
  ) as [number[], number[], number[]];
  const bound = depths.map((k) => 0.25 ** k);
  const [xlabel, ylabel] = [
    localize({ en: "layers", zh: "层数" }),
    localize({ en: "product of derivatives", zh: "导数之积" }),
  ];
  plot(depths, [relu, tanh, sigmoid, bound], xlabel, ylabel, {
    figsize: [5, 2.5],
    id: "chain",
    yscale: "log",
    legend: ["relu", "tanh", "sigmoid", "0.25^k"],
    caption: localize({
      en: "The derivative of f(f(...f(x))) at x = 0.5: relu keeps it, sigmoid loses it",
      zh: "f(f(...f(x))) 在 x = 0.5 处的导数：relu 保持不变，sigmoid 迅速消失",
    }),
  });
  const [ends, endOfSigmoid] = [relu.at(-1)!, sigmoid.at(-1)!];
  check(
    "chain",
    {
      en: `relu ${ends}, sigmoid ${endOfSigmoid.toExponential(1)} after ${layers} layers`,
      zh: `${layers} 层之后：relu ${ends}，sigmoid ${endOfSigmoid.toExponential(1)}`,
    },
    relu.every((v) => v === 1) && sigmoid.every((v, i) => v > 0 && v <= bound[i]!),
  );
  return { reluChain: ends, tanhChain: tanh.at(-1)!, sigmoidChain: endOfSigmoid };
}
