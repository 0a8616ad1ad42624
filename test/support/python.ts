/** Oracles that live in Python (Node only): `LIMN_PYTHON` names an interpreter with Pillow and numpy. */
import { execFileSync } from "node:child_process";
import { test } from "vitest";

const python = process.env["LIMN_PYTHON"];
if (!python && process.env["CI"]) throw new Error("CI is set and LIMN_PYTHON names no interpreter");
if (!python) console.warn("LIMN_PYTHON is not set: the tests against Python libraries are skipped");

/** Run a script (its text) with arguments; `input` goes to its standard input. Returns its standard output. */
export function runPython(script: string, args: readonly string[] = [], input?: Uint8Array): Uint8Array {
  return execFileSync(python!, ["-c", script, ...args], { input, maxBuffer: 2 ** 30 });
}

/** `test` where there is an interpreter, `test.skip` elsewhere. */
export const pythonTest: typeof test = (python ? test : test.skip) as typeof test;
