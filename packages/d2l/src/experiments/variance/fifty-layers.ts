// The table: what fifty layers leave of a signal and of a gradient, for every initializer and activation.
import * as torch from "torchlet";
import { median, within } from "../measured.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import {
  type Activation,
  activationNames,
  activations,
  type Ends,
  type Initializer,
  initializerNames,
  initializers,
  throughLayers,
  titles,
} from "./layers.js";
import { factor, factorOff, reference, referenceTexts } from "./reference.js";

/** How deep and how wide. */
export interface Size {
  readonly depth: number;
  readonly width: number;
  readonly batch: number;
}

/** Whether it is the size that the reference was made with. */
export const isReferenceSize = ({ depth, width, batch }: Size) => depth === 50 && width === 256 && batch === 256;

/** The ends of all stacks, one a seed. */
type Cells = Record<Initializer, Record<Activation, Ends[]>>;

/** Sends signals through all stacks; false where it was stopped. */
export async function showTable(context: Context, size: Size, seeds: readonly number[]): Promise<boolean> {
  const { report, signal } = context;
  const { depth, width, batch } = size;
  const cells = emptyCells();
  for (const [i, init] of initializerNames.entries()) {
    for (const [s, seed] of seeds.entries()) {
      torch.manualSeed(seed);
      const X = torch.randn(batch, width);
      const weights = Array.from({ length: depth }, () => initializers[init](torch.empty(width, width)));
      for (const name of activationNames) cells[init][name].push(throughLayers(X, weights, activations[name]));
      report.progress({
        label: {
          en: `${titles[init].en}, seed ${s + 1} of ${seeds.length}`,
          zh: `${titles[init].zh}，种子 ${s + 1}/${seeds.length}`,
        },
        done: i * seeds.length + s + 1,
        total: initializerNames.length * seeds.length,
      });
      await torch.utils.data.breathe();
      if (signal.aborted) return false;
    }
  }
  const middle = (init: Initializer, name: Activation): Ends => [
    median(cells[init][name].map(([forward]) => forward)),
    median(cells[init][name].map(([, backward]) => backward)),
  ];
  const columns = [{ en: "initial weights", zh: "初始权重" }, ...activationNames.map((name) => titles[name])];
  report.table({
    caption: {
      en: `Standard deviation after ${depth} layers of ${width}; that of the gradient at the input (medians)`,
      zh: `经过 ${depth} 层（每层 ${width} 个单元）后的标准差；输入处梯度的标准差（中位数）`,
    },
    columns,
    rows: initializerNames.map((init) => [
      titles[init],
      ...activationNames.map((name) =>
        middle(init, name)
          .map((value) => short(value, 2))
          .join("; "),
      ),
    ]),
  });
  if (isReferenceSize(size)) {
    report.table({
      caption: { en: "The same in PyTorch 2.13", zh: "PyTorch 2.13 中的同一张表" },
      columns,
      rows: initializerNames.map((init) => [
        titles[init],
        ...activationNames.map((name) => referenceTexts(init, name).join("; ")),
      ]),
    });
    checkTable(context, cells, middle, seeds.length);
  }
  return true;
}

const emptyCells = (): Cells =>
  Object.fromEntries(
    initializerNames.map((init) => [init, Object.fromEntries(activationNames.map((name) => [name, []]))]),
  ) as unknown as Cells;

function checkTable(
  { check }: Context,
  cells: Cells,
  middle: (init: Initializer, name: Activation) => Ends,
  seeds: number,
): void {
  const rows = {
    rowSmall: "std 0.01",
    rowOne: "std 1",
    rowXavier: "Xavier",
    rowHe: "He",
    rowTorch: "torch default",
  } as const;
  // Medians of fewer seeds say too little about gradients that differ by orders of magnitude from one seed to the next.
  if (seeds >= 5) {
    for (const [id, init] of Object.entries(rows) as [keyof typeof rows, Initializer][]) {
      const off = Math.max(
        ...activationNames.flatMap((name) =>
          middle(init, name).map((value, end) => factorOff(value, reference[init][name][end]!)),
        ),
      );
      check(
        id,
        { en: `off by a factor of ${off.toFixed(2)} at most`, zh: `至多相差 ${off.toFixed(2)} 倍` },
        off <= factor,
      );
    }
  }
  const kept = [
    ...(["linear", "tanh", "4 sigmoid - 2"] as const).flatMap((name) => cells.Xavier[name].flat()),
    ...cells.He.relu.flat(),
  ];
  const [low, high] = [Math.min(...kept), Math.max(...kept)];
  check("alive", `${short(low, 2)} – ${short(high, 2)}`, low > 0.05 && high < 20);
  const lost = (["Xavier", "He", "torch default"] as const).flatMap((init) =>
    cells[init].sigmoid.map(([, back]) => back),
  );
  check("sigmoidDies", Math.max(...lost), Math.max(...lost) < 1e-20);
  const perLayer = middle("Xavier", "relu")[0] ** (1 / 50);
  check("reluRate", perLayer, within(perLayer, Math.SQRT1_2, 0.02));
}
