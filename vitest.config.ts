import { existsSync } from "node:fs";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const chromium = [
  process.env["LIMN_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));
if (!chromium && process.env["CI"]) throw new Error("CI is set and no Chromium was found (LIMN_CHROMIUM)");
if (!chromium) console.warn("no Chromium found (LIMN_CHROMIUM): the browser half of the tests is left out");

const conditions = ["source"];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: [...conditions, "node"] },
        ssr: { resolve: { conditions: [...conditions, "node"] } },
        test: {
          name: "node",
          globalSetup: ["test/support/build.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.browser.test.ts", "test/long/**"],
          testTimeout: 30_000,
        },
      },
      ...(chromium
        ? [
            {
              resolve: { conditions: [...conditions, "browser", "default"] },
              // found late, it would make the server reload pages in the middle of their tests
              optimizeDeps: { include: ["bidi-js"] },
              test: {
                name: "browser",
                include: ["test/**/*.test.ts"],
                exclude: ["test/**/*.node.test.ts", "test/long/**"],
                testTimeout: 30_000,
                browser: {
                  enabled: true,
                  headless: true,
                  screenshotFailures: false,
                  provider: playwright({
                    launchOptions: {
                      executablePath: chromium,
                      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
                    },
                  }),
                  instances: [{ browser: "chromium" as const }],
                },
              },
            },
          ]
        : []),
    ],
  },
});
