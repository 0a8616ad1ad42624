/** Recorded results of W&B's image classes: the cases of a recording and the arrays that they are about (Node only). */
import { readFileSync } from "node:fs";
import { test } from "vitest";
import type { DType, PixelArray, PixelData } from "../../src/model/pixels.ts";
import { float16Bits } from "./float16.ts";
import { sharedPath, sharedTest } from "./shared.ts";

export const GENERATIONS = ["head", "mid", "old"] as const;
export type RecordedGeneration = (typeof GENERATIONS)[number];

// oxlint-disable-next-line no-explicit-any
type Json = any;

/** One recorded case. */
export interface RecordedCase {
  readonly id: string;
  readonly dtype?: string;
  readonly call: Json;
  readonly callIn?: Record<string, Json>;
  readonly portable?: boolean;
  readonly expect: Record<string, Json>;
  readonly [field: string]: Json;
}

const given = process.env["LIMN_WANDB_GOLDEN"];

/** `test` where there is a recording: LIMN_WANDB_GOLDEN, else the shared one. A path that is given must exist. */
export const recordingTest: typeof test = given ? test : sharedTest;

/** The whole recording. */
export function recordingJson(): Json {
  return JSON.parse(readFileSync(given ?? sharedPath("golden/wandb.json"), "utf8")) as Json;
}

/** The cases of a section that can be had outside Python. */
export function recordedCases(section: string): RecordedCase[] {
  const recording = recordingJson();
  const cases = recording[section] as RecordedCase[] | undefined;
  if (!Array.isArray(cases) || cases.length === 0) throw new Error(`the recording has no cases in ${section}`);
  return cases.filter(({ portable }) => portable !== false);
}

/** What a generation gave, or undefined when the case was not run there. */
export function recordedResult(recorded: RecordedCase, generation: RecordedGeneration): Json {
  for (const name of Object.keys(recorded.expect).flatMap((names) => names.split("+")))
    if (!(GENERATIONS as readonly string[]).includes(name))
      throw new Error(`${recorded.id}: generation ${name} is not understood`);
  const found = Object.entries(recorded.expect).filter(([names]) => names.split("+").includes(generation));
  if (found.length > 1) throw new Error(`${recorded.id}: two results for ${generation}`);
  return found[0]?.[1];
}

/** The call of a case in a generation. */
export function recordedCall(recorded: RecordedCase, generation: RecordedGeneration): Json {
  const patch = recorded.callIn?.[generation];
  return patch === undefined ? recorded.call : mergePatch(recorded.call, patch);
}

function mergePatch(target: Json, patch: Json): Json {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const plain = typeof target === "object" && target !== null && !Array.isArray(target);
  const result: Json = plain ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Refuse members that this reader does not know: a case that is not understood must fail. */
export function onlyKeys(value: Json, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length) throw new Error(`${where}: members not understood: ${unknown.join(", ")}`);
}

const SPECIAL: ReadonlyMap<unknown, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/** The array of a call. */
export function recordedArray(array: Json, recorded: RecordedCase): PixelArray {
  onlyKeys(array, ["shape", "dtype", "gen", "layout"], recorded.id);
  const shape = array.shape as number[];
  const total = shape.reduce((product, axis) => product * axis, 1);
  const values = generated(array, total, recorded);
  if (values.length !== total) throw new Error(`${recorded.id}: ${values.length} values for ${total}`);
  const layout = array.layout === "CHW" ? "CHW" : undefined;
  return { data: typed(array.dtype, values), shape, layout, dtype: array.dtype as DType };
}

function generated(array: Json, total: number, recorded: RecordedCase): number[] {
  const { gen } = array;
  const number = (value: Json): number => {
    const result = SPECIAL.get(value) ?? value;
    if (typeof result !== "number") throw new Error(`${recorded.id}: value ${JSON.stringify(value)}`);
    return result;
  };
  switch (gen.kind) {
    case "list":
      return gen.values.map(number);
    case "field":
      return recorded[gen.name].map(number);
    case "const":
      return Array(total).fill(number(gen.value));
    case "mod": {
      const { a, b, c, m, mul, div, off } = gen;
      const shape = array.shape as number[];
      const names = shape.length === 1 ? "x" : shape.length === 2 ? "yx" : array.layout === "CHW" ? "cyx" : "yxc";
      return Array.from({ length: total }, (_, index) => {
        const at: Record<string, number> = { x: 0, y: 0, c: 0 };
        let rest = index;
        for (let axis = shape.length - 1, name = names.length - 1; name >= 0; axis--, name--) {
          at[names[name]!] = rest % shape[axis]!;
          rest = Math.floor(rest / shape[axis]!);
        }
        return (((at["x"]! * a + at["y"]! * b + at["c"]! * c) % m) * mul) / div + off;
      });
    }
    default:
      throw new Error(`${recorded.id}: generator ${gen.kind} is not understood`);
  }
}

function typed(dtype: string, values: number[]): PixelData {
  switch (dtype) {
    case "bool":
      return Uint8Array.from(values, (value) => (value === 0 ? 0 : 1));
    case "uint8":
      return Uint8Array.from(values);
    case "int8":
      return Int8Array.from(values);
    case "uint16":
      return Uint16Array.from(values);
    case "int16":
      return Int16Array.from(values);
    case "uint32":
      return Uint32Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "uint64":
      return BigUint64Array.from(values, (value) => BigInt(Math.trunc(value)));
    case "int64":
      return BigInt64Array.from(values, (value) => BigInt(Math.trunc(value)));
    case "float16":
      return Uint16Array.from(values, float16Bits);
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    default:
      throw new Error(`dtype ${dtype} is not understood`);
  }
}
