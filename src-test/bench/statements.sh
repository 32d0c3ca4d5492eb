#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Statements of several calls, groups, plans, and plain statements in one process: first runs, then medians of 7 by turns. Makes
# foundation.parquet (1,000,000 rows) in the current directory if it is not there. Needs the built jars (mvn package) or CLASS_PATH.
# Results stand in docs/benchmarks.md.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
if [ ! -e foundation.parquet ]; then
  WHATIF_BUILD=never "$here/../../whatif" sql "$here/generate.sql" >&2
fi
java --add-opens=java.base/java.nio=ALL-UNNAMED -cp "${CLASS_PATH:-$here/../../server/target/lib/*}" "$here/Statements.java" foundation.parquet
