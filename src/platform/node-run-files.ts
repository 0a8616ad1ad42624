/** Files that are written while a run goes on: at once, whole, and never outside their folder. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { ImageError } from "../errors.ts";
import type { LogFile } from "./browser-run-files.ts";
import { makeFolder, reasonOf } from "./node-files.ts";
import { relativeName } from "./relative-name.ts";

/**
 * Make a folder that must not be there yet; those above it may.
 *
 * @returns its true path
 * @throws {ImageError} `STATE` if there is one already, `IO` if the disk refuses
 */
export function makeNewFolder(folder: string, name: string): string {
  const path = join(makeFolder(folder), relativeName(name));
  try {
    fs.mkdirSync(path);
  } catch (cause) {
    const taken = (cause as { code?: unknown }).code === "EEXIST";
    throw new ImageError(
      taken ? "STATE" : "IO",
      taken ? "expected a new folder, got one that another run has made" : `cannot be made (${reasonOf(cause)})`,
      { path, cause },
    );
  }
  return fs.realpathSync(path);
}

/**
 * Open a new file that only grows.
 *
 * @throws {ImageError} `STATE` if there is one of that name already, `IO` if the disk refuses
 */
export function openLog(folder: string, name: string): LogFile {
  const path = join(folder, relativeName(name));
  let file: number;
  try {
    file = fs.openSync(path, "wx");
  } catch (cause) {
    const taken = (cause as { code?: unknown }).code === "EEXIST";
    throw new ImageError(taken ? "STATE" : "IO", `cannot be opened (${reasonOf(cause)})`, { path, cause });
  }
  let end = 0;
  return {
    path,
    append(bytes) {
      try {
        for (let done = 0; done < bytes.length;)
          done += fs.writeSync(file, bytes, done, bytes.length - done, end + done);
        end += bytes.length;
      } catch (cause) {
        try {
          fs.ftruncateSync(file, end); // a part of a record would spoil those behind it
        } catch {
          // the disk that refused is the error to tell
        }
        throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path, cause });
      }
    },
    close: () => fs.closeSync(file),
  };
}

/** A new folder of its own among the system's temporary ones. @throws {ImageError} `IO` */
export function temporaryFolder(): string {
  try {
    return fs.mkdtempSync(join(tmpdir(), "limn-"));
  } catch (cause) {
    throw new ImageError("IO", `cannot be made (${reasonOf(cause)})`, { path: tmpdir(), cause });
  }
}

/** True for a folder. */
export function isFolder(path: string): boolean {
  try {
    return fs.statSync(path).isDirectory();
  } catch {
    return false; // also below a file, and where nobody may look
  }
}

/** Every file below a folder, sorted, with `/` between folders. @throws {ImageError} `IO` */
export function listFiles(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .sort();
  } catch (cause) {
    throw new ImageError("IO", `cannot be listed (${reasonOf(cause)})`, { path: folder, cause });
  }
}
