/** A slow reader of tar archives: ustar, and the names of pax headers. */

/** One file of an archive. */
export interface TarFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Every file, in order. Throws for a checksum that is wrong and an archive that does not end with two empty blocks. */
export function readTar(archive: Uint8Array): TarFile[] {
  const files: TarFile[] = [];
  const text = (from: number, length: number): string =>
    new TextDecoder().decode(archive.subarray(from, from + length)).replace(/\0.*$/s, "");
  let longName: string | undefined;
  for (let at = 0; at + 512 <= archive.length;) {
    const header = archive.subarray(at, at + 512);
    if (header.every((byte) => byte === 0)) {
      if (archive.length - at !== 1024 || archive.subarray(at).some((byte) => byte !== 0))
        throw new Error("expected two empty blocks at the end");
      return files;
    }
    const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    if (sum !== parseInt(text(at + 148, 8), 8)) throw new Error("wrong checksum");
    const size = parseInt(text(at + 124, 12), 8);
    const bytes = archive.subarray(at + 512, at + 512 + size);
    const prefix = text(at + 345, 155);
    if (text(at + 156, 1) === "x") longName = /\d+ path=(.*)\n/.exec(new TextDecoder().decode(bytes))?.[1];
    else {
      const name = longName ?? (prefix === "" ? "" : `${prefix}/`) + text(at, 100);
      files.push({ name, bytes, time: parseInt(text(at + 136, 12), 8) });
      longName = undefined;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error("expected an end");
}
