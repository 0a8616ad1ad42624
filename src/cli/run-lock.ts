/**
 * A lock that ends with its process, however that ends: an address of the system that only one can listen on. There is nothing
 * that a killed run leaves behind. Processes on other machines, or in containers with a network of their own, are not seen.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** A lock that is held. */
export interface RunLock {
  release(): void;
}

/**
 * Hold the lock of a folder. Where the system gives no such addresses nothing is locked.
 *
 * @param folder - its path; the folder above is there
 * @returns undefined when a process that lives holds it
 */
export function lockFolder(folder: string): Promise<RunLock | undefined> {
  const path = join(fs.realpathSync.native(dirname(folder)), basename(folder));
  const name = `limn-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return lockAddress(`\0${name}`);
  return lockAddress(process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`));
}

/** Hold an address: an abstract one, a pipe's, or the path of a socket, which a killed process leaves as a file. */
export async function lockAddress(address: string): Promise<RunLock | undefined> {
  for (let tries = 0; ; tries++) {
    const server = createServer((socket) => socket.destroy());
    const code = await listen(server, address);
    if (code === undefined) {
      server.unref();
      return { release: () => void server.close() };
    }
    if (code !== "EADDRINUSE") return { release: () => undefined };
    const isFile = process.platform !== "win32" && !address.startsWith("\0");
    if (!isFile || tries > 0 || (await answers(address))) return undefined;
    await promisify(fs.unlink)(address).catch(() => undefined);
  }
}

/** @returns why the address cannot be had */
function listen(server: Server, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
    server.listen({ path, exclusive: true }, () => resolve(undefined));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
