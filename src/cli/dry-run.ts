/** `--dry-run`: what a run would do, with nothing written. */
import { join } from "node:path";
import { resolveInside } from "#platform";
import type { OutputNames } from "../batch/output-names.ts";
import { ImageError } from "../errors.ts";
import { S3Folder } from "../platform/node-s3-files.ts";
import { relativeName } from "../platform/relative-name.ts";
import { isS3 } from "../platform/s3-place.ts";
import type { RunDataset } from "./datasets.ts";
import type { OutputPlace } from "./output.ts";
import type { Report } from "./report.ts";

interface DryRunOptions {
  readonly place: OutputPlace;
  readonly names: OutputNames;
  readonly type: "png" | "jpg";
  readonly limit?: number;
  readonly shard?: readonly [part: number, parts: number];
}

/** Name each picture and its file. @returns the exit code: 1 when pictures are missing */
export async function dryRun(
  { dataset, images, sourceOf }: RunDataset,
  { place, names, type, limit = Infinity, shard: [part, parts] = [1, 1] }: DryRunOptions,
  report: Report,
): Promise<number> {
  report.problems(dataset.problems ?? []);
  const { kind, path } = place;
  const archive = kind === "zip" || kind === "tar" ? path : undefined;
  const pathOf = (name: string): string =>
    kind === "folder" ? join(path, name) : kind === "store" ? `${path.replace(/\/+$/, "")}/${name}` : name;
  // one list costs less than to ask for each
  const stored = isS3(images) ? await new S3Folder(images).sizes() : undefined;
  const check = (fileName: string): void => {
    if (!stored) resolveInside(images, fileName);
    else if (!stored.has(relativeName(fileName)))
      throw new ImageError("IO", "cannot be read (no such file or folder)", { path: fileName });
  };
  let index = -1;
  let failed = 0;
  for await (const { fileName, imageId, error: own } of dataset.scenes) {
    if (++index >= limit) break;
    const item = { index, fileName, imageId };
    const from = sourceOf(index);
    try {
      if (own) throw own;
      if (fileName === undefined) throw new ImageError("ARGUMENT", "expected the name of the picture's file, got none");
      const name = names.next(fileName, type);
      if (index % parts !== part - 1) continue;
      check(fileName);
      report.planned({ ...item, fileName, dataset: from, archive, path: pathOf(name) });
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      if (index % parts !== part - 1) continue;
      failed += 1;
      report.progress({ done: 0, failed, total: undefined, outcome: { ...item, error } }, { dataset: from });
    }
  }
  return failed > 0 ? 1 : 0;
}
