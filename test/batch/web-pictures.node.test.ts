import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { renderBatch, type RenderOutcome } from "../../src/batch/index.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { limits } from "../../src/limits.ts";
import { workerFile } from "../support/batch-workers.ts";

/** A server that has `/photos/a b.png` and a few traps; what it was asked for is in `asked`. */
async function serve(): Promise<{ base: string; asked: string[] }> {
  const frame = Frame.create(16, 12, { fill: 0x336699 });
  const png = encodePng(frame);
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    if (url === "/photos/a%20b.png") response.end(png);
    else if (url === "/photos/elsewhere.png") response.writeHead(302, { location: "/secret.png" }).end();
    else if (url === "/photos/cut.png") {
      response.writeHead(200, { "content-length": png.length + 9 }).write(png);
      setTimeout(() => response.destroy(), 20);
    } else if (url === "/photos/large.png") response.end(Buffer.alloc(4096));
    else response.writeHead(404).end("none");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/photos/`, asked };
}

test.each([1, 2])("pictures below a URL are fetched, and nothing else (%i threads)", async (concurrency) => {
  const { base, asked } = await serve();
  const names = ["a b.png", "gone.png", "elsewhere.png", "cut.png", "x?y#z.png", "%2e%2e/b.png"];
  const refused = ["../secret.png", "//other.example/a.png", "http://other.example/a.png"];
  const jobs = [...names, ...refused].map((fileName) => ({ scene: { fileName, annotations: [] } }));
  const outcomes: RenderOutcome[] = [];
  const options = { images: new URL(base), output: { as: "bytes" }, concurrency, workerFile } as const;
  for await (const outcome of renderBatch(jobs, options)) outcomes.push(outcome);
  expect(outcomes.map(({ fileName, error }) => [fileName, error?.code, error?.path])).toEqual([
    ["a b.png", undefined, undefined],
    ...names.slice(1).map((name) => [name, "IO", name]),
    ...refused.slice(0, 2).map((name) => [name, "ARGUMENT", undefined]),
    [refused[2], "IO", refused[2]], // a name below the base, like any other
  ]);
  expect(asked.sort()).toEqual(
    [
      "a%20b.png",
      "gone.png",
      "elsewhere.png",
      "cut.png",
      "x%3Fy%23z.png",
      "%252e%252e/b.png",
      "http%3A/other.example/a.png",
    ]
      .map((name) => `/photos/${name}`)
      .sort(),
  );
});

test("a file that does not end meets its cap", async () => {
  const { base } = await serve();
  const before = limits.maxUnpackedBytes;
  limits.maxUnpackedBytes = 1000;
  try {
    const jobs = [{ scene: { fileName: "large.png", annotations: [] } }];
    const { value } = await renderBatch(jobs, { images: base, output: { as: "bytes" } }).next();
    expect(value!.error).toMatchObject({ code: "LIMIT", path: "large.png" });
  } finally {
    limits.maxUnpackedBytes = before;
  }
});

test.each(["http://a.example/photos", "https://a.example/photos/?key=1", "http:///", "https://a.example/#/"])(
  "%s is no base of pictures",
  async (images) => {
    await expect(renderBatch([], { images, output: { as: "bytes" } }).next()).rejects.toMatchObject({
      code: "ARGUMENT",
    });
  },
);

test("drawn pictures do not go to a URL", async () => {
  await expect(renderBatch([], { output: { folder: "https://a.example/" } }).next()).rejects.toMatchObject({
    code: "ARGUMENT",
  });
});
