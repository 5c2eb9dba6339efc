// docs/notes-map.md: every heading and item of the notes with the functions, experiments and checks that cover it.
// node scripts/notes-map.mjs writes it (after npm run build); a test holds the file against what this makes.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const cell = (parts) => (parts.length === 0 ? "—" : parts.join(", "));
const code = (name) => `\`${name}\``;

/** The experiments and checks that name an item. */
function coverage(experiments, id) {
  const own = experiments.filter(
    ({ covers, claims, corrections = [] }) =>
      covers.includes(id) || corrections.includes(id) || Object.values(claims).some(({ items }) => items.includes(id)),
  );
  const checks = own.flatMap((experiment) =>
    Object.entries(experiment.claims)
      .filter(([, { items }]) => items.includes(id))
      .map(([name]) => `${experiment.id}.${name}`),
  );
  return { experiments: own.map((experiment) => experiment.id), checks };
}

/** Items that neither a function nor an experiment covers. */
export function uncovered(experiments, { items, corrections }) {
  return [...items, ...corrections]
    .filter(({ id, functions }) => functions.length === 0 && coverage(experiments, id).experiments.length === 0)
    .map(({ id }) => id);
}

/** The text of docs/notes-map.md. */
export function notesMap(experiments, { headings, items, corrections }) {
  const lines = [
    "# Map of the notes",
    "",
    "Every heading and item of the notes (F1 to F123), and every error or trap in them (P1 to P35), with the functions, the",
    "experiments (`npx torchlet run NAME`) and the checks that cover it. Made by `node scripts/notes-map.mjs`; a test keeps it true.",
    "",
  ];
  for (const { id, title } of headings) {
    const own = items.filter(({ heading }) => heading === id);
    const here = experiments.filter(({ section }) => section === id).map((experiment) => code(experiment.id));
    const number = id.startsWith("book") ? "" : `${id} `;
    const level = Math.min(6, id.startsWith("book") ? 2 : id.split(".").length);
    lines.push(`${"#".repeat(level)} ${number}${title.en}`, "");
    if (here.length > 0) lines.push(`Experiments: ${here.join(", ")}.`, "");
    if (own.length === 0) continue;
    lines.push("| item | | functions | experiments | checks |", "|---|---|---|---|---|");
    for (const item of own) {
      const found = coverage(experiments, item.id);
      const parts = [item.functions, found.experiments, found.checks].map((names) => cell(names.map(code)));
      lines.push(`| ${item.id} | ${item.title.en} | ${parts.join(" | ")} |`);
    }
    lines.push("");
  }
  lines.push("## Errors and traps", "", "| | what is right | functions | experiments |", "|---|---|---|---|");
  for (const { id, text, functions } of corrections) {
    const found = coverage(experiments, id);
    lines.push(`| ${id} | ${text.en} | ${cell(functions.map(code))} | ${cell(found.experiments.map(code))} |`);
  }
  return `${lines.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { experiments, chapter } = await import("@torchlet/d2l");
  writeFileSync(new URL("../docs/notes-map.md", import.meta.url), notesMap(experiments, chapter));
  const missing = uncovered(experiments, chapter);
  if (missing.length > 0) console.log(`nothing covers ${missing.join(", ")}`);
}
