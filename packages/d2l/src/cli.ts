#!/usr/bin/env node
// The entry of the `torchlet` command.
import { main } from "./cli/main.js";
import { experiments } from "./experiments/registry.js";

process.exitCode = await main(process.argv.slice(2), experiments);
