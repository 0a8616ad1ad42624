/** Files of a shard while they are written. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "#platform";

/**
 * A folder for the files of one try of a shard while they are written. Whoever holds the shard removes what earlier tries left;
 * one that was only slow finds its own gone, and what it says is not heard.
 */
export class Drafts {
  /** Below the output. */
  readonly name: string;
  readonly #shard: string;
  readonly #path: string;

  constructor(out: string, id: string, token: string) {
    // the id may be anything: no two shards have a folder in common
    const name = `.limn-shard-${createHash("sha256").update(id).digest("hex").slice(0, 24)}`;
    const own = token.replace(/[^A-Za-z0-9-]/g, "") || randomUUID();
    this.#shard = join(out, name);
    if (existsSync(this.#shard)) for (const old of readdirSync(this.#shard)) removeFolder(join(this.#shard, old));
    this.name = `${name}/${own}`;
    this.#path = makeFolder(join(out, this.name));
  }

  remove(): void {
    removeFolder(this.#path);
    try {
      rmdirSync(this.#shard);
    } catch {} // another try has begun
  }
}
