// What `torchlet doctor` says about data: which sets are there, and where.
import { localize } from "torchlet";
import type { Section } from "./doctor-command.js";

/** The data sets that would be used, and the folder named by TORCHLET_DATA. */
export async function dataSection(): Promise<Section> {
  const folder = process.env["TORCHLET_DATA"];
  return {
    title: localize({ en: "Data", zh: "数据" }),
    findings: [
      {
        label: "TORCHLET_DATA",
        value: folder || localize({ en: "not set", zh: "未设置" }),
        ok: true,
      },
    ],
  };
}
