// Types of page-host.mjs, which plain Node programs import as well.
import type { Browser } from "playwright-core";

export function findChromium(): string | null;
export const NO_CHROMIUM: string;
export function launchChromium(executablePath: string): Promise<Browser>;

export type Policy = "isolated" | "open" | "strict" | "trusted" | "scriptOnly";
export const POLICIES: Record<Policy, Record<string, string>>;

export interface Pages {
  url(policy: Policy, path: string): string;
  close(): Promise<void>;
}
export function servePages(files: Record<string, string | Uint8Array>): Promise<Pages>;
