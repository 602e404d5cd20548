#!/bin/sh
# Installs what the opt-in tests of this folder drive a browser with:
#
#   test/browser/install.sh DIR
#   EIDGATE_TEST_BROWSER=DIR go test ./test/browser
#
# DIR is a scratch folder outside of the repository. Needs Node 20 or later with npm, Chromium as "chromium" (or named by
# EIDGATE_TEST_CHROMIUM), and zbarimg of zbar-tools.
set -eu
dir=${1:?usage: install.sh DIR}
mkdir -p "$dir"
cd "$dir"
[ -f package.json ] || printf '{"private":true,"type":"module"}\n' > package.json
npm install --no-audit --no-fund --loglevel=error --ignore-scripts --save-exact playwright-core@1.65.1 axe-core@4.14.1
