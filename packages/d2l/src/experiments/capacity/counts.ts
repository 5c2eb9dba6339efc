// F58: parameters counted.
import * as torch from "torchlet";
import { nn } from "torchlet";
import * as pictures from "./pictures.js";
import type { Tools } from "./tools.js";

/** F58: counted by the library, and by the formulas. */
export function counts({ report, check, seed }: Tools): void {
  const softmax = new nn.Linear(784, 10);
  const one = pictures.makeMlp(784, 256);
  const two = new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 256),
    new nn.ReLU(),
    new nn.Linear(256, 10),
  );
  const { countParameters } = nn.utils;
  const counted = [softmax, one, two].map(countParameters);
  report.table({
    caption: { en: "Parameters", zh: "参数个数" },
    columns: [
      { en: "model", zh: "模型" },
      { en: "formula", zh: "公式" },
      { en: "parameters", zh: "参数个数" },
    ],
    rows: [
      ["softmax 784-10", "(784 + 1) 10", counted[0]!],
      ["MLP 784-256-10", "(784 + 1) 256 + (256 + 1) 10", counted[1]!],
      ["MLP 784-256-256-10", "(784 + 1) 256 + (256 + 1) 256 + (256 + 1) 10", counted[2]!],
    ],
  });
  check("counts", counted.join(", "), counted[0] === 7850 && counted[1] === 203_530 && counted[2] === 269_322);
  torch.manualSeed(seed);
  const sizes = torch.randint(1, 40, [20, 3]).tolist() as [number, number, number][];
  const right = sizes.filter(
    ([d, m, k]) =>
      countParameters(new nn.Linear(d, 1)) === d + 1 &&
      countParameters(pictures.makeMlp(d, m, k)) === (d + 1) * m + (m + 1) * k,
  );
  check("formulas", `${right.length} / ${sizes.length}`, right.length === sizes.length);
}
