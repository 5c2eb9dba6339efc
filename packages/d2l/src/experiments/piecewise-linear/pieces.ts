// Where the pieces of a network's function end: found from its activation pattern, not from its values.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** A network in double precision, so that "constant" can be told from "nearly". */
export interface Pieces {
  readonly net: nn.Sequential;
  /** Which hidden units are on, a row of bytes a sample. */
  pattern(X: Tensor): number[][];
}

const dtype = torch.float64;

/** Hidden layers of relu, prelu or tanh units on some inputs, with one output. */
export function makeNet(inputs: number, widths: readonly number[], activation: string, alpha: number): Pieces {
  const make = {
    relu: () => new nn.ReLU(),
    prelu: () => new nn.PReLU({ init: alpha, dtype }),
    tanh: () => new nn.Tanh(),
  }[activation]!;
  const all = [inputs, ...widths, 1];
  const layers = all.slice(1).flatMap((width, i) => {
    const linear = new nn.Linear(all[i]!, width, { dtype });
    return i === widths.length ? [linear] : [linear, make()];
  });
  const net = new nn.Sequential(...layers);
  const pattern = (X: Tensor) =>
    torch.noGrad(() => {
      const signs: Tensor[] = [];
      let h = X;
      for (const layer of layers) {
        const z = (layer as nn.Module & ((X: Tensor) => Tensor))(h);
        if (layer instanceof nn.Linear) signs.push(z.gt(0));
        h = z;
      }
      return torch.cat(signs.slice(0, -1), 1).to(torch.int32).tolist() as number[][];
    });
  return { net, pattern };
}

/** The values of the network at some points of the line. */
export function valuesAt({ net }: Pieces, xs: readonly number[]): number[] {
  const X = torch.tensor([...xs], { dtype }).reshape(-1, 1);
  return torch
    .noGrad(() => net(X))
    .reshape(-1)
    .tolist() as number[];
}

/** Points of the line where a hidden unit turns on or off: looked for on a grid, then narrowed down by halving. */
export function breakpoints(pieces: Pieces, low: number, high: number, cells = 4000): number[] {
  const at = (xs: readonly number[]) =>
    pieces.pattern(torch.tensor([...xs], { dtype }).reshape(-1, 1)).map((row) => row.join(""));
  const grid = Array.from({ length: cells + 1 }, (_, i) => low + (i / cells) * (high - low));
  const patterns = at(grid);
  let cellsToSearch = grid
    .slice(1)
    .map((end, i) => ({ start: grid[i]!, end, from: patterns[i]!, to: patterns[i + 1]! }))
    .filter(({ from, to }) => from !== to);
  const found: number[] = [];
  while (cellsToSearch.length > 0) {
    let brackets = cellsToSearch.map(({ start, end, from }) => ({ left: start, right: end, from }));
    for (let halving = 0; halving < 45; halving++) {
      const there = at(brackets.map(({ left, right }) => (left + right) / 2));
      brackets = brackets.map(({ left, right, from }, i) =>
        there[i] === from ? { left: (left + right) / 2, right, from } : { left, right: (left + right) / 2, from },
      );
    }
    const beyond = at(brackets.map(({ right }) => right));
    found.push(...brackets.map(({ right }) => right));
    // Another unit may turn between here and the cell's end.
    cellsToSearch = cellsToSearch.flatMap((cell, i) =>
      beyond[i] === cell.to || brackets[i]!.right >= cell.end
        ? []
        : [{ ...cell, start: brackets[i]!.right, from: beyond[i]! }],
    );
  }
  return found.sort((a, b) => a - b);
}

/** The number of straight pieces: neighbours of one slope count once. */
export function countPieces(pieces: Pieces, low: number, high: number): number {
  const ends = [low, ...breakpoints(pieces, low, high), high];
  const spans = ends.slice(1).flatMap((right, i) => (right - ends[i]! > 1e-6 ? [[ends[i]!, right] as const] : []));
  const values = valuesAt(pieces, spans.flat());
  const slopes = spans.map(([left, right], i) => (values[2 * i + 1]! - values[2 * i]!) / (right - left));
  return 1 + slopes.slice(1).filter((slope, i) => Math.abs(slope - slopes[i]!) > 1e-6).length;
}

/** How a function behaves on its pieces: how much the slope varies within them, and how far value and slope jump between them. */
export function examine(
  pieces: Pieces,
  low: number,
  high: number,
): { points: number[]; bend: number; jump: number; corner: number } {
  const points = breakpoints(pieces, low, high);
  const ends = [low, ...points, high];
  const tiny = (high - low) * 1e-9;
  // Four points within each piece that is wide enough: three slopes.
  const spans = ends.slice(1).flatMap((right, i) => (right - ends[i]! > 1e-3 ? [[ends[i]!, right] as const] : []));
  const inside = spans.flatMap(([left, right]) => [0.1, 0.4, 0.6, 0.9].map((t) => left + t * (right - left)));
  const values = valuesAt(pieces, inside);
  const slopes = spans.map((_, i) =>
    [1, 2, 3].map((k) => (values[4 * i + k]! - values[4 * i + k - 1]!) / (inside[4 * i + k]! - inside[4 * i + k - 1]!)),
  );
  const bend = Math.max(...slopes.map((three) => Math.max(...three) - Math.min(...three)));
  const around = valuesAt(
    pieces,
    points.flatMap((x) => [x - tiny, x + tiny]),
  );
  const jump = Math.max(0, ...points.map((_, i) => Math.abs(around[2 * i + 1]! - around[2 * i]!)));
  // Narrow enough for the slope of a smooth function to be the same on both sides.
  const near = 1e-5;
  const sides = valuesAt(
    pieces,
    points.flatMap((x) => [x - near, x, x + near]),
  );
  const corners = points.map((_, i) => Math.abs(sides[3 * i]! - 2 * sides[3 * i + 1]! + sides[3 * i + 2]!) / near);
  return { points, bend, jump, corner: Math.max(0, ...corners) };
}

/** The activation patterns on a grid of the square, numbered as they come, and how much the gradient varies within one. */
export function regions(
  pieces: Pieces,
  limit: number,
  resolution: number,
): { numbers: number[]; count: number; spread: number } {
  const centre = (i: number) => -limit + ((i + 0.5) / resolution) * 2 * limit;
  const points = Array.from({ length: resolution ** 2 }, (_, i) => [
    centre(i % resolution),
    centre(Math.floor(i / resolution)),
  ]);
  const X = torch.tensor(points, { dtype, requiresGrad: true });
  const names = pieces.pattern(X.detach()).map((row) => row.join(""));
  pieces.net(X).sum().backward();
  const gradients = X.grad!.tolist() as [number, number][];
  const known = new Map<string, { readonly index: number; readonly gradient: readonly [number, number] }>();
  let spread = 0;
  const numbers = names.map((name, i) => {
    const region = known.get(name) ?? { index: known.size, gradient: gradients[i]! };
    known.set(name, region);
    for (const axis of [0, 1] as const)
      spread = Math.max(spread, Math.abs(gradients[i]![axis] - region.gradient[axis]));
    return region.index;
  });
  return { numbers, count: known.size, spread };
}

/** k layers of two relu units that each fold the interval: the tent map, k times; it has 2^k pieces. */
export function sawtooth(k: number): Pieces {
  const pieces = makeNet(1, new Array<number>(k).fill(2), "relu", 0);
  torch.noGrad(() => {
    pieces.net.parameters().forEach((parameter, i) => {
      // tent(x) = 2 relu(x) - 4 relu(x - 1/2) for x in 0..1
      const isWeight = i % 2 === 0;
      const isFirst = i < 2;
      const isLast = i >= 2 * k;
      if (isWeight) {
        const rows = isFirst
          ? [[1], [1]]
          : isLast
            ? [[2, -4]]
            : [
                [2, -4],
                [2, -4],
              ];
        parameter.copy_(torch.tensor(rows, { dtype }));
      } else parameter.copy_(torch.tensor(isLast ? [0] : [0, -0.5], { dtype }));
    });
  });
  return pieces;
}
