/**
 * Pictures from elsewhere: only from hosts that were named, only from public addresses, and the address that is checked is the
 * one that is connected to.
 */
import { lookup as resolveName } from "node:dns";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";

/** How {@link pictureFetcher} fetches. */
export interface FetchRules {
  /** Hosts that may be asked, as `example.org` (its usual ports) or `example.org:8000`. */
  readonly hosts: readonly string[];
  /** Bytes of one picture. */
  readonly maxBytes: number;
  /** Milliseconds of one picture, with all its redirects. Default 10,000. */
  readonly time?: number | undefined;
  /** Addresses that may be connected to. Default: {@link isPublicAddress}. */
  readonly isAllowed?: ((address: string) => boolean) | undefined;
}

const MOST_REDIRECTS = 5;

/**
 * Networks that are not of the public internet, and ways to reach such a network by another address. Two lists: one alone finds
 * every IPv4 address in the network of those in another dress.
 */
const PRIVATE = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carriers
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local, where clouds answer with credentials
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16],
  ["198.18.0.0", 15], // measurements
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4],
] as const)
  PRIVATE.ipv4.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 96], // unspecified, loopback, and old forms of IPv4 addresses
  ["::ffff:0:0", 96], // IPv4 addresses in another dress
  ["64:ff9b::", 96], // translated to IPv4
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23], // Teredo and other tunnels
  ["2001:db8::", 32],
  ["2002::", 16], // 6to4
  ["3fff::", 20],
  ["5f00::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE.ipv6.addSubnet(network, prefix, "ipv6");

/** True for an address of the public internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  const family = version === 6 ? "ipv6" : "ipv4";
  return version !== 0 && !PRIVATE[family].check(address, family);
}

/**
 * A function that fetches pictures. Every address on the way is checked anew: its scheme, its host, and the numbers that its
 * host's name stands for, of which only a checked one is connected to. Nothing is sent but the address.
 *
 * @throws {ImageError} `ARGUMENT` for what is no host
 * @returns throws {ImageError} `ARGUMENT` for an address that may not be asked, `IO` for what does not come, `LIMIT` for too much
 */
export function pictureFetcher(rules: FetchRules): (address: string, signal: AbortSignal) => Promise<Uint8Array> {
  const { hosts: named, maxBytes, time = 10_000, isAllowed = isPublicAddress } = checkedOptions(rules ?? {});
  if (!Array.isArray(named) || named.some((host) => typeof host !== "string"))
    throw new ImageError("ARGUMENT", `expected a list of hosts, got ${show(named)}`, { path: "hosts" });
  const hosts = new Set(named.flatMap(hostKeys));

  const checked = (address: string, before?: URL): URL => {
    const url = URL.canParse(address, before?.href) ? new URL(address, before?.href) : undefined;
    const refuse = (what: string): ImageError =>
      new ImageError("ARGUMENT", `${what}, got ${show(url?.origin ?? address)}`);
    if (!url || !/^https?:$/.test(url.protocol)) throw refuse("expected an address with http or https");
    if (before?.protocol === "https:" && url.protocol === "http:") throw refuse("expected to be led to https");
    if (url.username !== "" || url.password !== "") throw refuse("expected an address without a name and a password");
    const { hostname, port, protocol } = url;
    if (!hosts.has(port === "" ? `${protocol}//${hostname}` : `${hostname}:${port}`))
      throw refuse("expected a host that may be asked");
    const bare = hostname.replace(/^\[(.*)\]$/, "$1");
    if (isIP(bare) && !isAllowed(bare)) throw refuse("expected a public address");
    return url;
  };

  const lookup: LookupFunction = (name, options, callback) => {
    resolveName(name, { ...options, all: true }, (error, found) => {
      const first = error ? undefined : found[0];
      // one private address among others is reason enough: the name is not what it seems
      const wrong = error ?? (found.every(({ address }) => isAllowed(address)) ? null : notPublic(name));
      if (wrong || !first) callback(wrong ?? notPublic(name), "", 0);
      else if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };

  const get = (url: URL, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = url.protocol === "https:" ? requestHttps : requestHttp;
      const headers = {
        accept: "image/png, image/jpeg, image/bmp",
        "accept-encoding": "identity",
        "user-agent": "limn",
      };
      // a connection of its own, so that every request is looked up
      request(url, { lookup, signal, headers, agent: false }, resolve)
        .on("socket", (socket) => {
          socket.once("connect", () => {
            const { remoteAddress = "" } = socket;
            if (!isAllowed(remoteAddress)) socket.destroy(notPublic(url.hostname));
          });
        })
        .on("error", reject)
        .end();
    });

  return async (address, outer) => {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(time)]);
    let url = checked(address);
    try {
      for (let hop = 0; ; hop++) {
        const response = await get(url, signal);
        const { statusCode = 0, headers } = response;
        if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
          response.destroy();
          if (hop === MOST_REDIRECTS)
            throw new ImageError("IO", `expected at most ${MOST_REDIRECTS} redirects, got more`);
          url = checked(headers.location, url);
          continue;
        }
        if (statusCode !== 200) {
          response.destroy();
          throw new ImageError("IO", `expected a picture, got status ${statusCode}`);
        }
        return await bytesOf(response, maxBytes);
      }
    } catch (error) {
      if (error instanceof ImageError) throw error;
      outer.throwIfAborted();
      const reason = signal.aborted ? `not within ${time / 1000} s` : reasonOf(error);
      throw new ImageError("IO", `the picture could not be fetched (${reason})`, { cause: error });
    }
  };
}

/**
 * A host as addresses are compared with it: `name:port`, or `scheme//name` for the usual port of a scheme, which an address
 * that was parsed has not.
 *
 * @throws {ImageError} `ARGUMENT` for what is no host
 */
function hostKeys(host: string): string[] {
  const [, name, port] = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]\\*]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
  if (name === undefined || !URL.canParse(`http://${host}`))
    throw new ImageError("ARGUMENT", `expected a host, as in example.org or example.org:8000, got ${show(host)}`);
  const { hostname } = new URL(`http://${name}`);
  const usual = [
    ["http:", "80"],
    ["https:", "443"],
  ] as const;
  const keys = usual.filter((known) => port === undefined || Number(port) === Number(known[1]));
  return [
    ...keys.map(([scheme]) => `${scheme}//${hostname}`),
    ...(port === undefined ? [] : [`${hostname}:${Number(port)}`]),
  ];
}

async function bytesOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const { "content-length": claimed = "0" } = response.headers;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // leaving the loop ends the connection
    if (size > maxBytes || Number(claimed) > maxBytes)
      throw new ImageError("LIMIT", `expected a picture of at most ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  // of memory of its own, so that no more than the picture goes to a worker
  return joinBytes(chunks);
}

function notPublic(name: string): Error {
  return Object.assign(new Error(`${name} is not a public address`), { code: "ENOTPUBLIC" });
}

/** Why it failed, without what a name stands for. */
function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return code === "ENOTPUBLIC" ? "its host has no public address" : typeof code === "string" ? code : "no answer";
}
