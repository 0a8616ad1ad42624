/** Folders of files as one ZIP archive. */
import { zipSync } from "fflate";

/** What is compressed already and only stored. */
const PACKED = /\.(?:png|jpe?g|gif|webp|avif|gz|zip)$/i;

/**
 * Files as a ZIP archive, in the order given.
 *
 * @param time - of every file in the archive, milliseconds since 1970
 */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>, time: number): Uint8Array {
  const entries = [...files].map(([name, bytes]) => [
    name,
    [bytes, { level: PACKED.test(name) ? 0 : 6, mtime: Math.max(time, Date.UTC(1980, 0, 2)) }],
  ]);
  return zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0]);
}
