// A recorded graph as the book draws it: squares are variables, circles operations, from left to right.
import { autograd, localize, type Tensor } from "torchlet";
import type { Dots, Lines, Panel, Rectangles, Texts } from "../report/figure.js";

/** How a graph is drawn. */
export interface ComputationGraphOptions {
  /** What variables are called; computed tensors that are named are drawn as variables too. */
  readonly names?: Readonly<Record<string, Tensor>>;
  readonly title?: string;
}

/** `MmBackward` as `mm`. */
function shortName(name: string): string {
  return name.replace(/Backward\d*$/, "").replace(/^[A-Z]/, (capital) => capital.toLowerCase());
}

/** A vertex at its place: the column is its distance from the inputs. */
interface Placed {
  readonly id: number;
  /** A passage is where an edge goes through a column: it takes a place, so that edges do not cross boxes. */
  readonly kind: "variable" | "operation" | "passage";
  readonly name: string;
  readonly column: number;
  y: number;
}

/**
 * The graph that led to a tensor: what is read on the left, the result on the right.
 *
 * @param output a tensor that requires a gradient, before `backward` has freed its graph
 *
 * @example
 * visualize.computationGraph(loss, { names: { x, W1, W2, y } });
 */
export function computationGraph(output: Tensor, options: ComputationGraphOptions = {}): Panel {
  const { vertices, edges } = autograd.graphOf(output, options.names);
  const depth = longestPaths(vertices.length, edges);
  const last = Math.max(...depth);
  // A variable stands right before the first operation that reads it.
  const column = vertices.map(({ id, kind }) => {
    const readers = edges.filter(([from]) => from === id).map(([, to]) => depth[to]!);
    const given = kind === "variable" && !edges.some(([, to]) => to === id);
    return given && readers.length > 0 ? Math.min(...readers) - 1 : depth[id]!;
  });
  const placed = vertices.map(
    ({ id, kind, name }): Placed => ({
      id,
      kind,
      name: kind === "operation" ? shortName(name) : name,
      column: column[id]!,
      y: 0,
    }),
  );
  const steps: (readonly [from: number, to: number])[] = [];
  for (const [from, to] of edges) {
    let before = from;
    for (let c = column[from]! + 1; c < column[to]!; c++) {
      const id = placed.length;
      placed.push({ id, kind: "passage", name: "", column: c, y: 0 });
      steps.push([before, id]);
      before = id;
    }
    steps.push([before, to]);
  }
  const columns = Array.from({ length: last + 1 }, (_, c) => placed.filter((vertex) => vertex.column === c));
  for (const vertices of columns) spread(vertices);
  // Each column after those to its right: vertices come near to what reads them, so that few lines cross.
  for (let c = last - 1; c >= 0; c--) {
    const wanted = new Map(
      columns[c]!.map((vertex) => {
        const readers = steps.filter(([from]) => from === vertex.id).map(([, to]) => placed[to]!.y);
        return [vertex, readers.length === 0 ? 0 : readers.reduce((sum, y) => sum + y, 0) / readers.length];
      }),
    );
    columns[c]!.sort((a, b) => wanted.get(b)! - wanted.get(a)!);
    spread(columns[c]!);
  }
  const tallest = Math.max(...columns.map((vertices) => vertices.length));
  const variables = placed.filter(({ kind }) => kind === "variable");
  const operations = placed.filter(({ kind }) => kind === "operation");
  const squares: Rectangles = {
    kind: "rectangles",
    x: variables.map(({ column }) => [column - 0.18, column + 0.18] as const),
    y: variables.map(({ y }) => [y - 0.2, y + 0.2] as const),
    color: "C1",
    label: localize({ en: "variable", zh: "变量" }),
  };
  const circles: Dots = {
    kind: "dots",
    x: operations.map(({ column }) => column),
    y: operations.map(({ y }) => y),
    size: 8,
    hollow: true,
    color: "C0",
    label: localize({ en: "operation", zh: "运算" }),
  };
  const lines: Lines = {
    kind: "lines",
    color: "C7",
    lines: steps.map(([from, to]) => ({
      x: [placed[from]!.column, placed[to]!.column],
      y: [placed[from]!.y, placed[to]!.y],
    })),
  };
  const wordsOf = (vertices: readonly Placed[], above: number): Texts => ({
    kind: "texts",
    x: vertices.map(({ column }) => column),
    y: vertices.map(({ y }) => y),
    texts: vertices.map(({ name }) => name),
    above,
  });
  return {
    ...(options.title === undefined ? {} : { title: options.title }),
    xlim: [-0.6, last + 0.6],
    ylim: [-tallest / 2 - 0.3, tallest / 2 + 0.5],
    xticks: [],
    yticks: [],
    frame: false,
    series: [],
    marks: [lines, squares, circles, wordsOf(variables, 0), wordsOf(operations, 13)],
  };
}

/** The number of edges on the longest way to each vertex. */
function longestPaths(count: number, edges: readonly (readonly [number, number])[]): number[] {
  const depth = new Array<number>(count).fill(0);
  for (let changed = true, round = 0; changed && round <= count; round++) {
    changed = false;
    for (const [from, to] of edges) {
      if (depth[to]! >= depth[from]! + 1) continue;
      depth[to] = depth[from]! + 1;
      changed = true;
    }
  }
  return depth;
}

/** Evenly up and down around 0. */
function spread(vertices: readonly Placed[]): void {
  for (const [i, vertex] of vertices.entries()) vertex.y = (vertices.length - 1) / 2 - i;
}
