/**
 * limn's worker, made to fail: a job whose picture is to be named `crash…` ends the thread and one named `hang…` keeps it for
 * ever (requests: see `bad-requests.mjs`); with `once-` before that, only the first time that any worker meets it (a file beside the pictures remembers).
 */
import "./bad-jobs.mjs";
import "./bad-requests.mjs";
import "../../dist/batch-worker.js";
