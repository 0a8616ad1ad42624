/** Where a Chromium is, and how it is started: for the configuration of the tests and for tests that drive one (Node only). */
import { existsSync } from "node:fs";

const executablePath: string | undefined = [
  process.env["LIMN_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));
if (!executablePath && process.env["CI"]) throw new Error("CI is set and no Chromium was found (LIMN_CHROMIUM)");

/** Options of Playwright; undefined where there is no Chromium. */
export const CHROMIUM_LAUNCH: { executablePath: string; args: string[] } | undefined =
  executablePath === undefined
    ? undefined
    : {
        executablePath,
        args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
      };
