// Samplers and pruners by name: what a job may ask for are the classes of this package, and nothing else.
import { ValueError } from "torchlet";
import type { Pruner } from "../core/pruner.js";
import type { Sampler } from "../core/sampler.js";
import * as pruners from "../pruners/index.js";
import * as samplers from "../samplers/index.js";
import type { ClassSpec } from "./jobs.js";

/** @throws ValueError for a name that is no sampler of this package; what its constructor throws for its options */
export function samplerOf(spec: ClassSpec | null | undefined): Sampler | undefined {
  return spec ? make<Sampler>(spec, samplers, /Sampler$/, "sampler", "采样器") : undefined;
}

/** @throws ValueError for a name that is no pruner of this package; what its constructor throws for its options */
export function prunerOf(spec: ClassSpec | null | undefined): Pruner | undefined {
  return spec ? make<Pruner>(spec, pruners, /Pruner$/, "pruner", "剪枝器") : undefined;
}

function make<T>(spec: ClassSpec, among: object, pattern: RegExp, en: string, zh: string): T {
  const classes = Object.entries(among).filter(([name, it]) => pattern.test(name) && typeof it === "function");
  const found = classes.find(([name]) => name === spec.name);
  if (found !== undefined) return new (found[1] as new (options?: object) => T)(spec.options);
  const names = classes.map(([name]) => name);
  throw new ValueError("class-spec", {
    path: "redis",
    rule: {
      en: `there is no ${en} ${spec.name}; there are: ${names.join(", ")}`,
      zh: `没有名为 ${spec.name} 的${zh}；可选：${names.join("、")}`,
    },
    expected: names,
    received: spec.name,
  });
}
