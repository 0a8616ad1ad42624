"""A dataset as jobs that can be shared out: every line stands by itself. Usage: jobs.py dataset.limn.jsonl > jobs.jsonl

`limn convert <dataset> <folder> --to limn` makes dataset.limn.jsonl of any format. Its first line has the skeletons of poses; here
they go into each line that has a pose, since lines go to different machines.
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    skeletons = json.loads(next(file))["skeletons"]
    for number, line in enumerate(file):
        job = {"id": number, **json.loads(line)}
        if any("skeleton" in one.get("keypoints", {}) for one in job["annotations"]):
            job["skeletons"] = skeletons
        print(json.dumps(job, separators=(",", ":")))
