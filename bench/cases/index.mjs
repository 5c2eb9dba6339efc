// What is measured. A case is data: every implementation builds it from `kind` and `args`, and answers in milliseconds.
import { elementwise } from "./elementwise.mjs";
import { epoch } from "./epoch.mjs";
import { memory } from "./memory.mjs";
import { products } from "./products.mjs";
import { startup } from "./startup.mjs";
import { steps } from "./steps.mjs";
import { sweep } from "./sweep.mjs";

/**
 * All cases in the order in which they run. Fields: `name`, `group`, `text`, `kind` and `args`, `unit` (us, ms, s, GFLOP/s,
 * MB), `flops` and `bytes` of one operation where they mean something; and, where not every implementation takes part, `families`
 * (families), `compiled` (there is a compiled form as well), `fresh` (a process of its own), `once` (one round).
 */
export const cases = [...steps, ...products, ...elementwise, ...startup, ...epoch, ...memory, ...sweep];
