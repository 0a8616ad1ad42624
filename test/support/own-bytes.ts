/** Recorded results with the bytes of limn's own encoders put in the place of the recorder's (Node only). */
import { decodePng } from "../../src/codec/png-decode.ts";
import { type MadeFiles, md5, sha } from "./wandb-calls.ts";
import type { RecordedCase, RecordedGeneration } from "./wandb-recording.ts";

// oxlint-disable-next-line no-explicit-any
type Json = any;

/** JSON in which a bare NaN or Infinity may stand. */
export function looseJson(text: string): Json {
  return JSON.parse(text.replace(/(?<=[:[,]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, '{"$float":"$1"}'));
}

/**
 * The expected result of a case for files that limn made: of each file that is encoded by the program itself, and holds the same
 * as the recorded one, the hashes, size and name are limn's; in an artifact, also all digests that follow.
 */
export function withOwnBytes(
  recorded: RecordedCase,
  generation: RecordedGeneration,
  expected: Json,
  files: MadeFiles,
): Json {
  const artifact = expected?.manifest !== undefined;
  let text = JSON.stringify(expected);
  for (const own of (recorded["ownBytes"] ?? []) as Json[]) {
    if (!own.in.includes(generation)) continue;
    const mine = [...files.values()].find((bytes) => holdsSame(own, bytes, expected));
    if (mine === undefined) throw new Error(`${recorded.id}: no file of limn holds the same as ${own.sha256}`);
    const digits = generation === "old" ? 8 : 20;
    text = replaced(text, own.sha256, sha(mine), digits);
    if (own.md5b64 !== undefined) {
      const hex = (b64: string): string => Buffer.from(b64, "base64").toString("hex");
      text = text.replaceAll(own.md5b64, md5(mine));
      text = replaced(text, hex(own.md5b64), hex(md5(mine)), digits);
    }
    text = JSON.stringify(resized(JSON.parse(text), [sha(mine), md5(mine)], mine.length));
  }
  const result = JSON.parse(text);
  if (artifact && text !== JSON.stringify(expected)) followDigests(result);
  return result;
}

function replaced(text: string, theirs: string, mine: string, digits: number): string {
  return text.replaceAll(theirs, mine).replaceAll(theirs.slice(0, digits), mine.slice(0, digits));
}

function holdsSame(own: Json, bytes: Uint8Array, expected: Json): boolean {
  if (own.is === "png") {
    if (bytes[0] !== 0x89) return false;
    const { data, shape, mode } = decodePng(bytes, { as: "native" });
    return (
      mode === own.mode && shape[1] === own.width && shape[0] === own.height && String([...data]) === String(own.bytes)
    );
  }
  if (own.is !== "boxes") throw new Error(`own bytes ${own.is} are not understood`);
  const file = Object.values((expected.files ?? {}) as Record<string, Json>).find(
    ({ sha256 }) => sha256 === own.sha256,
  );
  if (sha(bytes) === own.sha256) return true;
  if (file?.text === undefined || bytes[0] !== 0x7b) return false;
  return JSON.stringify(looseJson(new TextDecoder().decode(bytes))) === JSON.stringify(looseJson(file.text));
}

function resized(value: Json, hashes: readonly string[], size: number): Json {
  if (Array.isArray(value)) return value.map((entry) => resized(entry, hashes, size));
  if (typeof value !== "object" || value === null) return value;
  const hit = [value.sha256, value.md5b64, value.digest].some((hash) => hashes.includes(hash));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, hit && key === "size" ? size : resized(entry, hashes, size)]),
  );
}

/** Digests of texts that changed, in the manifest and of the artifact. */
function followDigests(result: Json): void {
  for (const [name, file] of Object.entries(result.files as Record<string, Json>)) {
    if (file.text === undefined) continue;
    const bytes = Buffer.from(file.text);
    file.size = bytes.length;
    file.md5b64 = md5(bytes);
    result.manifest.contents[name] = { ...result.manifest.contents[name], digest: file.md5b64, size: bytes.length };
  }
  const contents = result.manifest.contents as Record<string, { digest: string }>;
  const lines = Object.keys(contents)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => `${name}:${contents[name]!.digest}\n`);
  const text = Buffer.from(`wandb-artifact-manifest-v1\n${lines.join("")}`);
  result.digest = Buffer.from(md5(text), "base64").toString("hex");
}
