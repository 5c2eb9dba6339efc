// What the thread of a search is told: which model, on which terms, with which data.
import type { Json } from "@torchlet/search";
import type { GarmentsOptions } from "../datasets/garments.js";
import type { ModelSetup } from "./search-model.js";

/** What a thread is told: plain data. */
export interface ThreadSetup {
  readonly model: string;
  readonly setup: ModelSetup;
  /** The stand-in's size, where there is no Fashion-MNIST. */
  readonly garments: GarmentsOptions | null;
  /** The folder that the user named. */
  readonly data: string | null;
}

/** As JSON, for whoever starts the thread. */
export function threadOptions(setup: ThreadSetup): Json {
  return JSON.parse(JSON.stringify(setup)) as Json;
}
