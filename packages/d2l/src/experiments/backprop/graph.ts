// What a recorded graph says: which variables each variable is computed from.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** For each of the computed variables, the named ones that it is computed from, with nothing named in between. */
export function computedFrom(
  J: Tensor,
  names: Readonly<Record<string, Tensor>>,
  computed: readonly string[],
): Record<string, string[]> {
  const { vertices, edges } = torch.autograd.graphOf(J, names);
  const sourcesOf = (id: number): string[] =>
    edges
      .filter(([, to]) => to === id)
      .flatMap(([from]) => (vertices[from]!.kind === "variable" ? [vertices[from]!.name] : sourcesOf(from)));
  return Object.fromEntries(
    computed.map((name) => {
      const found = vertices.find((vertex) => vertex.kind === "variable" && vertex.name === name);
      return [name, found === undefined ? [] : [...new Set(sourcesOf(found.id))].sort()];
    }),
  );
}
