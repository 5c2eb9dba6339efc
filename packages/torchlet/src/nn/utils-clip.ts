// Clipping gradients: by their norm, or value by value.
import { noGrad } from "../autograd/index.js";
import { Fn, instructions, recording } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { computeType, runProgram } from "../ops/elementwise.js";
import { fillTensor } from "../ops/fill.js";
import { clampMax, tensor as makeTensor, norm, stack } from "../ops/index.js";
import { contiguous } from "../ops/views.js";
import { float64, getDefaultDtype } from "../tensor/dtype.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";

/** Options of the functions that clip. */
export interface ClipOptions {
  /** The order of the norm: any number, also Infinity. Default: 2. */
  readonly normType?: number | "inf";
  /** Whether a norm that is NaN or infinite is an error. Default: false. */
  readonly errorIfNonfinite?: boolean;
  /** Chooses among PyTorch's implementations; without effect. */
  readonly foreach?: boolean | null;
}

type Tensors = Tensor | Iterable<Tensor>;

/** As many as one instruction has room for. */
const MOST_TENSORS = 10_000;

function listOf(tensors: Tensors): Tensor[] {
  return tensors instanceof Tensor ? [tensors] : [...tensors];
}

function readClip(normType: ClipOptions["normType"] | ClipOptions, errorIfNonfinite: boolean | ClipOptions) {
  const given: ClipOptions = {
    ...(typeof normType === "object" ? normType : { normType }),
    ...(typeof errorIfNonfinite === "object" ? errorIfNonfinite : errorIfNonfinite ? { errorIfNonfinite } : {}),
  };
  return {
    order: Number(given.normType === "inf" ? Infinity : (given.normType ?? 2)),
    strict: given.errorIfNonfinite ?? false,
  };
}

/**
 * The norm of all tensors' elements together: the norm of their norms.
 *
 * @param normType the order, or all options. Default: 2
 * @returns a tensor without dimensions; 0 for no tensors
 * @throws ValueError with `errorIfNonfinite` for a norm that is NaN or infinite
 *
 * @example
 * nn.utils.getTotalNorm([torch.ones(9), torch.ones(16)]); // 5
 */
export function getTotalNorm(
  tensors: Tensors,
  normType: ClipOptions["normType"] | ClipOptions = 2,
  errorIfNonfinite: boolean | ClipOptions = false,
): Tensor {
  const list = listOf(tensors).map((x) => x.data);
  const { order, strict } = readClip(normType, errorIfNonfinite);
  const first = list[0];
  if (first === undefined) return makeTensor(0, { dtype: getDefaultDtype() });
  let total: Tensor;
  if (order === 2) {
    const dense = list.map(contiguous);
    const sums = emptyTensor([Math.ceil(dense.length / MOST_TENSORS)], float64);
    for (let i = 0; i < dense.length; i += MOST_TENSORS) {
      const some = dense.slice(i, i + MOST_TENSORS);
      const out = sums.address() + (i / MOST_TENSORS) * 8;
      instructions.squareSum(
        out,
        some.flatMap((x) => [x.address(), x.numel(), x.dtype.code]),
      );
    }
    total = sums.sum().sqrt().to(first.dtype);
  } else {
    total = norm(stack(list.map((x) => norm(x, order).to(first.dtype))), order);
  }
  if (strict && !Number.isFinite(total.item())) {
    throw new ValueError("nonfinite-norm", {
      path: "clipGradNorm_",
      rule: {
        en: `the norm of order ${order} of the gradients is ${total.item()}, they cannot be clipped`,
        zh: `梯度的 ${order} 阶范数为 ${total.item()}，无法裁剪`,
      },
      received: total.item(),
      hint: { en: "errorIfNonfinite: false clips by it all the same", zh: "errorIfNonfinite: false 则仍按其裁剪" },
    });
  }
  return total;
}

/**
 * Scales gradients by maxNorm / (totalNorm + 1e-6) where that is below 1.
 *
 * @param totalNorm what `getTotalNorm` gave
 *
 * @example
 * nn.utils.clipGradsWithNorm_(net.parameters(), 1, total);
 */
export function clipGradsWithNorm_(parameters: Tensors, maxNorm: number, totalNorm: Tensor): void {
  // A norm that is NaN makes the gradients NaN, as in PyTorch: it must not be hidden.
  const factor = noGrad(() =>
    clampMax(fillTensor(emptyTensor([], totalNorm.dtype), maxNorm).div(totalNorm.data.add(1e-6)), 1),
  );
  // While nothing is captured a look saves a pass over the gradients.
  if (recording === null && factor.item() === 1) return;
  for (const { gradient } of listOf(parameters)) if (gradient !== null) gradient.data.mul_(factor);
}

/**
 * Scales all gradients, in place, so that their norm together is at most `maxNorm` (Pascanu et al., On the difficulty of
 * training recurrent neural networks, 2013).
 *
 * @param parameters those without a gradient are left out
 * @param normType the order, or all options. Default: 2
 * @returns the norm before, a tensor without dimensions
 * @throws ValueError with `errorIfNonfinite` for a norm that is NaN or infinite
 *
 * @example
 * loss.backward();
 * nn.utils.clipGradNorm_(net.parameters(), 1);
 * optimizer.step();
 */
export function clipGradNorm_(
  parameters: Tensors,
  maxNorm: number,
  normType: ClipOptions["normType"] | ClipOptions = 2,
  errorIfNonfinite: boolean | ClipOptions = false,
): Tensor {
  const list = listOf(parameters);
  const gradients = list.flatMap(({ gradient }) => (gradient === null ? [] : [gradient]));
  const total = getTotalNorm(gradients, normType, errorIfNonfinite);
  clipGradsWithNorm_(list, maxNorm, total);
  return total;
}

/**
 * Keeps every element of the gradients, in place, between -clipValue and clipValue.
 *
 * @throws ValueError for a negative bound
 *
 * @example
 * nn.utils.clipGradValue_(net.parameters(), 0.5);
 */
export function clipGradValue_(parameters: Tensors, clipValue: number): void {
  if (!(clipValue >= 0)) {
    throw new ValueError("clip-value", {
      path: "clipGradValue_",
      rule: { en: `clipValue must not be negative, got ${clipValue}`, zh: `clipValue 不能为负，得到的是 ${clipValue}` },
      received: clipValue,
    });
  }
  for (const { gradient } of listOf(parameters)) {
    if (gradient === null) continue;
    const steps = [
      { fn: Fn.max, a: 0, b: 1 },
      { fn: Fn.min, a: 3, b: 2 },
    ];
    runProgram(gradient, computeType(gradient.dtype), [gradient, -clipValue, clipValue], steps);
    gradient.storage.version++;
  }
}
