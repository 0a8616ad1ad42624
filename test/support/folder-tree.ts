/** A folder of the disk as a tree, for tests on real files (Node only). */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { FileTree } from "../../src/format/file-tree.ts";

/** A tree over a folder, or over one file. */
export function folderTree(path: string): FileTree {
  const single = statSync(path).isFile();
  const root = single ? join(path, "..") : path;
  const names = single
    ? [relative(root, path)]
    : (
        readdirSync(path, { recursive: true, withFileTypes: true }) as {
          name: string;
          parentPath: string;
          isFile(): boolean;
        }[]
      )
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  names.sort();
  return {
    list: async () => names,
    read: async (name) => readFileSync(join(root, name)),
  };
}
