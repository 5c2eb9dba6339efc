// All parameters as one vector, and back.
import { noGrad } from "../autograd/index.js";
import { ShapeError } from "../errors/index.js";
import { cat } from "../ops/index.js";
import { narrow, reshape } from "../ops/views.js";
import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * All parameters one after the other in one vector; gradients flow through.
 *
 * @throws ShapeError for an empty list
 *
 * @example
 * nn.utils.parametersToVector(new nn.Linear(784, 10).parameters()); // shape [7850]
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat(Array.from(parameters, (p) => reshape(p, [-1])));
}

/**
 * Writes a vector, cut into pieces, over the parameters. PyTorch lets them share the vector's memory; here they keep theirs.
 *
 * @throws ShapeError unless the vector has as many elements as all parameters together
 *
 * @example
 * nn.utils.vectorToParameters(nn.utils.parametersToVector(a.parameters()), b.parameters());
 */
export function vectorToParameters(vec: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const count = list.reduce((n, p) => n + p.numel(), 0);
  if (vec.ndim !== 1 || vec.numel() !== count) {
    throw new ShapeError("vector-length", {
      path: "vectorToParameters",
      rule: {
        en: `a vector of ${count} elements is needed, got shape ${formatShape(vec.shape)}`,
        zh: `需要 ${count} 个元素的向量，得到的形状为 ${formatShape(vec.shape)}`,
      },
      expected: [count],
      received: [...vec.shape],
    });
  }
  noGrad(() => {
    let at = 0;
    for (const p of list) {
      p.data.copy_(reshape(narrow(vec.data, 0, at, p.numel()), [...p.shape]));
      at += p.numel();
    }
  });
}
