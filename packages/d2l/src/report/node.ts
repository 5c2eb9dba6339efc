// Reports that need Node: terminals, files, PNG.
export { FileReport } from "./file-report.js";
export { JsonReport, resultJson } from "./json-report.js";
export { PlainReport, QuietReport } from "./plain-report.js";
export { svgToPng } from "./png.js";
export { ReportError } from "./report-error.js";
export type { TextStream } from "./terminal/stream.js";
export { reportFor, TerminalReport } from "./terminal-report.js";
