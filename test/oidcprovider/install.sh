#!/bin/sh
# Installs the OpenID provider that the opt-in test of this folder runs against:
#
#   test/oidcprovider/install.sh DIR
#   EIDGATE_TEST_OIDC_PROVIDER=DIR go test ./test/oidcprovider
#
# DIR is a scratch folder outside of the repository. Needs Node 20 or later with npm.
set -eu
dir=${1:?usage: install.sh DIR}
mkdir -p "$dir"
cd "$dir"
[ -f package.json ] || printf '{"private":true,"type":"module"}\n' > package.json
npm install --no-audit --no-fund --loglevel=error --ignore-scripts --save-exact oidc-provider@9.13.3
