// npm run bench: torchlet side by side with its peers, in one run; `--help` tells the options.
import { writeFileSync } from "node:fs";
import { cases } from "./cases/index.mjs";
import { quick } from "./cases/quick.mjs";
import { goalCases, judge } from "./goals.mjs";
import { save, toJson } from "./report/save.mjs";
import { goalsText, rowText, sweepText } from "./report/text.mjs";
import { measureBrowser } from "./run/browser.mjs";
import { checkCase } from "./run/check.mjs";
import { describeMachine, findData, findPython, installPeers } from "./run/find.mjs";
import { findImplementations } from "./run/implementations.mjs";
import { machinePeak, machineText, measureCopy, raisePeak } from "./run/machine.mjs";
import { measureCase, Sessions } from "./run/measure.mjs";
import { help, readOptions } from "./run/options.mjs";

/** What `read` returns; where it throws, what is wrong is said and nothing is measured. */
function orExit(read, more = "") {
  try {
    return read();
  } catch (error) {
    console.error(`bench: ${error.message}${more}`);
    return process.exit(2);
  }
}

const options = orExit(() => readOptions(process.argv.slice(2)), `\n\n${help}`);
if (options.help) {
  console.log(help);
  process.exit(0);
}
if (options.peers) orExit(installPeers);

const begun = performance.now();
const { engineInfo } = await import("torchlet");
const engine = engineInfo();
const data = orExit(() => findData(options.data));
const { implementations, missing, versions } = findImplementations({
  blas: engine.blas,
  python: orExit(() => findPython(options.python)),
  torchCompile: options.torchCompile,
});
const chosen = implementations.filter(({ name }) => options.impl === null || options.impl.test(name));
const wanted = (options.quick ? quick(cases) : cases).filter(
  ({ name, group, slow }) =>
    (!slow || options.slow) &&
    (options.only === null || options.only.test(name) || options.only.test(group)) &&
    (!options.goals || goalCases.has(name)),
);

const environment = { ...describeMachine(), ...versions, engine };
console.log(`${environment.cpu}, ${environment.cores} cores, Node ${environment.node}, ${environment.platform}`);
console.log(`BLAS: ${engine.blas.library ?? engine.blas.state}; PyTorch ${versions.pytorch ?? "-"}`);
for (const { name, reason } of missing) console.log(`without ${name}: ${reason}`);
if (data === null) console.log("without Fashion-MNIST: it is not here (--data DIR)");

const sessions = new Sessions();
const measure = { ...options, data };
const machine = await machinePeak(implementations, sessions, measure);
console.log(`${machineText(machine)}\n`);

const results = [];
const checks = [];
for (const test of wanted) {
  if (test.needsData && data === null) continue;
  if (!test.once) {
    const { compared, wrong } = await checkCase(test, chosen, sessions, data);
    checks.push({ case: test.name, compared, wrong });
    for (const [name, what] of Object.entries(wrong)) console.log(`WRONG: ${test.name}, ${name}: ${what}`);
  }
  const row = await measureCase(test, chosen, sessions, measure);
  sessions.endCase();
  results.push(row);
  raisePeak(machine, row, chosen);
  // The copy is measured again and again, as what it is compared with is.
  if (test.group === "elementwise") measureCopy(machine);
  if (test.group !== "sweep") console.log(rowText(row));
  else process.stdout.write(".");
}
sessions.close();
const sweep = sweepText(results, machine);
if (sweep !== null) console.log(`\n${sweep}`);

const browser = options.browser ? measureBrowser(options) : { skipped: "only with --browser" };
if (options.browser && browser.skipped !== undefined) console.log(`without a browser: ${browser.skipped}`);

const report = {
  date: new Date().toISOString(),
  seconds: Math.round((performance.now() - begun) / 1000),
  rounds: options.rounds,
  quick: options.quick,
  environment,
  machine,
  missing,
  checks,
  results,
  browser,
};
console.log(`\n${goalsText(judge(report))}`);
console.log(`\n${report.seconds} s, ${options.rounds} rounds`);
if (options.json !== undefined) writeFileSync(options.json, toJson(report));
if (options.save) save(report);
process.exitCode = checks.some(({ wrong }) => Object.keys(wrong).length > 0) ? 1 : 0;
