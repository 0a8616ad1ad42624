/** limn's own format, which loses nothing: JSON Lines, a header and then one scene in each line. */
import { ImageError, show } from "../errors.ts";
import type { Category, Dataset, Scene, Skeleton } from "../model/scene.ts";
import { type DatasetFormat, type Loss, Losses, type ReadTreeOptions } from "./dataset-format.ts";
import { isFields } from "./fields.ts";
import type { FileSink, FileTree } from "./file-tree.ts";
import type { ReadingContext, Writing } from "./limn-codec.ts";
import { HEADER, type LimnHeader, SCENE, SKELETONS, VERSION } from "./limn-fields.ts";
import { parseJson } from "./source.ts";
import { namesEnding, Reading, surest, textOf } from "./tree-reading.ts";
import { TextFile } from "./written.ts";

/**
 * `*.limn.jsonl`: holds everything that a scene holds. The JSON Schema of a line is published beside the package
 * (`schema/limn-jsonl.schema.json`). Fields that it does not know are errors.
 */
export const limnJsonl: DatasetFormat = {
  name: "limn",
  title: "limn JSON Lines (*.limn.jsonl): everything, without loss",
  detect: async (tree) =>
    surest(tree, await namesEnding(tree, ".jsonl"), 4, (head) =>
      /^\{"format":\s*"limn",\s*"version":/.test(head.replaceAll(/\s*([{:,])\s*/g, "$1")) ? 1 : 0,
    ),
  read,
  write,
};

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const names = await namesEnding(tree, ".limn.jsonl");
  const files = names.length > 0 ? names : await namesEnding(tree, ".jsonl");
  if (files.length === 0) throw new ImageError("UNSUPPORTED", "expected a file *.limn.jsonl, got none");
  const categories = new Map<string, Category>();
  const scenes: Scene[] = [];
  const splits = new Set<string>();
  const about = new Map<string, unknown>();
  let found = 0;
  for (const name of files)
    await reading.partAsync("", async () => {
      const header = readLines(await tree.read(name), name, reading, scenes);
      found += 1;
      for (const split of header.splits ?? []) splits.add(split);
      for (const [key, value] of header.attributes ?? []) if (!about.has(key)) about.set(key, value);
      for (const category of header.categories) {
        // 1 and "1" are two ids
        const key = JSON.stringify(category.id);
        const known = categories.get(key);
        if (!known) categories.set(key, category);
        else if (known.name !== category.name)
          reading.note(
            name,
            `the category ${show(category.id)} is ${show(known.name)} in another file; that one is kept`,
          );
      }
    });
  if (found === 0) throw reading.failure!;
  return {
    categories: [...categories.values()],
    scenes,
    splits: splits.size > 0 ? [...splits] : undefined,
    size: scenes.length,
    attributes: about.size > 0 ? about : undefined,
    problems: reading.problems.list,
  };
}

/** @throws {ImageError} `DECODE` for a header that cannot be used; other lines are reported and left out */
function readLines(bytes: Uint8Array, name: string, reading: Reading, scenes: Scene[]): LimnHeader {
  let header: LimnHeader | undefined;
  let context: ReadingContext | undefined;
  for (const { text, line } of linesOf(bytes, name)) {
    const path = `${name}:${line}`;
    if (!header) {
      try {
        [header, context] = readHeader(parseJson(text));
      } catch (error) {
        throw error instanceof ImageError ? error.at(path) : error;
      }
      continue;
    }
    const scene = reading.part(path, () => SCENE.read(parseJson(text), "", context!));
    if (scene) scenes.push(scene);
  }
  if (!header) throw new ImageError("DECODE", "expected a header, got an empty file", { path: name });
  return header;
}

/** The lines that are not blank, one at a time: no string need hold the file. */
function* linesOf(bytes: Uint8Array, name: string): Generator<{ text: string; line: number }> {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (wide) {
    for (const [i, text] of textOf(bytes, true).split("\n").entries())
      if (text.trim() !== "") yield { text, line: i + 1 };
    return;
  }
  for (let at = 0, line = 1; at < bytes.length; line++) {
    const found = bytes.indexOf(10, at);
    const end = found < 0 ? bytes.length : found;
    let text: string;
    try {
      text = textOf(bytes.subarray(at, end), true);
    } catch (error) {
      throw error instanceof ImageError ? error.at(`${name}:${line}`) : error;
    }
    if (text.trim() !== "") yield { text, line };
    at = end + 1;
  }
}

/** @throws {ImageError} `DECODE`, or `UNSUPPORTED` for another version */
export function readHeader(value: unknown): [LimnHeader, ReadingContext] {
  if (!isFields(value) || value["format"] !== "limn")
    throw new ImageError("DECODE", `expected the header of a limn file, got ${show(value)}`);
  if (value["version"] !== VERSION)
    throw new ImageError("UNSUPPORTED", `expected version ${VERSION}, got ${show(value["version"])}`, {
      path: "version",
    });
  const skeletons = SKELETONS.read(value["skeletons"] ?? [], "skeletons", { at: () => undefined });
  const context: ReadingContext = { at: (index) => skeletons[index] };
  const header = HEADER.read(value, "", context);
  return [{ ...header, skeletons }, context];
}

/** Write `dataset.limn.jsonl`. */
async function write(dataset: Dataset, sink: FileSink): Promise<readonly Loss[]> {
  const losses = new Losses();
  const skeletons: Skeleton[] = [];
  const places = new Map<object | string, number>();
  const writing: Writing = {
    losses,
    indexOf: (skeleton) => {
      const known = places.get(skeleton);
      if (known !== undefined) return known;
      const key = JSON.stringify(skeleton);
      const index = places.get(key) ?? skeletons.push(skeleton as Skeleton) - 1;
      places.set(skeleton, index);
      places.set(key, index);
      return index;
    },
  };
  const lines = new TextFile();
  let index = 0;
  for await (const scene of dataset.scenes)
    lines.add(`${JSON.stringify(SCENE.write(scene, `scenes[${index++}]`, writing))}\n`);
  const { categories, splits } = dataset;
  const attributes = dataset.attributes?.size ? dataset.attributes : undefined;
  const plain: LimnHeader = { format: "limn", version: VERSION, categories, skeletons: [], splits, attributes };
  const head = HEADER.write(plain, "header", writing) as Record<string, unknown>;
  const file = new TextFile();
  file.add(`${JSON.stringify({ ...head, skeletons: SKELETONS.write(skeletons, "header.skeletons", writing) })}\n`);
  file.addFile(lines);
  await sink.write("dataset.limn.jsonl", file.bytes());
  return losses.list;
}
