/** Real Python libraries as oracles (Node only). */
import { spawnSync } from "node:child_process";
import { test } from "vitest";

const interpreter = process.env["LIMN_PYTHON"];
if (!interpreter && process.env["CI"]) throw new Error("CI is set and LIMN_PYTHON names no Python interpreter");
if (!interpreter) console.warn("no Python interpreter (LIMN_PYTHON): the tests that need it are skipped");

/** `test` where there is a Python interpreter, `test.skip` elsewhere. */
export const pythonTest: typeof test = (interpreter ? test : test.skip) as typeof test;

/**
 * Run a Python program.
 *
 * @param program - source text; it reads `input` from `sys.stdin.buffer`
 * @returns what it writes to `sys.stdout.buffer`
 */
export function runPython(program: string, args: readonly string[] = [], input: Uint8Array | string = ""): Buffer {
  const { status, stdout, stderr, error } = spawnSync(interpreter ?? "python3", ["-c", program, ...args], {
    input,
    maxBuffer: 2 ** 30,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`Python failed: ${stderr.toString()}`);
  return stdout;
}

/**
 * Bytes of several files or arrays as one message: for each a 4-byte little-endian length, then the bytes. In Python:
 * `{@link READ_PARTS}`.
 */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const joined = Buffer.alloc(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.writeUInt32LE(part.length, at);
    joined.set(part, at + 4);
    at += 4 + part.length;
  }
  return joined;
}

/** The parts of a message as Python wrote it with `write_part`. */
export function splitParts(joined: Buffer): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < joined.length;) {
    const length = joined.readUInt32LE(at);
    parts.push(joined.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}

/** Python source: `parts()` yields the parts of standard input, `write_part(bytes)` writes one. */
export const READ_PARTS = `
import sys, struct
def parts():
    data = sys.stdin.buffer.read()
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        yield data[at + 4 : at + 4 + length]
        at += 4 + length
def write_part(part):
    sys.stdout.buffer.write(struct.pack("<I", len(part)) + part)
`;

/** True where the interpreter has a package; where it has not, that is said in one line. */
export function hasPythonPackage(name: string): boolean {
  if (!interpreter) return false;
  const { status } = spawnSync(interpreter, ["-c", `import ${name}`]);
  if (status !== 0) console.warn(`LIMN_PYTHON has no ${name}: the tests that need it are skipped`);
  return status === 0;
}
