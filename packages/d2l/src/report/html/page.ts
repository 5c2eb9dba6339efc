// The frame of every page: nothing is fetched, the language and the colours follow the reader.
import { getLocale, localize } from "torchlet";
import { escapeMarkup } from "../text/escape.js";
import { styleSheet } from "./style.js";

/** What stands in the frame; all but texts is markup. */
export interface PageParts {
  readonly title: string;
  /** Short texts under the title. */
  readonly facts: readonly string[];
  readonly body: string;
  /** Rules beside those of all pages. */
  readonly style?: string;
  /** Scripts at the end; without them none may run. */
  readonly scripts?: string;
}

/** The language of the page, as HTML and dates name it. */
export function pageLanguage(): string {
  return getLocale() === "zh" ? "zh-CN" : "en";
}

/** A whole page. Nothing may be fetched from anywhere: the browser holds it to that. */
export function pageHtml({ title, facts, body, style = "", scripts = "" }: PageParts): string {
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'${scripts === "" ? "" : "; script-src 'unsafe-inline'"}`;
  return `<!DOCTYPE html>
<html lang="${pageLanguage()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeMarkup(title)}</title>
<style>${styleSheet}${style}</style>
</head>
<body>
<main>
<header>
<h1>${escapeMarkup(title)}</h1>
<p class="facts">${facts.map((fact) => `<span>${escapeMarkup(fact)}</span>`).join("")}</p>
</header>
${body}
<footer>${escapeMarkup(localize({ en: "Written by torchlet.", zh: "由 torchlet 生成。" }))}</footer>
</main>
${scripts}
</body>
</html>
`;
}
