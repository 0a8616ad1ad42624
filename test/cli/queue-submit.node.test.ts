import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { expect } from "vitest";
import type { RenderedPicture } from "../../src/batch/render-job.ts";
import { readShard, resultRecord } from "../../src/cli/queue-shard.ts";
import { submitRun } from "../../src/cli/queue-submit.ts";
import { ShardQueue } from "../../src/cli/queue.ts";
import { redisTest, startRedis } from "../support/servers.ts";

redisTest(
  "one picture that ends every worker fails alone",
  async () => {
    const server = await startRedis();
    const redis = new Redis(server.port, "127.0.0.1", { maxRetriesPerRequest: null });
    const url = `redis://127.0.0.1:${server.port}`;
    const queue = await ShardQueue.open({ url, name: "default", fonts: "", patience: 20 });
    const times = { read: 0, decode: 0, draw: 0, encode: 0, write: 0 };
    let tries = 0;
    // it gives no sign of life once it has met the picture: as good as dead
    const worker = new Worker(
      "default",
      async ({ data }) => {
        const { items } = await readShard(data, "1.2.3");
        if (items.some(({ name }) => name === "7.png")) {
          tries += 1;
          await new Promise(() => undefined);
        }
        const pictures = items.map(({ name }): RenderedPicture => ({
          name,
          path: "",
          encoded: undefined,
          bytes: 5,
          width: 2,
          height: 3,
          times,
        }));
        return resultRecord({ pictures });
      },
      {
        connection: redis as never,
        prefix: "limn",
        skipLockRenewal: true,
        lockDuration: 150,
        stalledInterval: 200,
        maxStalledCount: 1,
        concurrency: 50,
      },
    );
    worker.on("error", () => undefined);
    try {
      const scenes = Array.from({ length: 40 }, (_, i) => ({
        fileName: `${i}.jpg`,
        width: 2,
        height: 3,
        annotations: [],
      }));
      const run = "ab".repeat(16);
      const told: (number | string)[] = [];
      const summary = await submitRun({ categories: [], scenes, size: 40 }, queue, {
        settings: { run, version: "1.2.3", into: "", type: "png" },
        type: "png",
        resume: false,
        signal: new AbortController().signal,
        onNote: () => undefined,
        onProgress: ({ outcome }) => told.push(outcome.index),
      });
      expect(told.sort((a, b) => Number(a) - Number(b))).toEqual(scenes.map((_, i) => i));
      expect(summary).toMatchObject({ done: 39, bytes: 195, pixels: 234 });
      expect(summary.failures.map(({ fileName, error }) => [fileName, error?.message])).toEqual([
        ["7.jpg", "every worker that drew it ended under it"],
      ]);
      expect(tries).toBe(4);
    } finally {
      await worker.close(true);
      await queue.close();
      redis.disconnect();
      await server.stop();
    }
  },
  60_000,
);
