import { afterAll, beforeAll, describe, expect } from "vitest";
import { decodeJpeg } from "../../src/codec/jpeg-decode.ts";
import { decodePng } from "../../src/codec/png-decode.ts";
import { ImageError } from "../../src/errors.ts";
import { Image } from "../../src/media/image.ts";
import { bmpSamples, type Samples } from "../support/bmp-samples.ts";
import { looseJson, withOwnBytes } from "../support/own-bytes.ts";
import { Caller, ERROR_CODES, Fixtures, type MadeFiles, sha } from "../support/wandb-calls.ts";
import {
  GENERATIONS,
  onlyKeys,
  recordedCall,
  type RecordedCase,
  recordedCases,
  type RecordedGeneration,
  recordedResult,
  recordingJson,
  recordingTest,
} from "../support/wandb-recording.ts";

// oxlint-disable-next-line no-explicit-any
type Json = any;

let fixtures: Fixtures;
beforeAll(() => {
  fixtures = new Fixtures();
});
afterAll(() => fixtures.remove());

/** Samples of a file in the mode that a reader of pictures sees. */
function readBack(bytes: Uint8Array): Samples | { mode: string; width: number; height: number } {
  if (bytes[0] === 0x42) return bmpSamples(bytes);
  if (bytes[0] === 0xff) {
    const { shape } = decodeJpeg(bytes, { as: "native" });
    return { mode: shape[2] === undefined || shape[2] === 1 ? "L" : "RGB", width: shape[1]!, height: shape[0]! };
  }
  const { data, shape, mode, bitDepth } = decodePng(bytes, { as: "native" });
  const [height, width] = shape as [number, number];
  if (bitDepth !== 1 || mode !== "L") return { mode, width, height, data: data as Uint8Array };
  const row = Math.ceil(width / 8);
  const packed = new Uint8Array(row * height);
  for (let i = 0; i < data.length; i++) {
    const x = i % width;
    packed[Math.floor(i / width) * row + (x >> 3)]! |= data[i]! << (7 - (x & 7));
  }
  return { mode: "1", width, height, data: packed };
}

/** What a recording tells of a picture. */
function pixelResult(bytes: Uint8Array, image: Image, like: Json): Json {
  const found = readBack(bytes);
  const { mode, width, height } = found;
  const result: Json = { mode, width, height };
  if ("data" in found) {
    result.nbytes = found.data.length;
    result.sha256 = sha(found.data);
    if (like.bytes) result.bytes = [...found.data];
    if (like.first16) result.first16 = [...found.data.subarray(0, 16)];
  }
  if (like.format !== undefined) result.format = image.format;
  if (like.pathExt !== undefined) result.pathExt = image.format && `.${image.format}`;
  if (like.warnings) result.warnings = [...image.warnings].sort();
  if (like.sourceMode !== undefined) result.sourceMode = like.sourceMode;
  return result;
}

/** A picture of the recording as a picture of a known mode. */
function readyPicture({ mode, size, pixels, palette }: Json): Json {
  const [width, height] = size;
  const channels = { "1": 1, L: 1, P: 1, LA: 2, RGB: 3, RGBA: 4 }[mode as string];
  if (channels === undefined) throw new Error(`mode ${mode} is not understood`);
  return {
    data: Uint8Array.from(pixels, (value: number) => (mode === "1" ? value / 255 : value)),
    shape: channels === 1 ? [height, width] : [height, width, channels],
    mode: mode === "1" ? "L" : mode,
    bitDepth: mode === "1" ? 1 : 8,
    ...(palette ? { palette: Uint8Array.from(palette.flat()) } : {}),
  };
}

const text = (value: Json): string => JSON.stringify(value);

/** Files of both sides brought to one form; texts of boxes are compared by what they say. */
function comparable(result: Json, artifact: boolean): Json {
  if (typeof result !== "object" || result === null || !("files" in result)) return result;
  const files = Object.entries(result.files as Record<string, Json>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, file]) => {
      const content = file.text ?? (file.bytes && name.endsWith(".json") ? new TextDecoder().decode(file.bytes) : null);
      const words = content === null ? null : artifact ? content : looseJson(content);
      return [name, file.size, file.sha256 ?? file.md5b64, words];
    });
  const { manifest, ...others } = result;
  const contents = manifest && Object.entries(manifest.contents).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...others, files, ...(manifest ? { manifest: { ...manifest, contents } } : {}) };
}

/** Make every call of a section in every generation; the lines of what differs, and how many were compared. */
async function replay(
  section: string,
  make: (
    caller: Caller,
    call: Json,
    expected: Json,
    recorded: RecordedCase,
  ) => Promise<{ result: Json; files?: MadeFiles }>,
): Promise<{ wrong: string[]; compared: number }> {
  const wrong: string[] = [];
  let compared = 0;
  for (const recorded of recordedCases(section))
    for (const generation of GENERATIONS) {
      const expected = recordedResult(recorded, generation);
      if (expected === undefined) continue;
      compared++;
      const line = await difference(recorded, generation, expected, make);
      if (line) wrong.push(`${recorded.id} ${generation}: ${line}`);
    }
  return { wrong, compared };
}

async function difference(
  recorded: RecordedCase,
  generation: RecordedGeneration,
  expected: Json,
  make: Parameters<typeof replay>[1],
): Promise<string | undefined> {
  const call = recordedCall(recorded, generation);
  const caller = new Caller(fixtures, recorded, generation);
  const failure = typeof expected === "object" && expected !== null ? expected.error : undefined;
  try {
    caller.define(call);
    const { result, files } = await make(caller, call, expected, recorded);
    if (failure) return `expected ${failure}, got ${text(result).slice(0, 200)}`;
    const wanted = files ? withOwnBytes(recorded, generation, expected, files) : expected;
    const artifact = wanted?.manifest !== undefined;
    const [a, b] = [text(comparable(result, artifact)), text(comparable(wanted, artifact))];
    return a === b ? undefined : `\n  got      ${a}\n  expected ${b}`;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const codes = failure && ERROR_CODES[failure];
    if (failure && !codes) throw new Error(`${recorded.id}: ${failure} is not understood`);
    if (codes?.includes(error.code)) return undefined;
    return `expected ${failure ?? "a result"}, got ${error.code}: ${error.message}`;
  }
}

/** The action of a call, which must be one of those known for its section. */
function actionOf(call: Json, known: readonly string[], id: string): string {
  if (!known.includes(call.do)) throw new Error(`${id}: ${call.do} is not understood here`);
  return call.do;
}

describe("recorded results of W&B, every portable case of every generation", () => {
  for (const section of ["image", "torch"])
    recordingTest(`${section}: modes, pixels, formats, warnings and errors`, async () => {
      const { wrong, compared } = await replay(section, async (caller, call, expected, { id }) => {
        actionOf(call, ["image"], id);
        onlyKeys(call, ["do", "image", "let"], id);
        const image = caller.image(call.image);
        return { result: pixelResult(image.toFile(), image, expected) };
      });
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(0);
    });

  recordingTest("pil: pictures of a known mode are written in that mode", async () => {
    const { wrong, compared } = await replay("pil", async (_, call, expected, { id }) => {
      actionOf(call, ["pil"], id);
      onlyKeys(call, ["do", "mode", "size", "pixels", "palette", "file_type"], id);
      const image = new Image(readyPicture(call), { generation: "head", fileType: call.file_type });
      return { result: pixelResult(image.toFile(), image, expected) };
    });
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });

  recordingTest("json: rows, files and labels of a run", async () => {
    const { wrong, compared } = await replay("json", async (caller, call, _, { id }) => {
      const action = actionOf(call, ["log", "sequence", "summary", "classes", "get", "equal"], id);
      onlyKeys(
        call,
        ["do", "let", "step", "key", "value", "row", "record", "omit", "steps", "class_set", "of", "what", "a", "b"],
        id,
      );
      if (action === "classes") return { result: caller.classes(call) };
      if (action === "summary") return caller.summary(call);
      if (action === "get") return { result: caller.get(call) };
      if (action === "equal") return { result: caller.equal(call) };
      return caller.log(call);
    });
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });

  recordingTest("artifact: digests, manifests and every file", async () => {
    const { wrong, compared } = await replay("artifact", async (caller, call, _, { id }) => {
      actionOf(call, ["artifact"], id);
      onlyKeys(call, ["do", "adds", "let"], id);
      return caller.artifact(call);
    });
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });

  for (const section of ["equality", "reference"])
    recordingTest(`${section}: comparisons and properties`, async () => {
      const { wrong, compared } = await replay(section, async (caller, call, _, { id }) => {
        const action = actionOf(call, ["equal", "get"], id);
        onlyKeys(call, ["do", "let", "a", "b", "of", "what"], id);
        return { result: action === "equal" ? caller.equal(call) : caller.get(call) };
      });
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(0);
    });

  recordingTest("the type of a column of images", () => {
    const { type_schema: recorded, calls } = recordingJson();
    for (const [generation, expected] of Object.entries(recorded ?? {})) {
      const one = { id: "type_schema", call: calls.type_schema.call, expect: {} } as unknown as RecordedCase;
      const caller = new Caller(fixtures, one, generation as RecordedGeneration);
      expect(text(caller.typeSchema(one.call)), generation).toBe(text(expected));
    }
  });

  recordingTest("the records of an offline run, in their order", async () => {
    const { offline_records: recorded, calls } = recordingJson();
    /** A file that is written once is told of once. */
    const once = (records: readonly Json[]): Json[] => {
      const seen = new Set<string>();
      return records.filter(({ files }) => files === undefined || (!seen.has(text(files)) && seen.add(text(files))));
    };
    /** Texts of JSON are compared by what they say. */
    const said = (record: Json): Json =>
      Object.fromEntries(
        Object.entries(record).map(([kind, value]) => [
          kind,
          kind === "history" || kind === "summary"
            ? Object.entries(value as Record<string, string>).map(([key, json]) => [key, looseJson(json)])
            : value,
        ]),
      );
    for (const [generation, expected] of Object.entries((recorded ?? {}) as Record<string, Json[]>)) {
      const one = { id: "offline_records", ...calls.offline_records, expect: {} } as RecordedCase;
      const caller = new Caller(fixtures, one, generation as RecordedGeneration);
      const records = await caller.offline(recordedCall(one, generation as RecordedGeneration));
      expect(once(records).map(said).map(text), generation).toEqual(once(expected).map(said).map(text));
    }
  });

  recordingTest("constants and folders", () => {
    const { constants, subdirs } = recordingJson();
    for (const all of Object.values((constants ?? {}) as Record<string, Json>))
      for (const [name, value] of Object.entries(all)) {
        const known = { MAX_ITEMS: Image.MAX_ITEMS, MAX_DIMENSION: Image.MAX_DIMENSION };
        const own = name === "_log_type" || name === "artifact_type" ? Image.artifactType : known[name as "MAX_ITEMS"];
        expect(own, name).toBe(value);
      }
    for (const folders of Object.values((subdirs ?? {}) as Record<string, Json>))
      expect(Image.getMediaSubdir()).toBe(folders.image);
  });
});
