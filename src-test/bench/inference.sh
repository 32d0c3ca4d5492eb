#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One fit against a bootstrap of it (100,000 x 20), and one action against 300 actions on two outcomes (200,000 x 50), in one process,
# medians. Arguments: bootstrap, actions; none is both. Needs the built jars (mvn package) or CLASS_PATH. Results stand in docs/benchmarks.md.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
java --add-opens=java.base/java.nio=ALL-UNNAMED -cp "${CLASS_PATH:-$here/../../server/target/lib/*}" "$here/Inference.java" "$@"
