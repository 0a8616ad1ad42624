/** limn's worker of browsers, made to fail; see `bad-worker.mjs`. */
import "./bad-jobs.browser.mjs";
import "../../dist/batch-worker.browser.js";
