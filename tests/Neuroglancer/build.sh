#!/usr/bin/env bash
# Builds Neuroglancer's page from npm: build.sh FOLDER. The page is in FOLDER/dist.
set -euo pipefail
cp -R "$(dirname "${BASH_SOURCE[0]}")/." "$1"
cd "$1"
npm install --ignore-scripts --no-audit --no-fund
grep -rhoE 'ikonate/icons/[a-z0-9-]+\.svg' node_modules/neuroglancer/lib --include=*.js | sort -u | while read -r icon; do
    mkdir -p "stub/icons"
    echo '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>' >"stub/${icon#ikonate/}"
done
npx vite build
