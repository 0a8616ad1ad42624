/** Memory of answers is used again once they are sent: no client may ever get bytes of another's picture. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { encodePng, Frame, runTask } from "../../src/index.ts";
import { random } from "../support/random.ts";
import { startService } from "../support/service.ts";

/** Noise, which PNG cannot make smaller. */
function picture(width: number, height: number, seed: number): { body: string; expected: Buffer } {
  const next = random(seed);
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, at) => (at % 4 === 3 ? 255 : next() * 256));
  const noise = Frame.fromRgba(pixels, width, height);
  const image = Buffer.from(encodePng(noise)).toString("base64");
  noise.free();
  const input = {
    image,
    objects: [{ category: `n${seed}`, score: 0.5, "bounding-box": { left: 9, top: 40, width: 50, height: 60 } }],
  };
  const expected = runTask({ task: "TASK_DRAW_DETECTION", input }, { output: { as: "bytes" } }).image as Uint8Array;
  return { body: JSON.stringify(input), expected: Buffer.from(expected) };
}

type Picture = ReturnType<typeof picture>;
/** Answers of 100 to 400 KB, and of more than the system takes at once from a server whose client does not read. */
const SMALL = Array.from({ length: 8 }, (_, i) => picture(200 + 71 * i, 180, i + 1));
const LARGE = [picture(2000, 1700, 21), picture(1700, 2100, 22)];

test("answers at once are each the right one, while some clients read slowly and some leave in the middle", async () => {
  const { url, port } = await startService({ workers: 2, queue: 1000 });
  const next = random(5);
  const path = "/v1/tasks/detection";

  /** A client that lets its answer wait, and leaves after so many bytes. */
  const slowly = async ({ body, expected }: Picture, most: number): Promise<void> => {
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\naccept: image/png\r\nconnection: close\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const parts: Buffer[] = [];
    let size = 0;
    await once(socket, "readable"); // the answer has begun: now leave it for a while
    await sleep(150);
    for await (const part of socket as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= most) return;
    }
    const whole = Buffer.concat(parts);
    const head = whole.indexOf("\r\n\r\n");
    expect(whole.subarray(0, 12).toString()).toBe("HTTP/1.1 200");
    expect(whole.subarray(head + 4).equals(expected)).toBe(true);
  };
  const quickly = async ({ body, expected }: Picture): Promise<void> => {
    const headers = { "content-type": "application/json", accept: "image/png" };
    const answer = await fetch(url + path, { method: "POST", body, headers });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(expected)).toBe(true);
  };

  const anyOf = (pictures: readonly Picture[]): Picture => pictures[Math.floor(next() * pictures.length)]!;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let i = 0; i < (client < 4 ? 60 : 5); i++) {
      if (client < 4) await quickly(anyOf(client < 3 ? SMALL : [...SMALL, ...LARGE]));
      else await slowly(anyOf(LARGE), client < 7 ? Infinity : next() * 1e7);
    }
  });
  await Promise.all(clients);
});
