// Why a step cannot be captured: what its arguments and its results may not be, and the error that says so.
import { isGradEnabled, Node } from "../autograd/index.js";
import type { Refusal } from "../engine/index.js";
import { CaptureError } from "../errors/index.js";
import { Module } from "../nn/module.js";
import type { Tensor } from "../tensor/tensor.js";
import { forEachConstant, type Pattern } from "./pattern.js";
import type { Session } from "./session.js";
import { userLine } from "./user-line.js";

/** Error of a step that cannot be captured. */
export function captureError(name: string, what: Refusal): CaptureError {
  const line = userLine();
  const at = line === undefined ? "" : ` (${line})`;
  const hint = what.hint === undefined ? { en: "", zh: "" } : { en: `${what.hint.en}; `, zh: `${what.hint.zh}；` };
  return new CaptureError("not-capturable", {
    path: `compile(${name})`,
    rule: { en: `${what.en}${at}`, zh: `${what.zh}${at}` },
    received: line,
    hint: {
      en: `${hint.en}{ fullgraph: false } runs such steps uncompiled`,
      zh: `${hint.zh}使用 { fullgraph: false } 可让此类步骤不经编译运行`,
    },
  });
}

/** What keeps a step from being captured with these arguments; null: nothing. */
export function refusedArguments(pattern: Pattern, given: readonly Tensor[]): Refusal | null {
  if (isGradEnabled() && given.some((t) => t.node !== null || (t.requiresGrad && !t.leafRequiresGrad))) {
    return {
      en: "an argument was computed from tensors that require gradients: its graph is not part of the step",
      zh: "某个参数由需要梯度的张量计算而来：其计算图不属于该步骤",
      hint: {
        en: "compile the computation of that argument as well, or pass detach() of it",
        zh: "请将该参数的计算也一并编译，或传入它的 detach()",
      },
    };
  }
  let container: string | null = null;
  forEachConstant(pattern, (value) => {
    const isContainer = ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set;
    if (isContainer) container = (value as object).constructor.name;
  });
  if (container === null) return null;
  return {
    en: `an argument is a ${container}: whether its content is the same cannot be seen`,
    zh: `某个参数是 ${container}：无法得知其内容是否相同`,
    hint: { en: "pass a tensor, an array or a plain object", zh: "请传入张量、数组或普通对象" },
  };
}

/** Whether a result still waits for a backward pass: some way from it to a leaf has not been walked. */
function awaitsBackward(tensor: Tensor): boolean {
  if (!(tensor.node instanceof Node)) return false;
  const seen = new Set<Node>();
  const waiting = [tensor.node];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node) || node.isPassed) continue;
    seen.add(node);
    for (let i = 0; i < node.edges.length; i++) {
      const edge = node.edges[i]!;
      if (edge !== null) waiting.push(edge);
      else if (node.needs(i)) return true;
    }
  }
  return false;
}

/** What keeps a step from being captured that returned this; null: nothing. */
export function refusedResult(
  session: Session,
  value: unknown,
  pattern: Pattern,
  returned: readonly Tensor[],
): Refusal | null {
  if (value instanceof Promise) {
    return {
      en: "the function is asynchronous",
      zh: "该函数是异步函数",
      hint: {
        en: "await before the call or after it, not inside",
        zh: "请在调用之前或之后使用 await，而不是在函数内部",
      },
    };
  }
  let odd: string | null = null;
  forEachConstant(pattern, (constant) => {
    const isOdd = typeof constant === "object" ? constant !== null : typeof constant === "function";
    if (isOdd && !(constant instanceof Module)) odd = (constant as object).constructor.name;
  });
  if (odd !== null) {
    return {
      en: `the step returns a ${odd}: replays could not make another one`,
      zh: `该步骤返回了 ${odd}：重放时无法生成新的`,
      hint: {
        en: "return tensors and plain values, also in arrays and plain objects",
        zh: "请返回张量与普通值，也可以放在数组或普通对象中",
      },
    };
  }
  if (returned.some(awaitsBackward)) {
    return {
      en: "the result still waits for backward()",
      zh: "结果仍在等待 backward()",
      hint: {
        en: "compile the whole step, call it under noGrad, or return detach() of the result",
        zh: "请编译整个训练步骤，或在 noGrad 下调用，或返回结果的 detach()",
      },
    };
  }
  const gradients = session.gradientStorages();
  if (returned.some((t) => gradients.has(t.storage) || (session.isMade(t) && t.gradient !== null))) {
    return {
      en: "the step returns a gradient, or a leaf of its own that has one",
      zh: "该步骤返回了梯度，或返回了它自己创建且带有梯度的叶子张量",
      hint: { en: "return a clone() of the gradient", zh: "请返回梯度的 clone()" },
    };
  }
  return null;
}
