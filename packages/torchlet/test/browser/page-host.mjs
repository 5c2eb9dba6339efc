// Pages for tests and measurements: a Chromium that is already on the machine, and a server on the loopback interface.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser that TORCHLET_CHROMIUM names, else the machine's own; null where there is none. Nothing is downloaded. */
export function findChromium() {
  const asked = process.env.TORCHLET_CHROMIUM;
  const places = asked === undefined || asked === "" ? PLACES : [asked];
  return places.find((place) => existsSync(place)) ?? null;
}

/** Why tests in a page are skipped. */
export const NO_CHROMIUM = `skipped: no Chromium (TORCHLET_CHROMIUM, or ${PLACES.join(", ")})`;

/** A headless Chromium with an empty profile of its own that asks nothing of any network. */
export function launchChromium(executablePath) {
  return chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: false,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Headers with which a page gets shared memory, and with it threads. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Headers by the first part of a page's address: the same files are served under each of them. */
export const POLICIES = {
  isolated: ISOLATED,
  open: {},
  /** Nothing but its own scripts and wasm: no eval, no workers from blobs. */
  strict: {
    ...ISOLATED,
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
  },
  /** Workers from blobs are allowed, but an address written as a string makes none: the constructor throws. */
  trusted: {
    ...ISOLATED,
    "Content-Security-Policy":
      "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; require-trusted-types-for 'script'",
  },
  /** Not even wasm. */
  scriptOnly: { ...ISOLATED, "Content-Security-Policy": "script-src 'self'" },
};

const TYPES = {
  html: "text/html",
  js: "text/javascript",
  mjs: "text/javascript",
  css: "text/css",
  json: "application/json",
  wasm: "application/wasm",
};

/**
 * Serves texts by name under each of the policies, on a free port of the loopback interface.
 *
 * @param files text or bytes by path, such as `{ "page.html": "<!doctype html>..." }`
 * @returns `url(policy, path)` and `close()`
 */
export async function servePages(files) {
  const server = createServer((request, response) => {
    const [, policy, path] = /^\/(\w+)\/([^?#]*)/.exec(request.url ?? "") ?? [];
    const headers = POLICIES[policy];
    const content = files[path];
    if (headers === undefined || content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[path.split(".").at(-1)] ?? "application/octet-stream";
    response.writeHead(200, { ...headers, "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-store" });
    response.end(content);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    url: (policy, path) => `http://127.0.0.1:${port}/${policy}/${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
