/** `limn render`: annotations and photos in, drawn pictures out. */
import { Command } from "commander";
import { anyNumber, gathered, partOf, pictureType, shardSize, wholeNumber, words } from "./args.ts";
import { type RenderFlags, runRender } from "./render-run.ts";
import { STYLE_NAMES } from "./style.ts";

const EXAMPLES = `
Examples:
  Draw every picture of a COCO file:
    $ limn render instances.json --images photos --out drawn
  A folder of YOLO, VOC, CVAT …, or an archive:
    $ limn render datasets/coco128 --images datasets/coco128/images --out drawn
    $ limn render export.zip --images photos --out drawn
  A quick look at the first ten, as JPEG, each object in its own colour:
    $ limn render instances.json --images photos --out drawn --limit 10 --type jpg --style instances
  Predictions, which name pictures and categories by id only:
    $ limn render results.json --ground-truth instances.json --images photos --out drawn
  Several files as one run; each with pictures of its own (ann/a.json: photos/a, ann/b.json: photos/b):
    $ limn render 'ann/*.json' --images photos --out drawn
    $ limn render 'ann/*.json' --images 'photos/{name}' --out drawn
  Into one archive, or into WebDataset shards (key.png, key.json) of 5000 pictures or 2 GB, whichever is less:
    $ limn render instances.json --images photos --out drawn.zip
    $ limn render instances.json --images photos --out 'drawn-%06d.tar' --shard-size 5000,2GB
  A sample of 48 on one page:
    $ limn render instances.json --images photos --out drawn --limit 48 --contact-sheet sheet.png
  On all cores; cut off, and resumed with the pictures that are missing:
    $ limn render instances.json --images photos --out drawn
    $ limn render instances.json --images photos --out drawn --resume
  The second of eight machines that share the work and the folder:
    $ limn render instances.json --images photos --out drawn --shard 2/8
  Jobs from another program, which takes the results:
    $ jobs-of-mine | limn render --images photos --stdin-jobs --stdout-results
  From a store to a store (npm install @aws-sdk/client-s3 @aws-sdk/lib-storage):
    $ limn render s3://bucket/instances.json --images s3://bucket/photos --out s3://bucket/drawn
  By the workers of a cluster, which limn worker starts (npm install bullmq ioredis):
    $ limn render instances.json --images /data/photos --queue redis://queue.example:6379
  For a script:
    $ limn render instances.json --images photos --out drawn --json > log.jsonl

Several datasets:
  Pictures are drawn in the order of the arguments, those of a pattern sorted. With one folder of pictures a picture
  that two datasets name is drawn for each, the second time as name.jpg.png. With {dir} (the folder of a dataset, or
  itself if it is one) or {name} (its name without ending) in --images, pictures keep the folders that tell them apart.

Archives:
  The bytes are the same for any number of threads. An archive gets its name when it is whole, shards one by one. With
  --resume, a ZIP and a tar archive go on behind the last picture that is in them, shards behind the last shard and what
  is drawn of the next; in a store, shards behind the last shard, others from their beginning. With --shard, each part
  has archives of its own: drawn-2-of-8.zip, drawn-2-of-8-000000.tar.

Styles: ${STYLE_NAMES.join(", ")}.
A style file is JSON, for example {"colorBy": "instance", "maskAlpha": 0.3, "minScore": 0.5}.

Exit codes:
  0    every picture is drawn
  1    some pictures failed, each is named with its reason; or the disk is full, or the output is gone
  2    wrong use: options, folders or files that cannot be used, or an output that another run is writing to
  130  interrupted; what is written is whole, and --resume goes on
`;

/** The command; the exit code goes to `done`. */
export function renderCommand(done: (code: number) => void): Command {
  return new Command("render")
    .summary("draw annotations on their pictures")
    .description(
      "Draw the annotations of datasets on their pictures and write the drawn pictures.\n" +
        "The format of a dataset is told by its content; limn convert --help lists them.",
    )
    .argument(
      "[dataset...]",
      "files of annotations, folders or .zip, of any format; or patterns such as 'ann/**/*.json'",
    )
    .option(
      "--images <dir>",
      "folder of the pictures, or s3://bucket/prefix; {dir} and {name} in it stand for those of each dataset",
    )
    .option(
      "--out <place>",
      "a folder, an archive (name.zip, name.tar), or tar shards (name-%06d.tar); s3://bucket/… for each",
    )
    .option("--type <png|jpg>", "format of the drawn pictures", pictureType, "png" as const)
    .option("--quality <N>", "quality of JPEGs, 1 to 100 (default: 85)", wholeNumber(1, 100))
    .option("--shard-size <N|SIZE>", "pictures or bytes of a tar shard, or both (default: 10000,1GB)", shardSize)
    .option(
      "--contact-sheet <file>",
      "also a page of small pictures (.png, .jpg), or several: sheet.png, sheet-2.png …",
    )
    .option("--style <NAME|file.json>", "how to draw; names are listed below")
    .option("--from <format>", "read as this format (default: told by content)")
    .option("--ground-truth <file.json>", "the file with the pictures and categories of a result file")
    .option("--masks <dir>", "folder of panoptic PNGs (default: the file's name without .json)")
    .option("--font <file>", "a font for scripts that the built-in one has not; may come again", gathered)
    .option(
      "--jobs <N>",
      "threads that draw (default: one, then one for each core in longer runs)",
      wholeNumber(1, 1024),
    )
    .option("--limit <N>", "draw at most N pictures", wholeNumber(1, Infinity))
    .option("--shard <i/n>", "draw part i of n, for several machines; all parts together are the whole", partOf)
    .option("--resume", "go on with a run that was cut off; pictures that are written are left as they are")
    .option("--dry-run", "name what would be drawn, and write nothing")
    .option("--min-score <N>", "leave out objects with a lower score", anyNumber)
    .option("--min-area <N>", "leave out objects of fewer pixels", anyNumber)
    .option("--max-count <N>", "draw at most the N best objects of a picture", wholeNumber(0, 1e9))
    .option("--categories <LIST>", "draw these categories only: names or ids, with commas between", words)
    .option("--hide-categories <LIST>", "leave these categories out", words)
    .option("--hide-crowd", "leave out regions that hold many objects")
    .option("--hide-occluded", "leave out objects that are partly hidden")
    .option("--strict", "a picture with anything wrong in its annotations fails")
    .option("--stdin-jobs", "read jobs from the standard input, a line of JSON each (docs/engines.md)")
    .option("--stdout-results", "write their results to the standard output, a line of JSON each")
    .option("--unordered", "write each result as soon as it is there")
    .option("--json", "one line of JSON for each picture, and one at the end")
    .option("--quiet", "say nothing but errors")
    .option("--queue <url>", "let limn worker draw, by a queue in Redis: redis://host:port[/db]")
    .option("--queue-name <name>", "the queue's name", "default")
    .option("--into <name>", "with --queue: a folder below the --out of the workers")
    .option("--patience <seconds>", "with --queue: how long Redis may give no answer", wholeNumber(1, 1e6), 60)
    .addHelpText("after", EXAMPLES)
    .action(async (datasets: string[], flags: RenderFlags, command: Command) => {
      // what jobs of a pipe need not have: told as commander tells it
      if (!flags.stdinJobs) {
        if (datasets.length === 0) command.error("error: missing required argument 'dataset'");
        for (const name of ["images", "out"] as const)
          if (flags[name] === undefined && (name === "images" || flags.queue === undefined))
            command.error(
              `error: required option '${command.options.find((option) => option.attributeName() === name)!.flags}' not specified`,
            );
      }
      done(await runRender(datasets, flags));
    });
}
