// The objective of a model as a module of its own: what each thread of a search loads. Node only.
import type { Json } from "@torchlet/search";
import { loadFashionMnist } from "../datasets/fashion-mnist-node.js";
import { makeGarments } from "../datasets/garments.js";
import { searchModels } from "./models.js";
import type { PreparedModel, SearchTrial } from "./search-model.js";
import type { ThreadSetup } from "./thread-setup.js";

/** The model that was asked for last: a thread of a worker may be asked for another one. */
let latest: { readonly key: string; readonly prepared: Promise<PreparedModel> } | undefined;

/** Data are read once a thread. */
async function prepare({ model, setup, garments, data }: ThreadSetup): Promise<PreparedModel> {
  const found = searchModels.find(({ id }) => id === model);
  if (found === undefined) throw new RangeError(`unknown model ${model}`);
  const dataset = garments !== null ? makeGarments(garments) : await loadFashionMnist(data === null ? {} : { data });
  return found.prepare(setup, dataset);
}

/** Runs one trial of the model that the options name. */
export default async function objective(trial: SearchTrial, options: Json): Promise<number> {
  const key = JSON.stringify(options);
  if (latest?.key !== key) latest = { key, prepared: prepare(options as unknown as ThreadSetup) };
  return (await latest.prepared).objective(trial);
}
