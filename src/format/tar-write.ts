/** Files written into a tar archive; the door to tar-stream. */
import { pack } from "tar-stream";
import { checkFileName } from "./file-tree.ts";

/** What stands behind the last file. */
export const TAR_END_BYTES = 1024;

/**
 * Files as they stand in an archive, to be appended to what was given before; the end of the archive is not among it. The same
 * files give the same bytes: they belong to nobody and are of the start of 1970.
 *
 * @throws {ImageError} `ARGUMENT` for a name that leads outside
 */
export async function tarFiles(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Promise<Uint8Array[]> {
  const archive = pack();
  for (const [name, bytes] of files) archive.entry({ name: checkFileName(name), mtime: new Date(0) }, bytes);
  archive.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of archive as AsyncIterable<Uint8Array>) pieces.push(piece);
  pieces.pop(); // its end
  return pieces;
}
