#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Scores ROWS (10,000,000) rows of ten features in one process: a hand-written expression, the model as SQL, the Java scalar; medians
# over RUNS (7). Needs the built jars (mvn package) or CLASS_PATH. Results stand in docs/benchmarks.md.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
java --add-opens=java.base/java.nio=ALL-UNNAMED -cp "${CLASS_PATH:-$here/../../server/target/lib/*}" "$here/Scoring.java" "${ROWS:-10000000}" "${RUNS:-7}"
