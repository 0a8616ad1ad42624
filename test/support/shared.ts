/** Real photos, annotations and recorded results that are not part of the project (Node only). */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "vitest";

const folder = resolve(process.env["LIMN_SHARED"] ?? "../shared");
const present = existsSync(resolve(folder, "data"));
if (!present && process.env["CI"]) throw new Error(`CI is set and there is no test data at LIMN_SHARED (${folder})`);
if (!present) console.warn("real test data not found (LIMN_SHARED): the tests that need it are skipped");

/** Path of a file of the shared test data. */
export function sharedPath(path: string): string {
  return resolve(folder, path);
}

/** Bytes of a file of the shared test data. */
export function sharedBytes(path: string): Uint8Array {
  return readFileSync(sharedPath(path));
}

/** Parsed JSON file of the shared test data. */
// oxlint-disable-next-line no-explicit-any
export function sharedJson(path: string): any {
  return JSON.parse(readFileSync(sharedPath(path), "utf8"));
}

/** `test` where the shared data is present, `test.skip` elsewhere. */
export const sharedTest: typeof test = (present ? test : test.skip) as typeof test;
