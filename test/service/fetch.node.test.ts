/** Pictures that are given by their address: only what was allowed is fetched, whatever names and redirects say. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { encodePng, Frame, type ImageError, runTask } from "../../src/index.ts";
import { type FetchRules, isPublicAddress, pictureFetcher } from "../../src/service/node.ts";
import { json, startService } from "../support/service.ts";

const photo = encodePng(Frame.create(32, 24, { fill: 0x557799 }));

/** A server that may be asked at 127.0.0.1, as the address of this machine stands for one of the internet here. */
async function startSite(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{
  readonly port: number;
  readonly asked: string[];
}> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

const rules = (port: number, more: Partial<FetchRules> = {}): FetchRules => ({
  hosts: [`127.0.0.1:${port}`, `localhost:${port}`],
  maxBytes: 10_000,
  isAllowed: (address) => address === "127.0.0.1",
  ...more,
});
const never = new AbortController().signal;

async function errorOf(work: Promise<unknown>): Promise<ImageError> {
  return work.then(
    () => {
      throw new Error("expected an error");
    },
    (error: ImageError) => error,
  );
}

test("a picture of an allowed host is fetched with nothing but its address, and drawn on", async () => {
  let headers: IncomingMessage["headers"] = {};
  const site = await startSite((request, response) => {
    headers = request.headers;
    response.end(photo);
  });
  const fetchPicture = pictureFetcher(rules(site.port));
  const { url } = await startService({ fetchPicture, token: "a-secret-token" });
  const image = `http://127.0.0.1:${site.port}/a.png`;
  const objects = [{ category: "dog", score: 0.9, "bounding-box": { left: 2, top: 3, width: 10, height: 8 } }];
  const sent = json({ image, objects }, { accept: "image/png", authorization: "Bearer a-secret-token", cookie: "a=b" });
  const answer = await fetch(`${url}/v1/tasks/detection`, sent);
  const task = { task: "TASK_DRAW_DETECTION", input: { image: photo, objects } } as const;
  const expected = runTask(task, { output: { as: "bytes" } }).image;
  expect(Buffer.from(await answer.arrayBuffer()).equals(expected)).toBe(true);
  expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
  // the same picture three times is fetched once
  const grid = await fetch(
    `${url}/v1/tasks/concat`,
    json({ images: [image, image, image] }, { authorization: "Bearer a-secret-token" }),
  );
  expect(grid.status).toBe(200);
  expect(site.asked.length).toBe(2);
});

test("what may not be asked is not asked, and the answer says so", async () => {
  const site = await startSite((_, response) => void response.end(photo));
  const { port } = site;
  const fetchPicture = pictureFetcher({
    hosts: [`localhost:${port}`, `127.0.0.1:${port}`, "example.org"],
    maxBytes: 10_000,
  });
  const { url, records } = await startService({ fetchPicture });
  for (const image of [
    `http://127.0.0.1:${port}/`, // named, and yet private
    `http://localhost:${port}/`, // a name of a private address
    `http://2130706433:${port}/`, // 127.0.0.1 as one number
    `http://0x7f.1:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://127.0.0.1:${port + 1}/`, // another port
    "http://evil.example/",
    "http://example.org.evil.example/",
    "http://user:pass@example.org/",
    "http://example.org:8080/",
    "https://169.254.169.254/latest/meta-data",
  ]) {
    const answer = await fetch(`${url}/v1/tasks/resize`, json({ image, width: 8 }));
    expect([422, 502], image).toContain(answer.status);
    const { detail, field } = (await answer.json()) as { detail: string; field: string };
    expect([field, detail], image).toEqual(["image", expect.stringMatching(/expected|no public address/)]);
  }
  expect(site.asked).toEqual([]);
  expect(JSON.stringify(records)).not.toContain("user:pass");
});

test("redirects are checked like the first address", async () => {
  const site = await startSite((request, response) => {
    const target = decodeURIComponent(request.url!.slice(2));
    if (request.url === "/photo.png") response.end(photo);
    else response.writeHead(302, { location: target }).end();
  });
  const { port } = site;
  const fetchPicture = pictureFetcher(rules(port));
  const via = (target: string): Promise<Uint8Array> =>
    fetchPicture(`http://127.0.0.1:${port}/?${encodeURIComponent(target)}`, never);
  expect(Buffer.from(await via("/photo.png")).equals(photo)).toBe(true);
  expect(Buffer.from(await via(`http://localhost:${port}/photo.png`)).equals(photo)).toBe(true);
  for (const target of [
    "http://127.0.0.2/",
    `http://127.0.0.2:${port}/photo.png`,
    "http://evil.example/",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "gopher://localhost/",
    `http://a:b@127.0.0.1:${port}/photo.png`,
    "http://[",
  ]) {
    const { code, message } = await errorOf(via(target));
    expect([code, message], target).toEqual(["ARGUMENT", expect.stringContaining("expected")]);
  }
  const before = site.asked.length;
  const loop = await errorOf(fetchPicture(`http://127.0.0.1:${port}/?${encodeURIComponent("?")}`, never));
  expect(loop.code).toBe("IO");
  expect(site.asked.length - before).toBeLessThanOrEqual(6);
});

test("the address that is checked is the one that is connected to", async () => {
  const site = await startSite((_, response) => void response.end(photo));
  // a name that is allowed, of an address that is not: its host is never reached
  const fetchPicture = pictureFetcher(rules(site.port, { isAllowed: () => false }));
  const refused = await errorOf(fetchPicture(`http://localhost:${site.port}/`, never));
  expect([refused.code, refused.message]).toEqual(["IO", expect.stringContaining("no public address")]);
  expect(site.asked).toEqual([]);
  // a name server that gives a good address first and a bad one next has one chance only: what it gave is used
  const answers = [true, false];
  const changing = pictureFetcher(rules(site.port, { isAllowed: () => answers.shift() ?? false }));
  expect((await errorOf(changing(`http://localhost:${site.port}/`, never))).code).toBe("IO");
  expect(site.asked).toEqual([]);
});

test("size and time are bounded, and a status that is no picture is told", async () => {
  const site = await startSite((request, response) => {
    if (request.url === "/long") response.write(new Uint8Array(5000), () => void response.end(new Uint8Array(5001)));
    else if (request.url === "/claims") response.writeHead(200, { "content-length": "10001" }).write("x");
    else if (request.url === "/missing") response.writeHead(404).end("x".repeat(100));
    else if (request.url === "/cut")
      response.writeHead(200, { "content-length": "100" }).write("x", () => void response.destroy());
    else response.writeHead(200).write("x"); // and nothing more
  });
  const fetchPicture = pictureFetcher(rules(site.port, { time: 400 }));
  const get = (path: string, signal = never): Promise<ImageError> =>
    errorOf(fetchPicture(`http://127.0.0.1:${site.port}${path}`, signal));
  expect((await get("/long")).code).toBe("LIMIT");
  expect((await get("/claims")).code).toBe("LIMIT");
  expect((await get("/missing")).message).toMatch(/status 404/);
  expect((await get("/cut")).code).toBe("IO");
  const start = performance.now();
  expect((await get("/never")).message).toMatch(/not within 0.4 s/);
  expect(performance.now() - start).toBeLessThan(3000);
  const leave = new AbortController();
  setTimeout(() => leave.abort(new Error("gone")), 50);
  expect((await get("/never", leave.signal)).message).toBe("gone");
});

test.each([
  ["1.1.1.1", true],
  ["93.184.216.34", true],
  ["2606:4700::1111", true],
  ["0.0.0.0", false],
  ["10.255.255.255", false],
  ["100.64.0.1", false],
  ["127.0.0.1", false],
  ["127.255.0.1", false],
  ["169.254.169.254", false],
  ["172.15.255.255", true],
  ["172.16.0.1", false],
  ["172.31.255.255", false],
  ["172.32.0.1", true],
  ["192.168.0.1", false],
  ["198.18.0.1", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::127.0.0.1", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:7f00:1", false],
  ["::ffff:1.1.1.1", false],
  ["64:ff9b::7f00:1", false],
  ["2001:0:1::", false],
  ["2002:7f00:1::", false],
  ["fc00::1", false],
  ["fd12:3456::1", false],
  ["fe80::1", false],
  ["fe80::1%eth0", false],
  ["ff02::1", false],
  ["", false],
  ["localhost", false],
])("%s is of the public internet: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test("hosts are named as addresses have them, and what is no host is refused at once", async () => {
  const site = await startSite((_, response) => void response.end(photo));
  /** Only the site is connected to: whatever else may be asked ends with IO. */
  const named = async (host: string, address: string): Promise<ImageError | number> => {
    const isAllowed = (): boolean => address.includes(`:${site.port}`);
    const get = pictureFetcher({ ...rules(site.port), hosts: [host], isAllowed });
    return get(address, never).then(
      (bytes) => bytes.length,
      (error: ImageError) => error,
    );
  };
  const address = `http://localhost:${site.port}/a.png`;
  expect(await named(`LOCALHOST:${site.port}`, address)).toBe(photo.length);
  expect(await named(`localhost.:${site.port}`, address)).toMatchObject({ code: "ARGUMENT" });
  // the usual port of a scheme is in no address
  for (const host of ["localhost", "localhost:80"])
    expect(await named(host, "http://localhost/"), host).toMatchObject({ code: "IO" });
  for (const host of ["localhost", "localhost:443"])
    expect(await named(host, "https://localhost/"), host).toMatchObject({ code: "IO" });
  expect(await named("localhost:443", "http://localhost/")).toMatchObject({ code: "ARGUMENT" });
  expect(await named("localhost:80", "https://localhost/")).toMatchObject({ code: "ARGUMENT" });
  expect(await named("bücher.invalid", "http://bücher.invalid/")).toMatchObject({ code: "IO" });
  expect(await named("[::1]:9", "http://[::1]:9/")).toMatchObject({
    message: expect.stringContaining("public address"),
  });
  for (const wrong of [
    "https://example.org",
    "example.org/a",
    "*",
    "*.example.org",
    "a b",
    "",
    "x:y",
    "me@example.org",
    "::1",
  ])
    expect(() => pictureFetcher({ hosts: [wrong], maxBytes: 1 }), wrong).toThrow(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining("expected a host") }),
    );
});
