// F57: how many parameters there are, and how far they may go.
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as polynomials from "./polynomials.js";
import { named, rises, type Tools } from "./tools.js";

/** F57: the number of parameters, and the range they may have. */
export async function twoFactors(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const columns = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  // From the tightest to the loosest: less penalty is more range.
  const penalties = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
  const runs = await eachSeed({ ...tools, seeds: 4 * tools.seeds }, { en: "two factors", zh: "两个因素" }, () => {
    const [train, validation] = [polynomials.drawWave(15), polynomials.drawWave(1000)];
    // Powers of 2x - 1 lie between -1 and 1 and are of one size: a limit on their weights means the same for all.
    const powers = ({ x }: polynomials.Samples) =>
      torch.cat(
        columns.map((k) =>
          x
            .mul(2)
            .sub(1)
            .pow(k - 1),
        ),
        1,
      );
    const [X, XValidation] = [powers(train), powers(validation)];
    const limited = penalties.map((lambd) => {
      const w = polynomials.ridge(X, train.y, lambd);
      return {
        norm: w.norm().item(),
        train: polynomials.meanSquaredError(X, train.y, w),
        validation: polynomials.meanSquaredError(XValidation, validation.y, w),
      };
    });
    return { counted: polynomials.errorsByColumns(train, validation, columns), limited };
  });
  if (signal.aborted) return;
  const along = (pick: (run: (typeof runs)[number]) => readonly { train: number; validation: number }[]) => {
    const of = (key: "train" | "validation") =>
      pick(runs[0]!).map((_, i) => median(runs.map((run) => pick(run)[i]![key])));
    return { train: of("train"), validation: of("validation") };
  };
  const counted = along((run) => run.counted);
  const limited = along((run) => run.limited);
  const norms = penalties.map((_, i) => median(runs.map((run) => run.limited[i]!.norm)));
  const panel = (x: readonly number[], errors: typeof counted, rest: Partial<Panel>): Panel => ({
    ylabel: named("squaredError"),
    yscale: "log",
    series: [
      { x, y: errors.train, label: named("training"), format: "-" },
      { x, y: errors.validation, label: named("validation"), format: "m--" },
    ],
    ...rest,
  });
  report.figure(
    figureOf(
      "factors",
      [
        panel(columns, counted, {
          xlabel: localize({ en: "number of parameters", zh: "参数个数" }),
          ylim: [3e-3, 1e2],
        }),
        panel(norms, limited, {
          xlabel: localize({ en: "‖w‖, range of 12 parameters", zh: "‖w‖，12 个参数的取值范围" }),
          xscale: "log",
          ylim: [3e-3, 1e2],
        }),
      ],
      {
        caption: localize({
          en: "Two factors of capacity: how many parameters, and how large they may be",
          zh: "容量的两个因素：参数的个数与取值范围",
        }),
      },
    ),
  );
  const risen = runs.reduce((sum, run) => sum + rises(run.limited.map((errors) => errors.train)), 0);
  const least = limited.validation.indexOf(Math.min(...limited.validation));
  const [best, smallest, largest] = [norms[least]!, norms[0]!, norms.at(-1)!].map((norm) => norm.toPrecision(2));
  check(
    "range",
    {
      en: `${risen} rises; best at ‖w‖ = ${best} of ${smallest} to ${largest}`,
      zh: `上升 ${risen} 次；在 ‖w‖ = ${best} 处最低（范围 ${smallest} 至 ${largest}）`,
    },
    risen === 0 && least > 0 && least < penalties.length - 1,
  );
  const limits = [10, 100, 1e3, 1e4, 1e5, 1e6];
  const labelings = limits.map(polynomials.labelingsOfSine);
  report.table({
    caption: {
      en: "One parameter, sign(sin(αx)): labelings of five points that it has with α up to a limit",
      zh: "单参数模型 sign(sin(αx))：α 不超过上限时能给出的五点标记数",
    },
    columns: [
      { en: "limit of α", zh: "α 的上限" },
      { en: "labelings of 32", zh: "32 种标记中的个数" },
    ],
    rows: limits.map((limit, i) => [limit, labelings[i]!]),
  });
  check(
    "oneParameter",
    {
      en: `${labelings.at(-1)} of 32 up to 10⁶, ${labelings[1]} up to 100`,
      zh: `α 至 10⁶ 时 ${labelings.at(-1)} 种，至 100 时 ${labelings[1]} 种`,
    },
    labelings.at(-1) === 32 && labelings[1]! <= 8,
  );
}
