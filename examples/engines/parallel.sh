#!/bin/sh
# GNU parallel: draw a file of jobs, a line of JSON each. Usage: parallel.sh jobs.jsonl photos drawn results.jsonl
# LIMN is the command, LIMN_PROCESSES the number of processes.
set -eu
# Lines go in turn to one limn for each core, which has one thread: parallel shares out the work. A line is never cut.
# --line-buffer: results come as whole lines, in any order; each has its id. Other machines: --sshlogin host1,host2
parallel --will-cite --pipe --round-robin --block 64k --line-buffer --jobs "${LIMN_PROCESSES:-100%}" \
  "${LIMN:-limn} render --stdin-jobs --stdout-results --quiet --jobs 1 --images '$2' --out '$3'" <"$1" >"$4"
