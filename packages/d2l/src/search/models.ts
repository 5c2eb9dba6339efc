// The models that `torchlet search` knows.
import { mlpModel } from "./mlp-model.js";
import type { SearchModel } from "./search-model.js";

/** All searchable models, in the order in which they are listed. */
export const searchModels: readonly SearchModel[] = [mlpModel];
