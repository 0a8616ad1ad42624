/** `--dry-run`: what a run would do, with nothing written. */
import { join } from "node:path";
import { resolveInside } from "#platform";
import { OutputNames } from "../batch/output-names.ts";
import { ImageError } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
import { S3Folder } from "../platform/node-s3-files.ts";
import { relativeName } from "../platform/relative-name.ts";
import { isS3 } from "../platform/s3-place.ts";
import type { Report } from "./report.ts";

interface DryRunFlags {
  readonly images: string;
  readonly out: string;
  readonly type: "png" | "jpg";
  readonly limit?: number;
  readonly shard?: readonly [part: number, parts: number];
}

/** Name each picture and its file. @returns the exit code: 1 when pictures are missing */
export async function dryRun(dataset: Dataset, flags: DryRunFlags, report: Report): Promise<number> {
  const { images, out, type, limit = Infinity, shard: [part, parts] = [1, 1] } = flags;
  const names = new OutputNames();
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
    try {
      if (own) throw own;
      if (fileName === undefined) throw new ImageError("ARGUMENT", "expected the name of the picture's file, got none");
      const name = names.next(fileName, type);
      const path = isS3(out) ? `${out}/${name}` : join(out, name);
      if (index % parts !== part - 1) continue;
      check(fileName);
      report.planned({ ...item, fileName, path });
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      if (index % parts !== part - 1) continue;
      failed += 1;
      report.progress({ done: 0, failed, total: undefined, outcome: { ...item, error } });
    }
  }
  return failed > 0 ? 1 : 0;
}
