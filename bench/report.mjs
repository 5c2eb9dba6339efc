// node bench/report.mjs [FILE]: tables and charts again, from bench/results/results.json or from a file of `--json`.
import { readFileSync } from "node:fs";
import { judge } from "./goals.mjs";
import { resultsFile, save } from "./report/save.mjs";
import { goalsText } from "./report/text.mjs";

const file = process.argv[2] ?? resultsFile;
const report = JSON.parse(readFileSync(file, "utf8"));
save(report, { json: file !== resultsFile });
console.log(goalsText(judge(report)));
