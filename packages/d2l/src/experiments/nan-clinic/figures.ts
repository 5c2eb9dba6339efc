// What the clinic draws and tabulates.
import { localize } from "torchlet";
import type { Panel, PlotFigure } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import type { Wording } from "../../report/text/wording.js";
import { figureOf } from "../../visualize/index.js";
import type { Examination } from "./case.js";
import { diagnosisName, operationName } from "./finding.js";
import { type LoggedStep, logPanel } from "./layer-log.js";
import type { Patient } from "./patients.js";

/** A patient with what the first seed showed. */
export interface Case {
  readonly patient: Patient;
  readonly first: Examination;
}

const step = { en: "step", zh: "步" };

/** A line for each cure; what is said of the patient stands in its first. */
export function recordsTable(cases: readonly Case[]): Table {
  const rowsOf = ({ patient, first }: Case) =>
    first.cures.map(({ name, before, after }, i): (number | Wording)[] => {
      const patientsOwn: (number | Wording)[] = [
        patient.name,
        first.stepOfNaN ?? { en: "never", zh: "从不" },
        first.layer === "" ? operationName(first.operation) : `${first.operation} @ ${first.layer}`,
        diagnosisName(first.diagnosis?.code),
      ];
      return [...(i === 0 ? patientsOwn : ["", "", "", ""]), name, before, after];
    });
  return {
    caption: { en: "The clinic's records, first seed", zh: "诊所病历（第一个种子）" },
    columns: [
      { en: "patient", zh: "病例" },
      { en: "NaN at step", zh: "NaN 出现的步" },
      { en: "first operation", zh: "首个出错的运算" },
      { en: "diagnosis", zh: "诊断" },
      { en: "cure", zh: "疗法" },
      { en: "loss before", zh: "治疗前损失" },
      { en: "after", zh: "治疗后" },
    ],
    rows: cases.flatMap(rowsOf),
  };
}

/** Losses of all patients, sick and cured. */
export function patientsFigure(cases: readonly Case[]): PlotFigure {
  return figureOf("patients", cases.map(curvePanel), {
    columns: Math.min(2, cases.length),
    panelSize: [4, 2.4],
    caption: localize({
      en: "Losses of the sick trainings up to their NaN, and of the cured ones (dashed: the second cure)",
      zh: "患病训练直到出现 NaN 的损失，以及治愈后的损失（虚线：第二种疗法）",
    }),
  });
}

function curvePanel({ patient, first: { sickLosses, cures } }: Case): Panel {
  const sick = sickLosses.filter(Number.isFinite);
  const curve = (losses: readonly number[]) => ({
    x: losses.map((_, i) => i + 1),
    y: losses.map((loss) => (Number.isFinite(loss) ? loss : null)),
  });
  const cured = localize({ en: "cured", zh: "治愈" });
  return {
    title: localize(patient.name),
    xlabel: localize(step),
    ylabel: localize({ en: "loss", zh: "损失" }),
    yscale: "log",
    series: [
      { ...curve(sickLosses), label: localize({ en: "sick", zh: "患病" }), format: "r-" },
      // Two cures, one entry of the legend: the table names them.
      ...cures.map(({ losses }, i) => ({
        ...curve(losses),
        ...(i === 0 ? { label: cured } : {}),
        format: i === 0 ? "-" : "m--",
      })),
    ],
    marks: [{ kind: "dots", x: [sick.length + 1], y: [sick.at(-1) ?? cures[0]!.losses[0]!], color: "r", label: "NaN" }],
  };
}

/** Two logs side by side: an explosion, and a NaN without one. */
export function logFigure(exploding: readonly LoggedStep[], sure: readonly LoggedStep[]): PlotFigure {
  const grows = localize({ en: "learning rate grows", zh: "学习率不断增大" });
  const byHand = localize({ en: "log(1 - p) by hand", zh: "手写的 log(1 - p)" });
  return figureOf(
    "log",
    [
      logPanel(exploding, "activations", { title: grows }),
      logPanel(sure, "activations", { title: byHand, ylim: [1e-2, 1e4] }),
      logPanel(exploding, "gradients", { title: grows }),
      logPanel(sure, "gradients", { title: byHand, ylim: [1e-4, 1e2] }),
    ],
    {
      columns: 2,
      panelSize: [4, 2.8],
      caption: localize({
        en: "Largest activation and gradient of every layer until the NaN: an explosion (left), and none (right)",
        zh: "直到出现 NaN 为止每层的最大激活值与最大梯度：爆炸（左）与非爆炸（右）",
      }),
    },
  );
}
