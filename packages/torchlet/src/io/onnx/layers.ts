// The ONNX forms of this package's layers.
import {
  CELU,
  ELU,
  GELU,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  LeakyReLU,
  LogSigmoid,
  Mish,
  PReLU,
  ReLU6,
  SELU,
  SiLU,
  Softplus,
  Softshrink,
  Softsign,
  Tanhshrink,
  Threshold,
} from "../../nn/activations.js";
import { Conv1d, Conv2d } from "../../nn/convolution.js";
import { Dropout, Flatten, ReLU, Sigmoid, Tanh } from "../../nn/layers.js";
import { Identity, Linear } from "../../nn/linear.js";
import type { Module } from "../../nn/module.js";
import { BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm } from "../../nn/normalization.js";
import { AvgPool2d, MaxPool2d } from "../../nn/pooling.js";
import { LogSoftmax, Softmax } from "../../nn/softmax.js";
import { full, ones, zeros } from "../../ops/creation.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type LayerContext, type LayerConverter, registerLayer, unsupported } from "./export.js";

/** A layer that is one operation without attributes. */
const named =
  (op: string): LayerConverter<Module> =>
  (_layer, { graph, input }) =>
    graph.node(op, [input]);

/** A number as a constant of the example's type. */
function constant({ graph, example }: LayerContext, value: number): string {
  return graph.initializer(graph.fresh("constant"), full([], value, { dtype: example.dtype }));
}

/** The smaller and the larger bound that values are clipped to. */
function clip(context: LayerContext, low: number, high: number): string {
  return context.graph.node("Clip", [context.input, constant(context, low), constant(context, high)]);
}

/** A parameter, or what takes its place where a layer has none. */
function parameter({ graph, path }: LayerContext, name: string, x: Tensor | null, otherwise: () => Tensor): string {
  return graph.initializer(`${path}${name}`, x ?? otherwise());
}

registerLayer(Linear, (layer, { graph, path, input, example }) => {
  const weight = graph.initializer(`${path}weight`, example.ndim === 2 ? layer.weight : layer.weight.t().contiguous());
  const bias = layer.bias === null ? [] : [graph.initializer(`${path}bias`, layer.bias)];
  if (example.ndim === 2) return graph.node("Gemm", [input, weight, ...bias], { transB: { int: 1 } });
  const product = graph.node("MatMul", [input, weight]);
  return bias.length === 0 ? product : graph.node("Add", [product, ...bias]);
});
registerLayer(Flatten, (layer, { graph, input, example }) => {
  const last = layer.endDim < 0 ? layer.endDim + example.ndim : layer.endDim;
  if (layer.startDim === 1 && last === example.ndim - 1) return graph.node("Flatten", [input], { axis: { int: 1 } });
  throw unsupported("Flatten", {
    en: "only dimensions 1 to the last can be flattened",
    zh: "只能展平第 1 维到最后一维",
  });
});
registerLayer(Dropout, named("Identity"));
registerLayer(Identity, named("Identity"));

registerLayer(ReLU, named("Relu"));
registerLayer(Sigmoid, named("Sigmoid"));
registerLayer(Tanh, named("Tanh"));
registerLayer(Softsign, named("Softsign"));
registerLayer(Mish, named("Mish"));
registerLayer(Hardswish, named("HardSwish"));
registerLayer(SELU, named("Selu"));
registerLayer(ELU, ({ alpha }, { graph, input }) => graph.node("Elu", [input], { alpha: { float: alpha } }));
registerLayer(CELU, ({ alpha }, { graph, input }) => graph.node("Celu", [input], { alpha: { float: alpha } }));
registerLayer(LeakyReLU, ({ negativeSlope }, { graph, input }) =>
  graph.node("LeakyRelu", [input], { alpha: { float: negativeSlope } }),
);
registerLayer(GELU, ({ approximate }, { graph, input }) =>
  graph.node("Gelu", [input], { approximate: { string: approximate } }),
);
registerLayer(SiLU, (_layer, { graph, input }) => graph.node("Mul", [input, graph.node("Sigmoid", [input])]));
registerLayer(Tanhshrink, (_layer, { graph, input }) => graph.node("Sub", [input, graph.node("Tanh", [input])]));
registerLayer(LogSigmoid, (_layer, { graph, input }) =>
  graph.node("Neg", [graph.node("Softplus", [graph.node("Neg", [input])])]),
);
registerLayer(Hardsigmoid, (_layer, { graph, input }) =>
  graph.node("HardSigmoid", [input], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
);
registerLayer(ReLU6, (_layer, context) => clip(context, 0, 6));
registerLayer(Hardtanh, ({ minVal, maxVal }, context) => clip(context, minVal, maxVal));
registerLayer(Hardshrink, ({ lambd }, { graph, input }) =>
  graph.node("Shrink", [input], { lambd: { float: lambd }, bias: { float: 0 } }),
);
registerLayer(Softshrink, ({ lambd }, { graph, input }) =>
  graph.node("Shrink", [input], { lambd: { float: lambd }, bias: { float: lambd } }),
);
registerLayer(Threshold, ({ threshold, value }, context) => {
  const { graph, input } = context;
  const above = graph.node("Greater", [input, constant(context, threshold)]);
  return graph.node("Where", [above, input, constant(context, value)]);
});
registerLayer(Softplus, ({ beta, threshold }, context) => {
  const { graph, input } = context;
  // Above the threshold the function is the identity, as in the layer.
  const scaled = graph.node("Mul", [input, constant(context, beta)]);
  const soft = graph.node("Div", [graph.node("Softplus", [scaled]), constant(context, beta)]);
  return graph.node("Where", [graph.node("Greater", [scaled, constant(context, threshold)]), input, soft]);
});
registerLayer(PReLU, ({ weight }, { graph, path, input, example }) => {
  // One slope a channel: the channel is dimension 1, broadcast over all behind it.
  const shape = weight.numel() === 1 ? [1] : [weight.numel(), ...example.shape.slice(2).map(() => 1)];
  return graph.node("PRelu", [input, graph.initializer(`${path}weight`, weight.detach().reshape(shape))]);
});
registerLayer(Softmax, ({ dim }, { graph, input }) => graph.node("Softmax", [input], { axis: { int: dim ?? -1 } }));
registerLayer(LogSoftmax, ({ dim }, { graph, input }) =>
  graph.node("LogSoftmax", [input], { axis: { int: dim ?? -1 } }),
);

/** Batch normalization by the running statistics, which is what evaluation uses. */
const batchNorm: LayerConverter<BatchNorm1d | BatchNorm2d> = (layer, context) => {
  const { runningMean, runningVar, numFeatures, eps } = layer;
  if (runningMean === null || runningVar === null) {
    throw unsupported("BatchNorm", {
      en: "a layer without running statistics cannot be exported",
      zh: "没有滑动统计量的层无法导出",
    });
  }
  const { graph, path, input } = context;
  const weight = parameter(context, "weight", layer.weight, () => ones(numFeatures));
  const bias = parameter(context, "bias", layer.bias, () => zeros(numFeatures));
  const mean = graph.initializer(`${path}running_mean`, runningMean);
  const variance = graph.initializer(`${path}running_var`, runningVar);
  return graph.node("BatchNormalization", [input, weight, bias, mean, variance], { epsilon: { float: eps } });
};
registerLayer(BatchNorm1d, batchNorm);
registerLayer(BatchNorm2d, batchNorm);
registerLayer(LayerNorm, (layer, context) => {
  const { normalizedShape, eps } = layer;
  const weight = parameter(context, "weight", layer.weight, () => ones([...normalizedShape]));
  const bias = parameter(context, "bias", layer.bias, () => zeros([...normalizedShape]));
  const attributes = { axis: { int: -normalizedShape.length }, epsilon: { float: eps } };
  return context.graph.node("LayerNormalization", [context.input, weight, bias], attributes);
});
registerLayer(GroupNorm, (layer, context) => {
  const { graph, input, example } = context;
  const { numGroups, numChannels, eps } = layer;
  // Groups as instances: (batch, groups, rest) normalized, then the scale and the shift of each channel.
  const grouped = graph.node("Reshape", [input, graph.shape([0, numGroups, -1])]);
  const scale = graph.initializer(graph.fresh("scale"), ones(numGroups));
  const shift = graph.initializer(graph.fresh("shift"), zeros(numGroups));
  const normal = graph.node("InstanceNormalization", [grouped, scale, shift], { epsilon: { float: eps } });
  const back = graph.node("Reshape", [normal, graph.shape([0, ...example.shape.slice(1)])]);
  const perChannel = [numChannels, ...example.shape.slice(2).map(() => 1)];
  const weight = parameter(context, "weight", layer.weight?.detach().reshape(perChannel) ?? null, () =>
    ones(perChannel),
  );
  const bias = parameter(context, "bias", layer.bias?.detach().reshape(perChannel) ?? null, () => zeros(perChannel));
  return graph.node("Add", [graph.node("Mul", [back, weight]), bias]);
});

/** A number for each spatial dimension. */
function perDimension(
  value: number | readonly number[] | null | undefined,
  dimensions: number,
  otherwise: readonly number[],
): number[] {
  if (value === null || value === undefined) return [...otherwise];
  return typeof value === "number" ? new Array<number>(dimensions).fill(value) : [...value];
}

const convolution: LayerConverter<Conv1d | Conv2d> = (layer, { graph, path, input }) => {
  const { padding, paddingMode, stride, dilation, groups, kernelSize } = layer;
  if (typeof padding === "string" || paddingMode !== "zeros") {
    throw unsupported("Conv", { en: "only numeric zero padding can be exported", zh: "只能导出数值形式的零填充" });
  }
  const inputs = [input, graph.initializer(`${path}weight`, layer.weight)];
  if (layer.bias !== null) inputs.push(graph.initializer(`${path}bias`, layer.bias));
  return graph.node("Conv", inputs, {
    kernel_shape: { ints: kernelSize },
    strides: { ints: stride },
    pads: { ints: [...padding, ...padding] },
    dilations: { ints: dilation },
    group: { int: groups },
  });
};
registerLayer(Conv1d, convolution);
registerLayer(Conv2d, convolution);
registerLayer(MaxPool2d, ({ kernelSize, options }, { graph, input }) => {
  const kernel = perDimension(kernelSize, 2, []);
  const padding = perDimension(options.padding, 2, [0, 0]);
  return graph.node("MaxPool", [input], {
    kernel_shape: { ints: kernel },
    strides: { ints: perDimension(options.stride, 2, kernel) },
    pads: { ints: [...padding, ...padding] },
    dilations: { ints: perDimension(options.dilation, 2, [1, 1]) },
    ceil_mode: { int: options.ceilMode === true ? 1 : 0 },
  });
});
registerLayer(AvgPool2d, ({ kernelSize, options }, { graph, input }) => {
  if (options.divisorOverride != null) {
    throw unsupported("AvgPool2d", { en: "a divisor of one's own cannot be exported", zh: "自定义除数无法导出" });
  }
  const kernel = perDimension(kernelSize, 2, []);
  const padding = perDimension(options.padding, 2, [0, 0]);
  return graph.node("AveragePool", [input], {
    kernel_shape: { ints: kernel },
    strides: { ints: perDimension(options.stride, 2, kernel) },
    pads: { ints: [...padding, ...padding] },
    ceil_mode: { int: options.ceilMode === true ? 1 : 0 },
    count_include_pad: { int: options.countIncludePad === false ? 0 : 1 },
  });
});
