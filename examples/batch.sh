#!/usr/bin/env bash
# Sends a message for each row of orders.csv to a local server that answers as the API does. One row is invalid and
# rejected. The second run sends nothing twice.
#
#   examples/batch.sh
set -euo pipefail
cd "$(dirname "$0")"

# Runs kenarc from this repository if it is not installed.
kenarc=(kenarc)
command -v kenarc >/dev/null || kenarc=(cargo run --quiet --)

folder=$(mktemp -d)
exec {server}< <(exec "${kenarc[@]}" serve --port 0 --quiet)
pid=$!
trap 'kill "$pid"; rm -r "$folder"' EXIT
read -r _ _ url <&"$server"

send() {
  KENAR_API_KEY=any "${kenarc[@]}" send ../templates/order-tracking.yaml --batch orders.csv --base-url "$url" \
    --rate 600/m --journal "$folder/journal" "$@" || echo "exit status $?"
}

send --rejects "$folder/bad.csv"
cat "$folder/bad.csv"
send
"${kenarc[@]}" journal "$folder/journal"
