/** The records of pictures in W&B's artifacts, summaries and histories. */
import { show } from "../errors.ts";
import { type Fields, isFields, isList } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { parseJson } from "./source.ts";
import { folderOf, namesEnding, readJson, type Reading, textOf } from "./tree-reading.ts";

/** A record of a picture and its place. */
export interface FoundRecord {
  readonly record: Fields;
  readonly path: string;
  readonly folder: string;
}

/** Losses that are not a number stand in real histories, and must not cost the pictures beside them. */
export const PYTHON = { python: true } as const;

/** Every image record of a tree, each picture once. */
export async function imageRecords(tree: FileTree, reading: Reading): Promise<FoundRecord[]> {
  const found = new Map<string, FoundRecord>();
  const walk = (value: unknown, path: string, folder: string, depth: number): void => {
    if (!isFields(value) || depth > 4) return;
    if (value["_type"] === "image-file") {
      const key = String(value["path"]);
      if (!found.has(key)) found.set(key, { record: value, path, folder });
    } else if (value["_type"] === "images/separated")
      for (const [i, record] of separated(value).entries()) walk(record, `${path}[${i}]`, folder, depth + 1);
    else for (const key of Object.keys(value)) walk(value[key], `${path}[${show(key)}]`, folder, depth + 1);
  };
  for (const name of await namesEnding(tree, "image-file.json", "wandb-summary.json"))
    await reading.partAsync("", async () => walk(await readJson(tree, name, PYTHON), name, folderOf(name), 0));
  for (const name of await namesEnding(tree, "history.jsonl")) {
    const lines = await reading.partAsync(name, async () => textOf(await tree.read(name), true).split("\n"));
    for (const [i, line] of (lines ?? []).entries())
      if (line.includes("image"))
        reading.part(`${name}:${i + 1}`, () => walk(parseJson(line, PYTHON), `${name}:${i + 1}`, folderOf(name), 0));
  }
  return [...found.values()];
}

/** A list of pictures as single ones. */
function separated(value: Fields): Fields[] {
  const at = (key: string, i: number): unknown => {
    const list = value[key];
    return isList(list) ? list[i] : undefined;
  };
  const files = value["filenames"];
  return (isList(files) ? Array.from(files) : []).map((path, i) => ({
    _type: "image-file",
    path,
    caption: at("captions", i),
    boxes: at("all_boxes", i),
    masks: at("all_masks", i),
    // width and height are those of the first picture alone
  }));
}
