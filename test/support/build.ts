/** Builds the library before the first test, for those that run the built files; quick when nothing has changed. */
import { execFileSync } from "node:child_process";

export default function build(): void {
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
}
