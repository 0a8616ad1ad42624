/** What tells one run of `limn render` from another. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Style } from "../draw/style.ts";
import { isS3 } from "../platform/s3-place.ts";
import { lookAt } from "./dataset-files.ts";

/** Everything that decides about the bytes of the files. */
export interface RunSettings {
  /** Files of annotations; one that has changed makes another run. */
  readonly files: readonly string[];
  readonly style: Style | undefined;
  /** Plain data. */
  readonly others: readonly unknown[];
}

/** A text that is the same for the same run. */
export async function runKey({ files, style, others }: RunSettings): Promise<string> {
  const sources: unknown[] = [];
  for (const path of files) {
    const about = await lookAt(path);
    sources.push([isS3(path) ? path : resolve(path), about?.size, about?.tag]);
  }
  return createHash("sha256")
    .update(JSON.stringify([sources, style, others]))
    .digest("hex")
    .slice(0, 32);
}
