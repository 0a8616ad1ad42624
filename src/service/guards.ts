/** Who may ask: names of the host, origins of pages, bearer tokens. */
import { hashBytes } from "#platform";
import { Refusal } from "./problem.ts";

/** The name in a `Host` header or an origin, without its port, in small letters; undefined where there is none. */
export function hostName(host: string): string | undefined {
  const [, name] = /^(\[[\da-f:.]+\]|[^:/?#@\s[\]]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  return name?.toLowerCase().replace(/\.$/, "");
}

/** True for an address in numbers, which no name server can make mean something else. */
export function isAddress(name: string): boolean {
  return name.startsWith("[") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name);
}

/**
 * Refuses requests for other hosts: a page whose name was made to mean this machine (DNS rebinding) still sends its own name.
 *
 * @param allowed - names and addresses without ports, in small letters
 * @param anyAddress - any address in numbers is right, as for a service that listens on all of them
 * @throws {Refusal} `HOST`
 */
export function checkHost(request: Request, allowed: ReadonlySet<string>, anyAddress: boolean): void {
  // a request line may hold a whole address, beside the header
  for (const host of new Set([new URL(request.url).host, request.headers.get("host")])) {
    if (host === null) continue;
    const name = hostName(host);
    if (name !== undefined && (allowed.has(name) || (anyAddress && isAddress(name)))) continue;
    throw new Refusal("HOST", "expected the name of this host; --allow-host adds names");
  }
}

/**
 * Refuses what a page of another origin sends: it could not read the answer, but it could keep the workers busy.
 *
 * @throws {Refusal} `ORIGIN`
 */
export function checkOrigin(request: Request, allowed: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin) || allowed.includes("*")) return;
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (/^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, "").toLowerCase() === host.toLowerCase()) return;
  throw new Refusal("ORIGIN", "expected a page of this service, or of an origin given by --cors");
}

/**
 * A check of bearer tokens that takes as long for every token.
 *
 * @throws {Refusal} `TOKEN`, by the check
 */
export function tokenCheck(token: string): (request: Request) => void {
  const digest = (text: string): Uint8Array => hashBytes("sha256", new TextEncoder().encode(text));
  const wanted = digest(token);
  return (request) => {
    const [, given] = /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    const found = digest(given ?? "");
    // digests are of one length, and tell nothing of how much of a token was right
    let difference = given === undefined ? 1 : 0;
    for (const [i, byte] of wanted.entries()) difference |= byte ^ found[i]!;
    if (difference === 0) return;
    throw new Refusal("TOKEN", "expected Authorization: Bearer with the token of this service", {
      "www-authenticate": 'Bearer realm="limn"',
    });
  };
}
