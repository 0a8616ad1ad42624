import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_LAUNCH } from "./test/support/chromium-launch.ts";

if (!CHROMIUM_LAUNCH) console.warn("no Chromium found (LIMN_CHROMIUM): the browser half of the tests is left out");

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
      ...(CHROMIUM_LAUNCH
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
                  provider: playwright({ launchOptions: CHROMIUM_LAUNCH }),
                  instances: [{ browser: "chromium" as const }],
                },
              },
            },
          ]
        : []),
    ],
  },
});
