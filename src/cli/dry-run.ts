/** `--dry-run`: what a run would do, with nothing written. */
import { join } from "node:path";
import { resolveInside } from "#platform";
import { OutputNames } from "../batch/output-names.ts";
import { ImageError } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
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
  let index = -1;
  let failed = 0;
  for await (const { fileName, imageId, error: own } of dataset.scenes) {
    if (++index >= limit) break;
    const item = { index, fileName, imageId };
    try {
      if (own) throw own;
      if (fileName === undefined) throw new ImageError("ARGUMENT", "expected the name of the picture's file, got none");
      const path = join(out, names.next(fileName, type));
      if (index % parts !== part - 1) continue;
      resolveInside(images, fileName);
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
