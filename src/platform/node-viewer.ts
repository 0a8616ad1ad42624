/** What pages that show pictures need of Node: their script, and a program that opens them. */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { ImageError } from "../errors.ts";

const scripts = new Map<string, string>();

/**
 * The viewer as the text of a script, which is published beside this package's other files.
 *
 * @param withFonts - with what registered fonts need inside
 * @throws {ImageError} `UNSUPPORTED` where it is not there, as in a bundle that left the package behind
 */
export function viewerScript(withFonts: boolean): string {
  const name = withFonts ? "limn/viewer-page-fonts.js" : "limn/viewer-page.js";
  try {
    let script = scripts.get(name);
    if (script === undefined)
      scripts.set(name, (script = fs.readFileSync(createRequire(import.meta.url).resolve(name), "utf8")));
    return script;
  } catch (cause) {
    throw new ImageError("UNSUPPORTED", "the page's script was not found: limn must be installed, not only bundled", {
      cause,
    });
  }
}

/** The program that opens a file with what the user has chosen for it, and its arguments. */
const OPENERS: Readonly<Record<string, readonly string[]>> = { darwin: ["open"], win32: ["explorer.exe"] };

/** Open a file as a double click would; a machine without a desktop says so, and nothing else happens. */
export function openWithDesktop(path: string): void {
  const [program, ...rest] = OPENERS[process.platform] ?? ["xdg-open"];
  // its arguments are a list: no shell ever reads them
  const child = process
    .getBuiltinModule("node:child_process")
    .spawn(program!, [...rest, path], { stdio: "ignore", detached: true });
  child.on("error", () => console.warn(`limn: no program to open ${JSON.stringify(path)} with`));
  child.unref();
}
