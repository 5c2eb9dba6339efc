// How the graph follows a change in place, of a tensor or of a view of one.
import { provideViewRefresh, record, refreshView, replaceNode } from "../autograd/index.js";
import { isGradEnabled } from "../autograd/modes.js";
import { Fn } from "../engine/index.js";
import { AutogradError } from "../errors/index.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { ne, where } from "./comparison.js";
import { computeType, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { layoutOf, transport } from "./strided.js";
import { toDtype } from "./views.js";

/** Whether a change of `self` by these operands has to be recorded. */
export function isRecorded(self: Tensor, other?: unknown): boolean {
  return isGradEnabled() && (self.requiresGrad || (other as Tensor | null | undefined)?.requiresGrad === true);
}

/**
 * Refuses changes that have no meaning.
 *
 * @throws AutogradError for an expanded tensor, and where it is recorded, for a leaf that requires a gradient or a view of one
 */
export function checkInPlace(who: string, self: Tensor, recorded: boolean): void {
  if (self.strides.some((stride, d) => stride === 0 && self.shape[d]! > 1)) {
    throw new AutogradError("in-place-expanded", {
      path: who,
      rule: {
        en: "several elements of an expanded tensor share one place in memory, it cannot be changed in place",
        zh: "扩展张量的多个元素共用同一内存位置，不能原地修改",
      },
      hint: { en: "clone() it first", zh: "请先 clone()" },
    });
  }
  if (!recorded) return;
  const { base } = self;
  const ofLeaf = base !== null && base.node === null && base.leafRequiresGrad;
  if (ofLeaf || (self.node === null && self.leafRequiresGrad)) {
    throw new AutogradError("in-place-leaf", {
      path: who,
      rule: {
        en: `${ofLeaf ? "a view of a leaf tensor" : "a leaf tensor"} that requires a gradient is being changed by an in-place operation`,
        zh: `需要梯度的叶子张量${ofLeaf ? "的视图" : ""}正被原地操作修改`,
      },
      hint: { en: "do it inside torch.noGrad(() => ...)", zh: "请在 torch.noGrad(() => ...) 中进行" },
    });
  }
}

/** What a tensor is before a recorded change: a copy of its values at its place in the graph. */
export function snapshot(self: Tensor): Tensor {
  refreshView(self);
  const before = runUnary(Fn.copy, self, emptyTensor(self.shape, self.dtype), computeType(self.dtype));
  before.node = self.node;
  before.outputIndex = self.outputIndex;
  return before;
}

/**
 * Makes the graph of a changed tensor go on from the operation that computed its new values.
 *
 * Of a view it is the base that changed: its gradient goes to what it was before, except for the places of the view,
 * whose gradient goes to the operation. The view itself, and all others of that base, find their new place in the
 * graph when they are used next.
 *
 * @param result has the new values' shape and their place in the graph
 */
export function continueFrom(self: Tensor, result: Tensor): void {
  const { base } = self;
  if (base === null) {
    replaceNode(self, result);
    return;
  }
  const shown = layoutOf(self);
  const whole = layoutOf(base);
  const dtype = base.dtype;
  record(base, "CopySlices", [base, result], null, (g, node) => [
    node.needs(0) ? where(touched(), 0, g) : null,
    node.needs(1) ? toDtype(transport(g, whole, shown), result.dtype) : null,
  ]);
  base.outputIndex = 0;

  /** Where the base shows what the view shows. */
  function touched(): Tensor {
    return ne(transport(fillTensor(emptyTensor(shown.shape, dtype), 1), shown, whole), 0);
  }
}

provideViewRefresh((view, base) => {
  const shown = layoutOf(view);
  const whole = layoutOf(base);
  record(view, "AsStridedBackward0", [base], null, (g) => transport(g, shown, whole));
});
