#!/bin/sh
# Installs the verifier of tokens that the opt-in test of this folder asks:
#
#   test/jose/install.sh DIR
#   EIDGATE_TEST_JOSE=DIR go test ./test/jose
#
# DIR is a scratch folder outside of the repository. Needs Node 20 or later with npm.
set -eu
dir=${1:?usage: install.sh DIR}
mkdir -p "$dir"
cd "$dir"
[ -f package.json ] || printf '{"private":true,"type":"module"}\n' > package.json
npm install --no-audit --no-fund --loglevel=error --ignore-scripts --save-exact jose@6.2.3
