import type { ObjectiveTrial } from "@torchlet/search/node";

export default function objective(trial: ObjectiveTrial): number;
