/** Memory of a service that has answered for a while. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Agent, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { encodeJpeg, Frame } from "../../src/index.ts";
import { random, randomInt } from "../support/random.ts";

const CONNECTIONS = 4;
const [EARLY, LATE] = [2000, 20_000];

/** Resident bytes of a process (Linux only). */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

/** A photo, as far as a coder can tell: soft shades with grain. */
function photo(width: number, height: number): Uint8Array<ArrayBuffer> {
  const next = random(7);
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      const grain = randomInt(next, -9, 9);
      pixels.set([40 + x / 4 + grain, 60 + y / 4 + grain, 90 + (x + y) / 8 + grain, 255], at);
    }
  return encodeJpeg(Frame.fromRgba(pixels, width, height)) as Uint8Array<ArrayBuffer>;
}

test("memory after 20,000 requests is within a tenth of that after 2,000", async () => {
  const child = spawn(process.execPath, ["dist/cli.js", "serve", "--port", "0", "--workers", "2", "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };

  const form = new FormData();
  form.append("image", new Blob([photo(640, 480)]), "photo.jpg");
  const objects = Array.from({ length: 10 }, (_, i) => ({
    category: `thing ${i % 4}`,
    score: 0.5 + i / 25,
    "bounding-box": { left: 10 + i * 50, top: 20 + i * 30, width: 90, height: 70 },
  }));
  form.append("input", JSON.stringify({ objects, "show-score": true }));
  const sent = new Response(form);
  const headers = { "content-type": sent.headers.get("content-type")!, accept: "image/png" };
  const body = Buffer.from(await sent.arrayBuffer());
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  onTestFinished(() => agent.destroy());

  const ask = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { method: "POST", headers: { ...headers, "content-length": body.length }, agent };
      request(`${url}/v1/tasks/detection`, options, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode!));
      })
        .on("error", reject)
        .end(body);
    });

  let done = 0;
  /** Answers until so many are there; then the median of many looks, as memory swings between collections. */
  const memoryAfter = async (count: number): Promise<number> => {
    const looks: number[] = [];
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (done < count) {
          done += 1;
          expect(await ask()).toBe(200);
          if (done > count * 0.8 && done % 20 === 0) looks.push(residentBytes(child.pid!));
        }
      }),
    );
    return looks.sort((a, b) => a - b)[Math.floor(looks.length / 2)]!;
  };
  const early = await memoryAfter(EARLY);
  const late = await memoryAfter(LATE);
  console.log(`${(early / 2 ** 20).toFixed(0)} MiB after ${EARLY}, ${(late / 2 ** 20).toFixed(0)} MiB after ${LATE}`);
  expect(late / early).toBeLessThan(1.1);
});
