import { expect, test } from "vitest";
import { TAR_END_BYTES, tarFiles } from "../../src/format/tar-write.ts";
import { readTar } from "../support/tar.ts";

async function archiveOf(files: readonly (readonly [string, Uint8Array])[]): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat([...(await tarFiles(files)), new Uint8Array(TAR_END_BYTES)]));
}

test("files come back, of every length and with names of every kind, and are of 1970", async () => {
  const lengths = [0, 1, 511, 512, 513, 70_000];
  const names = ["a.png", "sub/ü 日本.json", `${"long/".repeat(40)}end.png`, "x".repeat(150), "b.c/d.png", "z"];
  const files = lengths.map((length, i) => [names[i]!, new Uint8Array(length).fill(i + 1)] as const);
  const archive = await archiveOf(files);
  expect(readTar(archive).map(({ name, bytes, time }) => [name, bytes.length, bytes[0], time])).toEqual(
    files.map(([name, bytes]) => [name, bytes.length, bytes[0], 0]),
  );
  expect(await archiveOf(files)).toEqual(archive);
});

test("what is given in two steps is what is given in one", async () => {
  const files = [1, 600].map((length, i) => [`${i}.png`, new Uint8Array(length)] as const);
  const apart = [...(await tarFiles(files.slice(0, 1))), ...(await tarFiles(files.slice(1)))];
  expect(Buffer.concat(apart).equals(Buffer.concat(await tarFiles(files)))).toBe(true);
});

test("names that lead outside are refused", async () => {
  await expect(tarFiles([["../a", new Uint8Array(1)]])).rejects.toMatchObject({ code: "ARGUMENT" });
});
