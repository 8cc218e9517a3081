#!/usr/bin/env bash
# Starts a local server that answers as the API does, and posts a good and a bad request to it with curl.
#
#   examples/serve.sh
#
# Needs curl.
set -euo pipefail
cd "$(dirname "$0")"

# Runs kenarc from this repository if it is not installed.
kenarc=(kenarc)
command -v kenarc >/dev/null || kenarc=(cargo run --quiet --)

# The first line of stdout is the address. Requests are logged to stderr.
exec {server}< <(exec "${kenarc[@]}" serve --port 0)
pid=$!
trap 'kill "$pid"' EXIT
read -r _ _ url <&"$server"

post() {
  curl --silent --show-error \
    --header 'Content-Type: application/json' --header 'x-api-key: any' --header 'x-access-token: any' \
    --data "$1" "$url/v2/open-platform/conversations/a-conversation/messages"
  echo
}

post '{"type": "TEXT", "message": "سفارش شما آماده است."}'
post '{"type": "TEXT", "mesage": "سفارش شما آماده است."}'
