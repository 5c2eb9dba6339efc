// Panels of models and data: what they hold, and that every renderer draws them.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import type { Dots, Field, Lines, Mark, Panel, Rectangles, Texts } from "../../src/report/figure.js";
import { figureToSvg } from "../../src/report/svg.js";
import * as visualize from "../../src/visualize/index.js";

const mark = <K extends Mark["kind"]>(panel: Panel, kind: K, index = 0) =>
  panel.marks!.filter((one) => one.kind === kind)[index] as Extract<Mark, { kind: K }>;
const draw = (panel: Panel) => figureToSvg(visualize.figureOf("f", [panel]));

describe("decisionRegions", () => {
  const points = torch
    .tensor([
      [0, 0],
      [1, 1],
    ])
    .to(torch.float32);
  const labels = torch.tensor([0, 1]);

  it("colours each cell by the largest score, or by the sign of the only one", () => {
    const byScores = (p: torch.Tensor) => torch.stack([p.select(1, 0).neg(), p.select(1, 0)], 1);
    const bySign = (p: torch.Tensor) => p.select(1, 0);
    for (const predict of [byScores, bySign]) {
      const panel = visualize.decisionRegions(predict, { xlim: [-1, 1], ylim: [-1, 1], resolution: 4 });
      const field: Field = mark(panel, "field");
      expect(Array.from(field.values)).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
    }
  });

  it("draws samples in the colour of their class, with a margin around them", () => {
    const panel = visualize.decisionRegions((p) => p.select(1, 0), { points, labels, names: ["no", "yes"] });
    const second: Dots = mark(panel, "dots", 1);
    expect(second).toMatchObject({ x: [1], y: [1], color: "C1", label: "yes" });
    expect(panel.xlim).toEqual([-0.1, 1.1]);
    expect(draw(panel)).not.toContain("NaN");
  });
});

describe("contours and histogram", () => {
  it("evaluate at the centres of cells, the lowest row first", () => {
    const panel = visualize.contours((w) => w.select(1, 1), { xlim: [0, 1], ylim: [0, 2], resolution: 2 });
    const field: Field = mark(panel, "field");
    expect(Array.from(field.values)).toEqual([0.5, 0.5, 1.5, 1.5]);
    expect(panel.colorbar!.limits).toEqual([0.5, 1.5]);
    expect(draw(panel)).toContain("w1");
  });

  it("count everything that is finite, in bins of equal width", () => {
    const panel = visualize.histogram([0, 0.1, 0.9, 1, 5, Number.NaN], { bins: 2, range: [0, 1] });
    const bars: Rectangles = mark(panel, "rectangles");
    expect(bars.y).toEqual([
      [0, 2],
      [0, 3],
    ]);
    expect(visualize.histogram([]).marks).toHaveLength(1);
    expect(visualize.histogram(torch.ones(4)).xlim).toEqual([0.5, 1.5]);
  });
});

describe("networkDiagram", () => {
  it("has a line for each weight, none at units that were removed", () => {
    const whole: Lines = mark(visualize.networkDiagram([4, 5, 3]), "lines");
    expect(whole.lines).toHaveLength(4 * 5 + 5 * 3);
    const thinned = visualize.networkDiagram([4, 5, 3], {
      removed: [
        [1, 1],
        [1, 4],
      ],
    });
    expect((mark(thinned, "lines") as Lines).lines).toHaveLength(4 * 3 + 3 * 3);
    const words: Texts = mark(thinned, "texts");
    expect(words.texts).toEqual(expect.arrayContaining(["x1", "×", "h3", "o3", "hidden (5)"]));
  });

  it("shortens long layers, and names their last unit", () => {
    const words: Texts = mark(visualize.networkDiagram([784, 256, 10], { maxUnits: 4 }), "texts");
    expect(words.texts).toEqual(expect.arrayContaining(["x1", "⋮", "x784", "h256", "o10", "input (784)"]));
  });
});

describe("computationGraph", () => {
  it("draws variables as squares, operations as circles, edges from left to right", () => {
    const W = torch.randn(2, 3, { requiresGrad: true });
    const x = torch.randn(3, 1);
    const panel = visualize.computationGraph(torch.relu(W.matmul(x)).sum(), { names: { W, x } });
    const squares: Rectangles = mark(panel, "rectangles");
    const circles: Dots = mark(panel, "dots");
    expect(squares.x).toHaveLength(2);
    expect(circles.x.length).toBeGreaterThanOrEqual(3);
    const variables: Texts = mark(panel, "texts", 0);
    expect([...variables.texts].sort()).toEqual(["W", "x"]);
    const lines: Lines = mark(panel, "lines");
    for (const line of lines.lines) expect(line.x[0]).toBeLessThan(line.x[1]!);
    expect(draw(panel)).not.toContain("NaN");
  });

  it("draws computed tensors that are named, and leads long edges past them", () => {
    const W = torch.randn(2, 2, { requiresGrad: true });
    const x = torch.randn(2, 1);
    const z = W.matmul(x);
    const J = torch.tanh(z).sum().add(W.square().sum());
    const panel = visualize.computationGraph(J, { names: { W, x, z, J } });
    expect((mark(panel, "rectangles") as Rectangles).x).toHaveLength(4);
    const { lines } = mark(panel, "lines") as Lines;
    // Every line leads to the next column, and no two boxes or passages share a place.
    for (const line of lines) expect(line.x[1]! - line.x[0]!).toBe(1);
    const ends = new Set(lines.flatMap((line) => [0, 1].map((k) => `${line.x[k]} ${line.y[k]}`)));
    expect(ends.size).toBeGreaterThan(9);
  });
});

describe("figureOf", () => {
  it("fills the last row", () => {
    const panel = visualize.histogram([1, 2, 3]);
    const figure = visualize.figureOf("four", [panel, panel, panel, panel], { columns: 3, caption: "four" });
    expect(figure).toMatchObject({ rows: 2, columns: 3, figsize: [10.5, 5.5] });
    expect(figure.panels).toHaveLength(6);
    expect(figureToSvg(figure)).toContain("<svg");
  });
});
