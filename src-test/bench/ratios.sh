#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The short form of the benchmarks, which .ci/run calls: what some statements cost over others, in CPU seconds of one warm process. Fails
# where a ratio exceeds its bound, never on a time. Needs the built jars (mvn package) or CLASS_PATH.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
java -XX:+UseSerialGC --add-opens=java.base/java.nio=ALL-UNNAMED -cp "${CLASS_PATH:-$here/../../server/target/lib/*}" "$here/Ratios.java"
