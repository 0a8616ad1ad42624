"""Spark: draw a file of jobs, a line of JSON each. Usage: spark.py jobs.jsonl photos drawn

photos and drawn are folders that every executor sees under these names; limn is installed on every executor.
"""

import json
import sys

from pyspark.sql import SparkSession

from limn_pipe import COMMAND, draw

jobs_file, photos, drawn = sys.argv[1:]
spark = SparkSession.builder.appName("limn").getOrCreate()
spark.sparkContext.addPyFile(__file__.replace("spark.py", "limn_pipe.py"))
# an executor has one core for each task: so has limn
options = ["--images", photos, "--jobs", "1"]

# 1. Lines in, lines out: RDD.pipe starts one limn for each partition, and needs nothing else.
lines = spark.sparkContext.textFile(jobs_file, minPartitions=4)
command = " ".join([*COMMAND, "render", "--stdin-jobs", "--stdout-results", "--quiet", "--out", drawn, *options])
results = lines.pipe(command).map(json.loads).cache()
failed = results.filter(lambda result: not result["ok"]).map(lambda result: result["error"]["message"])
print("drawn", results.filter(lambda result: result["ok"]).count(), "failed", failed.collect())

# 2. Rows in, rows out, with the picture itself as a column: mapPartitions.
def draw_rows(rows):
    jobs = ({"id": row.path, "image": {"base64": row.base64}, "annotations": json.loads(row.objects)} for row in rows)
    for result in draw(jobs, "--jobs", "1", "--type", "jpg"):
        error = result.get("error", {}).get("message")
        yield result["id"], result.get("image"), error


pictures = (
    spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", "*.jpg").load(photos)
)
boxes = '[{"box": {"x": 20, "y": 30, "width": 200, "height": 120}, "category": "thing", "score": 0.9}]'
rows = pictures.selectExpr("path", "base64(content) AS base64", f"'{boxes}' AS objects")
table = rows.rdd.mapPartitions(draw_rows).toDF("path string, image string, error string")
print("rows", table.count(), "with a picture", table.where("image LIKE 'data:image/jpeg;base64,%'").count())
spark.stop()
