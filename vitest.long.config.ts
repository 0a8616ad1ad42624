/** The campaigns: fuzzing and soaks that take minutes. `npm run test:long`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source", "node"] },
  ssr: { resolve: { conditions: ["source", "node"] } },
  test: {
    name: "long",
    globalSetup: ["test/support/build.ts"],
    include: ["test/long/**/*.test.ts"],
    testTimeout: 3_600_000,
  },
});
