#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How long after Statement.cancel() a statement returns, at random moments of long calls: for each, the worst and the median of
# 6, and what was worked at in the worst. Arguments are words that a call's name must contain; all calls without. Needs the built jars (mvn package)
# or CLASS_PATH. Results stand in docs/benchmarks.md.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
java -Xmx4g --add-opens=java.base/java.nio=ALL-UNNAMED -cp "${CLASS_PATH:-$here/../../server/target/lib/*}" "$here/Cancel.java" "$@"
