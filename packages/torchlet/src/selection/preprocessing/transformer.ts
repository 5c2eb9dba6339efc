// What all preprocessing has in common: fitted once, applied to any part, kept as JSON beside the model.
import { DataError } from "../../errors/index.js";
import { problem } from "../problem.js";
import type { Samples } from "../samples.js";
import type { Table } from "./table.js";

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A transformer as JSON: its kind, its settings, and what it learned (null before `fit`). */
export interface TransformerJson {
  readonly format: "torchlet.transformer";
  readonly version: 1;
  readonly kind: string;
  readonly options: Json;
  readonly state: Json;
}

/**
 * Learns from training samples how to transform features; transforms any samples in that way.
 *
 * A subclass writes `fit`, `transform`, what it learned (`state`, null before), and registers how to come back from JSON.
 */
export abstract class Transformer<In extends Table = Table, Out extends Table = Table> {
  /** The name by which JSON knows it. */
  abstract readonly kind: string;

  /** Learns from training samples, and only from them. */
  abstract fit(X: In, y?: Samples | null): this;

  /** @throws ValueError before `fit`, and for other features than those of `fit` */
  abstract transform(X: In): Out;

  /** The names of the features that come out. */
  abstract getFeatureNamesOut(): string[];

  /** The settings, as JSON. */
  protected abstract settings(): Json;

  /** What was learned, as JSON; null before `fit`. */
  protected abstract learned(): Json;

  /** Learns from samples and transforms them. */
  fitTransform(X: In, y: Samples | null = null): Out {
    return this.fit(X, y).transform(X);
  }

  /**
   * Back to what came in.
   *
   * @throws ValueError where that cannot be done
   */
  inverseTransform(_X: Out): Table {
    throw problem("no-inverse", this.kind, "this transformation has no inverse", "该变换没有逆变换");
  }

  /** Settings and what was learned; `JSON.stringify` calls it. `transformerFromJson` is the way back. */
  toJSON(): TransformerJson {
    return {
      format: "torchlet.transformer",
      version: 1,
      kind: this.kind,
      options: pack(this.settings()),
      state: pack(this.learned()),
    };
  }
}

/** The error of using what was not fitted. */
export function checkFitted<S>(path: string, state: S | null): S {
  if (state !== null) return state;
  throw problem("not-fitted", path, "it must be fitted first", "必须先拟合", {
    hint: { en: "call fit(XTrain) with the training part", zh: "请用训练部分调用 fit(XTrain)" },
  });
}

type Reviver = (options: Json, state: Json) => Transformer;
const revivers = new Map<string, Reviver>();

/**
 * Makes a kind of transformer known to `transformerFromJson`.
 *
 * @param revive makes one from its settings and what it had learned
 */
export function registerTransformer(kind: string, revive: Reviver): void {
  revivers.set(kind, revive);
}

/**
 * A transformer from `toJSON` (or from its text), as it was.
 *
 * @throws DataError for anything else
 *
 * @example
 * const text = JSON.stringify(scaler);
 * const same = torch.selection.transformerFromJson(text);
 */
export function transformerFromJson(json: unknown): Transformer {
  const data = (typeof json === "string" ? parse(json) : json) as TransformerJson | null;
  if (typeof data !== "object" || data === null || data.format !== "torchlet.transformer" || data.version !== 1) {
    throw foreign("this is no transformer, or one of a later version", "这不是变换器，或来自更新的版本");
  }
  const revive = revivers.get(data.kind);
  if (revive === undefined) {
    throw foreign(`unknown kind ${JSON.stringify(data.kind)}`, `未知的种类 ${JSON.stringify(data.kind)}`, {
      expected: [...revivers.keys()],
      received: data.kind,
    });
  }
  try {
    return revive(unpack(data.options), unpack(data.state ?? null));
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw foreign(`this ${data.kind} is damaged`, `此 ${data.kind} 已损坏`, { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw foreign("this is no JSON", "这不是 JSON", { cause });
  }
}

function foreign(
  en: string,
  zh: string,
  facts: { readonly expected?: unknown; readonly received?: unknown; readonly cause?: unknown } = {},
): DataError {
  return new DataError("transformer-json", { path: "transformerFromJson", rule: { en, zh }, ...facts });
}

/** @throws DataError unless these are as many finite or infinite numbers as there should be */
export function readNumbers(values: Json | undefined, length: number): number[] {
  if (Array.isArray(values) && values.length === length && values.every((v) => typeof v === "number")) {
    return [...values] as number[];
  }
  throw foreign(`${length} numbers are needed`, `需要 ${length} 个数`, { expected: length });
}

/** @throws DataError unless these are texts */
export function readNames(values: Json | undefined): string[] {
  if (Array.isArray(values) && values.every((v) => typeof v === "string")) return [...values] as string[];
  throw foreign("names are needed", "需要名称列表");
}

// JSON has no NaN and no infinity: they go as { number: "NaN" }.

function pack(value: Json): Json {
  if (typeof value === "number") return Number.isFinite(value) ? value : { number: String(value) };
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, pack(v)]));
}

function unpack(value: Json): Json {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== "object" || value === null) return value;
  const { number, ...others } = value as { readonly number?: Json };
  if (typeof number === "string" && Object.keys(others).length === 0) return Number(number);
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, unpack(v)]));
}
