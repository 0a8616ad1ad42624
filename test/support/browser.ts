/** A real browser, for pages that are opened as files (Node only). */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright";
import { test } from "vitest";

const executablePath = [
  process.env["LIMN_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));

/** `test` where there is a Chromium, `test.skip` elsewhere; with `CI` set, the configuration of the tests asks for one. */
export const chromiumTest: typeof test = (executablePath ? test : test.skip) as typeof test;

/** Start it; undefined where there is none. */
export async function startChromium(): Promise<Browser | undefined> {
  if (!executablePath) return undefined;
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}
