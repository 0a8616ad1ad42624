#!/bin/sh
#SBATCH --job-name=limn
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --requeue
# Slurm: each task of the array draws one part of the dataset. Usage: sbatch slurm.sh dataset photos drawn
# A task that is requeued goes on where it was.
set -eu
${LIMN:-limn} render "$1" --images "$2" --out "$3" --quiet --resume \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --jobs "${SLURM_CPUS_PER_TASK:-1}"
