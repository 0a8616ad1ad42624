/** A browser that tests drive from Node (Node only). */
import { type Browser, chromium } from "playwright";
import { afterAll, beforeAll, test } from "vitest";
import { CHROMIUM_LAUNCH } from "./chromium-launch.ts";

/** `test` where there is a Chromium, `test.skip` elsewhere. */
export const chromiumTest: typeof test = (CHROMIUM_LAUNCH ? test : test.skip) as typeof test;

/** One browser for the tests of a file, from before the first to after the last; to be asked for by a `chromiumTest`. */
export function fileBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (CHROMIUM_LAUNCH) browser = await chromium.launch(CHROMIUM_LAUNCH);
  });
  afterAll(() => browser?.close());
  return () => browser!;
}
