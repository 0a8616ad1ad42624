/** Options that no caller can mean, of what needs files; see options.test.ts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { renderBatch, renderDataset } from "../src/batch/index.ts";
import * as limn from "../src/node.ts";
import { createService } from "../src/service/index.ts";
import { listen, pictureFetcher } from "../src/service/node.ts";
import { type OptionsCall, testNonsenseOptions } from "./support/nonsense.ts";

const dir = mkdtempSync(join(tmpdir(), "limn-options-"));
afterAll(() => rmSync(dir, { recursive: true }));

const image = new limn.Image({ data: new Uint8Array(12), shape: [2, 2, 3] });
const DATASET = { categories: [], scenes: [] };

const CALLS: Readonly<Record<string, OptionsCall>> = {
  visualize: {
    call: (options) => limn.visualize(image, options),
    base: { as: "html" },
    inner: ["as", "style", "title", "path", "images", "open"],
  },
  "deepdriver.visualize": { call: (options) => limn.deepdriver.visualize(image, options), base: { as: "html" } },
  renderDataset: {
    call: (options) => renderDataset(DATASET, options),
    base: { images: dir, out: join(dir, "drawn") },
    inner: ["type", "quality", "style", "limit", "shard", "concurrency"],
  },
  renderBatch: {
    call: (options) => renderBatch([], options).next(),
    base: { images: dir, output: { folder: join(dir, "drawn") } },
    inner: ["output", "concurrency", "timeLimit"],
  },
  createService: {
    call: (options) => createService(options).close(),
    inner: ["workers", "queue", "timeLimit", "maxBody", "bodyTime", "maxBodies", "origins", "hosts", "gauges", "style"],
  },
  listen: {
    call: async (options) => {
      const service = createService();
      await (await listen(service, options)).close(0);
    },
    base: { port: 0 },
    inner: ["port", "headerTime", "requestTime", "stallTime", "connections"],
  },
  pictureFetcher: {
    call: (rules) => pictureFetcher(rules),
    base: { hosts: ["example.org"], maxBytes: 10 },
    inner: ["hosts", "maxBytes", "time", "isAllowed"],
  },
};

testNonsenseOptions(CALLS);

test("fonts of a page are a list", () => {
  for (const fonts of [null, 5, "a.ttf", {}] as never[])
    expect(() => limn.visualize(image, { as: "html", fonts })).toThrow(/^fonts: expected a list of fonts, got/);
});
