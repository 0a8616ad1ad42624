"""Ray: draw a file of jobs, a line of JSON each. Usage: ray_parts.py jobs.jsonl photos drawn

photos and drawn are folders that every node sees under these names; limn is installed on every node.
"""

import json
import os
import queue
import sys

import ray

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from limn_pipe import draw

jobs_file, photos, drawn = map(os.path.abspath, sys.argv[1:])
env = {"LIMN": os.environ.get("LIMN", "limn"), "PYTHONPATH": os.path.dirname(os.path.abspath(__file__))}
ray.init(runtime_env={"env_vars": env}, include_dashboard=False, log_to_driver=False)


@ray.remote(num_cpus=1)
def draw_part(jobs):
    """A task: one limn for so many jobs. Ray runs a task again when its node is lost; the same job gives the same file."""
    return list(draw(jobs, "--images", photos, "--out", drawn, "--jobs", "1"))


@ray.remote(num_cpus=1)
class Painter:
    """An actor: one limn that stays, for single jobs whose pictures come back."""

    def __init__(self):
        self.jobs = queue.Queue()
        self.results = draw(iter(self.jobs.get, None), "--images", photos, "--jobs", "1")

    def draw(self, job):
        self.jobs.put(job)
        return next(self.results)


with open(jobs_file, encoding="utf-8") as file:
    jobs = [json.loads(line) for line in file]

parts = [jobs[i::4] for i in range(4)]
results = [result for part in ray.get([draw_part.remote(part) for part in parts]) for result in part]
failed = [result["error"]["message"] for result in results if not result["ok"]]
print("drawn", len(results) - len(failed), "failed", failed)

painters = [Painter.remote() for _ in range(2)]
pictures = ray.get([painters[i % 2].draw.remote(job) for i, job in enumerate(jobs)])
print("pictures", sum(picture.get("image", "").startswith("data:image/png;base64,") for picture in pictures))
ray.shutdown()
