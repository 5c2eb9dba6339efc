// The objective of a model as a module of its own: what each thread of a search loads. Node only.
import type { Json } from "@torchlet/search";
import { loadFashionMnist } from "../datasets/fashion-mnist-node.js";
import { type GarmentsOptions, makeGarments } from "../datasets/garments.js";
import { searchModels } from "./models.js";
import type { ModelSetup, PreparedModel, SearchTrial } from "./search-model.js";

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

let prepared: Promise<PreparedModel> | undefined;

/** Data are read once a thread. */
async function prepare({ model, setup, garments, data }: ThreadSetup): Promise<PreparedModel> {
  const found = searchModels.find(({ id }) => id === model);
  if (found === undefined) throw new RangeError(`unknown model ${model}`);
  const dataset = garments !== null ? makeGarments(garments) : await loadFashionMnist(data === null ? {} : { data });
  return found.prepare(setup, dataset);
}

/** Runs one trial of the model that the options name. */
export default async function objective(trial: SearchTrial, options: Json): Promise<number> {
  prepared ??= prepare(options as unknown as ThreadSetup);
  return (await prepared).objective(trial);
}
