#!/bin/sh
# A dataset in so many parts at once, with GNU parallel or with xargs. Usage: shards.sh dataset photos drawn parts
# Parts have no picture in common; a part that was cut off goes on where it was.
set -eu
draw="${LIMN:-limn} render '$1' --images '$2' --out '$3' --shard {}/$4 --jobs 1 --quiet --resume"
if command -v parallel >/dev/null && [ "${LIMN_WITH:-parallel}" = parallel ]; then
  seq "$4" | parallel --will-cite --retries 3 "$draw" # other machines: --sshlogin host1,host2
else
  seq "$4" | xargs -P "$4" -I{} sh -c "$draw"
fi
