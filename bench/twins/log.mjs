/** A picture logged in plain JavaScript: PNG, its SHA-256, the file, the row of the history. */
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePngJs } from "./png-encode.mjs";

export function logJs(folder, rgba, width, height, step) {
  const file = encodePngJs(rgba, width, height);
  const sha256 = createHash("sha256").update(file).digest("hex");
  const path = `media/images/img_${step}_${sha256.slice(0, 20)}.png`;
  mkdirSync(join(folder, "media/images"), { recursive: true });
  writeFileSync(join(folder, path), file);
  const img = { _type: "image-file", sha256, size: file.length, path, format: "png", width, height };
  appendFileSync(join(folder, "history.jsonl"), `${JSON.stringify({ img, _step: step })}\n`);
}
