#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One cate_fit of a million rows from Parquet, as a whole process: wall seconds and peak resident memory, medians over RUNS (5).
# The data are made once, in src-test/target/bench. Results stand in docs/benchmarks.md.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
whatif="$here/../../whatif"
runs="${RUNS:-5}"
work="$here/../target/bench"
mkdir -p "$work"
cd "$work"

if [ ! -e foundation.parquet ]; then
  echo "making foundation.parquet ..." >&2
  "$whatif" sql "$here/generate.sql"
fi

statement="SELECT * FROM cate_fit((SELECT * FROM 'foundation.parquet'), model => 'foundation', outcome => 'y', treatment => 't',
  id => 'id', features => 'COLUMNS(x[0-9]+)', method => 'linear_dml', outcome_learner => 'ridge', treatment_learner => 'logistic', folds => 5)"

# Prints wall seconds, peak resident megabytes and, where GNU time is at hand, CPU seconds of a command whose output goes to last.json.
measure() {
  local start end pid line peak=0
  if /usr/bin/time -f '' true 2>/dev/null; then
    /usr/bin/time -o time.txt -f '%e %M %U %S' "$@" >last.json 2>last.err </dev/null || { cat last.err >&2; return 1; }
    awk '{ printf "%.2f %.0f %.2f\n", $1, $2 / 1024, $3 + $4 }' time.txt
    return
  fi
  start="$(date +%s.%N)"
  "$@" >last.json 2>last.err </dev/null &
  pid=$!
  while line="$(grep VmHWM "/proc/$pid/status" 2>/dev/null)"; do
    peak="$(awk '{ print $2 }' <<<"$line")"
    sleep 0.02
  done
  wait "$pid" || { cat last.err >&2; return 1; }
  end="$(date +%s.%N)"
  awk -v start="$start" -v end="$end" -v peak="$peak" 'BEGIN { printf "%.2f %.0f\n", end - start, peak / 1024 }'
}

median() {
  sort -n | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

: >runs.txt
for ((run = 1; run <= runs; run++)); do
  measure "$whatif" sql --format json -c "$statement" | tee -a runs.txt | sed "s/^/run $run: seconds, MB, CPU seconds: /" >&2
done
echo "cpus $(getconf _NPROCESSORS_ONLN), median of $runs runs: $(cut -d' ' -f1 runs.txt | median) s wall, $(cut -d' ' -f2 runs.txt | median) MB peak resident"
cat last.json
