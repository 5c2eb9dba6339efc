// What an examination finds, as data and as words.
import type { DiagnosisCode, Localized } from "torchlet";

/** What `torch.fit` and anomaly mode say about a training. */
export interface Finding {
  /** The diagnosis of `torch.fit`; undefined where it finds nothing. */
  readonly code: DiagnosisCode | undefined;
  /** The first operation with NaN or infinity, as anomaly mode names it; not given where it depends on the weights. */
  readonly operation?: string;
  /** Where in the data: the batch from 1 on, sample and column from 0 on. */
  readonly place?: { readonly batch: number; readonly sample: number; readonly column: number };
}

/** Names of the diagnoses that the clinic's patients have. */
const names: Partial<Record<DiagnosisCode, Localized>> = {
  "learning-rate-too-large": { en: "learning rate too large", zh: "学习率过大" },
  overflow: { en: "overflow", zh: "溢出" },
  "log-of-zero": { en: "logarithm of 0", zh: "对 0 取对数" },
  "division-by-zero": { en: "division by 0", zh: "除以 0" },
  "root-of-zero": { en: "root of 0", zh: "在 0 处开方" },
  "nan-in-data": { en: "NaN in the data", zh: "数据含 NaN" },
};

/** A diagnosis in words. */
export function diagnosisName(code: DiagnosisCode | undefined): Localized {
  if (code === undefined) return { en: "nothing", zh: "无" };
  return names[code] ?? { en: code, zh: code };
}

/** An operation as anomaly mode names it; `"Sqrt backward"` is a name in English only. */
export function operationName(operation: string): Localized {
  return { en: operation, zh: operation.replace(/ backward$/, " 的反向传播") };
}

/** A finding in words: `"overflow, Exp"`. */
export function findingText({ code, operation, place }: Finding): Localized {
  const name = diagnosisName(code);
  const by = operation === undefined ? undefined : operationName(operation);
  const text = {
    en: by === undefined ? name.en : `${name.en}, ${by.en}`,
    zh: by === undefined ? name.zh : `${name.zh}，${by.zh}`,
  };
  if (place === undefined) return text;
  const { batch, sample, column } = place;
  return {
    en: `${text.en}; batch ${batch}, sample ${sample}, column ${column}`,
    zh: `${text.zh}；第 ${batch} 批，样本 ${sample}，列 ${column}`,
  };
}

/** Whether two findings are the same. */
export function sameFinding(a: Finding, b: Finding): boolean {
  return (
    a.code === b.code &&
    a.operation === b.operation &&
    a.place?.batch === b.place?.batch &&
    a.place?.sample === b.place?.sample &&
    a.place?.column === b.place?.column
  );
}
