// One of several processes that work on the same journal, until all its trials have ended.
import { openStudy } from "@torchlet/search/node";
import { objective, sampler } from "./shared-objective.mjs";

const [path, notes, settings] = process.argv.slice(2);
const { totalTrials, milliseconds, ...options } = JSON.parse(settings);
const study = await openStudy(path, { ...options, sampler });
await study.optimize(objective(notes, milliseconds), { totalTrials });
await study.close();
