// Tables, boxes and checks as lines of text for a terminal.
import { localize } from "torchlet";
import type { Check, Table } from "../report.js";
import { valueText, wordingOf } from "../text/wording.js";
import { displayWidth, pad, truncate, wrap } from "./display-width.js";
import type { Paint } from "./paint.js";

/** A table with its columns aligned: numbers to the right, the rest to the left; columns that do not fit are cut. */
export function tableLines(table: Table, columns: number, paint: Paint): string[] {
  const head = table.columns.map(localize);
  const body = table.rows.map((row) => row.map(valueText));
  const numeric = head.map(
    (_, column) => table.rows.length > 0 && table.rows.every((row) => typeof row[column] === "number"),
  );
  const widths = head.map((name, column) =>
    Math.max(displayWidth(name), ...body.map((row) => displayWidth(row[column] ?? ""))),
  );
  shrink(widths, columns - 2 * (widths.length - 1));
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => pad(truncate(cells[column] ?? "", width), width, numeric[column] ? "start" : "end"))
      .join("  ")
      .trimEnd();
  return [
    ...(table.caption === undefined ? [] : [paint.style("bold", truncate(localize(table.caption), columns))]),
    paint.style("bold", line(head)),
    paint.style("dim", widths.map((width) => "─".repeat(width)).join("  ")),
    ...body.map(line),
  ];
}

/** Takes from the widest column until all fit. */
function shrink(widths: number[], total: number): void {
  while (widths.reduce((sum, width) => sum + width, 0) > Math.max(total, widths.length * 3)) {
    widths[widths.indexOf(Math.max(...widths))]!--;
  }
}

/** A text in a frame that cannot be overlooked. */
export function warningLines(text: string, columns: number, paint: Paint): string[] {
  const width = Math.max(8, Math.min(columns, 84) - 4);
  const title = localize({ en: " WARNING ", zh: " 注意 " });
  const lines = wrap(text, width);
  const edge = (left: string, middle: string, right: string) => paint.style("warning", `${left}${middle}${right}`);
  return [
    edge("┏━", title + "━".repeat(Math.max(0, width + 1 - displayWidth(title))), "┓"),
    ...lines.map(
      (line) =>
        `${paint.style("warning", "┃")} ${paint.style("bold", pad(line, width))} ${paint.style("warning", "┃")}`,
    ),
    edge("┗", "━".repeat(width + 2), "┛"),
  ];
}

/** A claim, whether it held, and both values. */
export function checkLines(check: Check, columns: number, paint: Paint): string[] {
  const mark = check.ok ? paint.style("good", "✓") : paint.style("bad", "✗");
  const [expected, actual] = [wordingOf(check.expected), valueText(check.actual)];
  const values = localize({ en: `expected ${expected}, got ${actual}`, zh: `预期 ${expected}，实际 ${actual}` });
  // A sentence, or a phrase: the values follow either.
  const claim = localize(check.claim).replace(/[.。]$/, "");
  const source = check.source === undefined ? "" : ` (${wordingOf(check.source)})`;
  if (displayWidth(claim) + displayWidth(values) + displayWidth(source) + 5 <= columns) {
    return [`${mark} ${claim}${localize({ en: ": ", zh: "：" })}${values}${paint.style("dim", source)}`];
  }
  return [
    ...wrap(claim, columns - 2).map((line, index) => (index === 0 ? `${mark} ${line}` : `  ${line}`)),
    ...wrap(values + source, columns - 4).map((line) => paint.style("dim", `    ${line}`)),
  ];
}
