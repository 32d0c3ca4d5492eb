#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the Node client that the server's tests use into src-test/target/clients, as package-lock.json has it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
target="$here/../target/clients"
mkdir -p "$target"
cp "$here/package.json" "$here/package-lock.json" "$target/"
npm ci --prefix "$target" --ignore-scripts --no-audit --no-fund --silent
