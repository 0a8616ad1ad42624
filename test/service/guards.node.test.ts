/** Who may ask. */
import { describe, expect, test } from "vitest";
import { encodePng, Frame } from "../../src/index.ts";
import { answerType } from "../../src/service/accept.ts";
import { hostName } from "../../src/service/guards.ts";
import { hostsOf, isReachable } from "../../src/service/node.ts";
import { json, RawClient, startService } from "../support/service.ts";

const photo = encodePng(Frame.create(32, 24, { fill: 0x557799 }));
const image = `data:image/png;base64,${Buffer.from(photo).toString("base64")}`;
const task = (headers: Record<string, string> = {}): RequestInit => json({ image, width: 8 }, headers);

/** Status of a request with a `Host` of its own, which `fetch` does not allow. */
async function statusFor(port: number, host: string, path = "/healthz"): Promise<number> {
  const client = new RawClient(port).send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await client.closed;
  return client.status;
}

describe("the host", () => {
  test("is asked for by a name of its own only: a page of another name cannot be this host", async () => {
    const { port } = await startService({ hosts: hostsOf("127.0.0.1", ["draw.example.org"]).names });
    for (const host of [
      "127.0.0.1",
      `127.0.0.1:${port}`,
      "localhost:1",
      "LOCALHOST",
      "[::1]:80",
      "Draw.Example.org",
      "localhost.",
    ])
      expect(await statusFor(port, host), host).toBe(200);
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "draw.example.org.evil.example",
      "10.0.0.1",
      "192.168.1.1",
      "[::2]",
    ])
      for (const path of ["/healthz", "/", "/openapi.json", "/metrics", "/nothing"])
        expect(await statusFor(port, host, path), host + path).toBe(421);
    expect(await statusFor(port, "localhost@evil.example")).toBeGreaterThanOrEqual(400);
    expect(await statusFor(port, "localhost", "http://evil.example/healthz")).toBe(421);
    expect(await statusFor(port, "evil.example", "http://localhost/healthz")).toBe(421);
  });

  test("that listens on all addresses has any address, but no other name", async () => {
    const { names: hosts, anyAddress } = hostsOf("0.0.0.0");
    const { port } = await startService({ hosts, anyAddress });
    expect(await statusFor(port, "10.1.2.3:80")).toBe(200);
    expect(await statusFor(port, "[fe80::1]")).toBe(200);
    expect(await statusFor(port, "localhost")).toBe(200);
    expect(await statusFor(port, "evil.example")).toBe(421);
    expect(hostsOf("0.0.0.0", ["*"]).names).toBeUndefined();
    expect(() => hostsOf("127.0.0.1", ["http://a"])).toThrow(/expected the name of a host/);
  });

  test("is this machine alone, or one that others reach", () => {
    expect(["127.0.0.1", "127.1.2.3", "::1", "localhost"].map(isReachable)).toEqual([false, false, false, false]);
    expect(["0.0.0.0", "::", "192.168.1.2", "draw.example.org"].map(isReachable)).toEqual([true, true, true, true]);
  });

  test.each([
    ["localhost", "localhost"],
    ["Localhost:8080", "localhost"],
    ["example.org.", "example.org"],
    ["[::1]:80", "[::1]"],
    ["", undefined],
    ["a b", undefined],
    ["user@host", undefined],
    ["host/path", undefined],
    ["host:port", undefined],
    ["[::1", undefined],
  ])("is read out of %j", (header, name) => {
    expect(hostName(header)).toBe(name);
  });
});

describe("pages of other origins", () => {
  test("get no CORS headers, and cannot make the workers work, unless they are named", async () => {
    const { url } = await startService();
    const path = `${url}/v1/tasks/resize`;
    for (const origin of ["https://evil.example", "null", "http://localhost:1", url.replace("http:", "ftp:")]) {
      const answer = await fetch(path, task({ origin }));
      expect(answer.status, origin).toBe(403);
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
    const preflight = await fetch(path, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    expect((await fetch(path, task({ origin: url }))).status).toBe(200);
  });

  test("are told that they may, where they are named", async () => {
    const { url } = await startService({ origins: ["https://app.example"], token: "a-good-token" });
    const path = `${url}/v1/tasks/resize`;
    const preflight = await fetch(path, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://app.example");
    const answer = await fetch(path, task({ origin: "https://app.example", authorization: "Bearer a-good-token" }));
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "https://app.example"]);
    // the page may read why it was refused
    const refused = await fetch(path, task({ origin: "https://app.example" }));
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, "https://app.example"]);
    const other = await fetch(path, task({ origin: "https://evil.example", authorization: "Bearer a-good-token" }));
    expect([other.status, other.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });
});

test("a token is asked for by tasks and metrics, not by health and the page, and is in no log", async () => {
  const token = "correct-horse-battery";
  const { url, records } = await startService({ token });
  for (const [path, init] of [
    [`${url}/v1/tasks/resize`, task()],
    [`${url}/metrics`, {}],
  ] as const) {
    for (const wrong of [
      undefined,
      "",
      "Bearer",
      "Bearer ",
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
      token,
    ]) {
      const headers = { ...(init.headers as object), ...(wrong === undefined ? {} : { authorization: wrong }) };
      const answer = await fetch(path, { ...init, headers });
      expect(answer.status, wrong).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="limn"');
    }
    const right = await fetch(path, {
      ...init,
      headers: { ...(init.headers as object), authorization: `bearer ${token}` },
    });
    expect(right.status).toBe(200);
  }
  for (const path of ["/", "/healthz", "/openapi.json"]) expect((await fetch(url + path)).status).toBe(200);
  expect(JSON.stringify(records)).not.toContain(token.slice(1));
});

test("what a client cannot know of is not told: an unknown task asks for the token first", async () => {
  const { url } = await startService({ token: "correct-horse-battery" });
  expect((await fetch(`${url}/v1/tasks/nothing`, task())).status).toBe(401);
});

test.each([
  [undefined, "application/json"],
  ["", "application/json"],
  ["*/*", "application/json"],
  ["application/json", "application/json"],
  ["image/png", "image/png"],
  ["IMAGE/PNG", "image/png"],
  ["image/jpeg", "image/jpeg"],
  ["image/*", "image/png"],
  ["image/png;q=0, image/*", "image/jpeg"],
  ["image/jpeg;q=0.9, image/png;q=0.2", "image/jpeg"],
  ["text/html, */*;q=0.1", "application/json"],
  ["image/avif,image/webp,image/png,image/*;q=0.8,*/*;q=0.5", "image/png"],
  ["text/html", undefined],
  ["image/png;q=0", undefined],
  ["image/png;q=x", undefined],
  [";,;,", undefined],
])("Accept: %s wants %s", (accept, type) => {
  expect(answerType(accept)).toBe(type);
});

test("connections are closed while the service stops, and new tasks are refused", async () => {
  const { url, service } = await startService();
  expect((await fetch(`${url}/v1/tasks/resize`, task())).status).toBe(200);
  await service.drain();
  const answer = await fetch(`${url}/v1/tasks/resize`, task());
  expect([answer.status, answer.headers.get("connection")]).toEqual([503, "close"]);
  expect(await answer.json()).toMatchObject({ code: "DRAINING" });
  const health = await fetch(`${url}/healthz`);
  expect([health.status, ((await health.json()) as { status: string }).status]).toEqual([503, "draining"]);
});
