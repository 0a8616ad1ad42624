import { expect, test } from "vitest";
import { linesOf } from "../../src/cli/json-lines.ts";
import { random, randomInt } from "../support/random.ts";

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function read(chunks: readonly Uint8Array[], most = 100): Promise<[number, string | undefined][]> {
  const lines: [number, string | undefined][] = [];
  for await (const { number, bytes } of linesOf(streamOf(chunks), most))
    lines.push([number, bytes && Buffer.from(bytes).toString()]);
  return lines;
}

test.each<[string, [number, string | undefined][]]>([
  ["", []],
  ["\n", []],
  ["a", [[1, "a"]]],
  ["a\n", [[1, "a"]]],
  [
    "\n\na\r\n \t\nb",
    [
      [3, "a\r"],
      [5, "b"],
    ],
  ],
  [
    "é\n日",
    [
      [1, "é"],
      [2, "日"],
    ],
  ],
  [
    `${"x".repeat(100)}\n${"y".repeat(101)}\nz`,
    [
      [1, "x".repeat(100)],
      [2, undefined],
      [3, "z"],
    ],
  ],
  ["y".repeat(101), [[1, undefined]]],
])("the lines of %j", async (text, lines) => {
  const bytes = Buffer.from(text);
  expect(await read([bytes])).toEqual(lines);
  expect(await read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(lines);
});

test("lines do not depend on where the stream is cut", async () => {
  const next = random(7);
  for (let round = 0; round < 200; round++) {
    const text = Array.from({ length: randomInt(next, 0, 400) }, () => "ab \n"[randomInt(next, 0, 3)]).join("");
    const bytes = Buffer.from(text);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) chunks.push(bytes.subarray(at, (at += randomInt(next, 1, 60))));
    const expected = text
      .split("\n")
      .map((line, i): [number, string | undefined] => [i + 1, line.length > 20 ? undefined : line])
      .filter(([, line]) => line === undefined || line.trim() !== "");
    expect(await read(chunks, 20)).toEqual(expected);
  }
});

test("of a line that is too long nothing is kept", async () => {
  const chunk = new Uint8Array(2 ** 20).fill(120);
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 2048; i++) yield chunk;
  }
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
  const lines = [];
  for await (const line of linesOf(endless(), 1000)) lines.push(line);
  clearInterval(watch);
  expect(lines).toEqual([{ number: 1, bytes: undefined }]);
  expect(most).toBeLessThan(2 ** 25);
});
