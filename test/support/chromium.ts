/** A browser that is driven from Node (Node only). */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright";
import { onTestFinished, test } from "vitest";

const path = [
  process.env["LIMN_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((file) => file && existsSync(file));
if (!path && process.env["CI"]) throw new Error("CI is set and no Chromium was found (LIMN_CHROMIUM)");

/** `test` where there is a Chromium, `test.skip` elsewhere. */
export const chromiumTest: typeof test = (path ? test : test.skip) as typeof test;

/** A browser that goes when the test ends. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: path!,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  onTestFinished(() => browser.close());
  return browser;
}
