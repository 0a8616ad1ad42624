"""Draw jobs through one `limn render --stdin-jobs --stdout-results` process: the part that Spark, Ray and others share."""

import json
import os
import shlex
import subprocess
import threading

COMMAND = shlex.split(os.environ.get("LIMN", "limn"))


def draw(jobs, *options):
    """Results of jobs, both dictionaries, in the order of the jobs.

    Jobs are taken as results are taken; no more than a few are on their way. A job that fails is a result with `ok` False.
    """
    with subprocess.Popen(
        [*COMMAND, "render", "--stdin-jobs", "--stdout-results", "--quiet", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        bufsize=1,  # each job goes off as it comes
    ) as limn:
        failure = []

        def feed():
            # in a thread of its own: whoever writes everything before reading anything waits for ever
            try:
                for job in jobs:
                    limn.stdin.write(json.dumps(job) + "\n")
                limn.stdin.close()
            except BrokenPipeError:
                pass  # it has ended; its exit code says why
            except BaseException as error:
                failure.append(error)
                limn.terminate()

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        whole = False
        try:
            for line in limn.stdout:
                yield json.loads(line)
            whole = True
        finally:
            if not whole:
                limn.terminate()  # nobody wants the rest
            else:
                feeder.join()
        if failure:
            raise failure[0]
        # 1: some pictures failed, and their results said so
        if limn.wait() not in (0, 1):
            raise RuntimeError(f"limn ended with exit code {limn.returncode}")
