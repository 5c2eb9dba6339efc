// SHA-256, as the platform has it: Node's crypto, or WebCrypto in a page.
import { EngineError } from "../errors/index.js";

/**
 * The SHA-256 of bytes in hexadecimal digits.
 *
 * @throws EngineError in a page without WebCrypto: one that came over plain http from elsewhere
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (typeof process !== "undefined" && typeof process.getBuiltinModule === "function") {
    return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
  }
  if (globalThis.crypto?.subtle === undefined) {
    throw new EngineError("checkpoint-no-crypto", {
      path: "torch.checkpoint",
      rule: { en: "this page has no WebCrypto to make checksums with", zh: "此网页没有可用于计算校验和的 WebCrypto" },
      hint: { en: "serve the page over https or from localhost", zh: "请通过 https 或从 localhost 提供网页" },
    });
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
