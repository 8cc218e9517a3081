#!/usr/bin/env bash
# Renders a template and posts it with curl, for scripts that need control of every step. `kenarc send` does the same, and
# explains each answer of the API.
#
#   KENAR_API_KEY=… KENAR_ACCESS_TOKEN=… KENAR_CONVERSATION=… examples/render-and-curl.sh [BASE_URL]
#
# BASE_URL is https://api.divar.ir by default. Use http://127.0.0.1:8088 with `kenarc serve`. Requires curl 7.76 or later.
set -euo pipefail
cd "$(dirname "$0")"
: "${KENAR_API_KEY:?}" "${KENAR_ACCESS_TOKEN:?}" "${KENAR_CONVERSATION:?}"
base=${1:-https://api.divar.ir}

# Runs kenarc from this repository if it is not installed.
kenarc=(kenarc)
command -v kenarc >/dev/null || kenarc=(cargo run --quiet --)

# The body is rendered before curl starts: in `kenarc render … | curl …`, curl would post an empty body if rendering failed.
body=$("${kenarc[@]}" render templates/order-ready.yaml --var item='صندلی چوبی' --var order_id=58213)

# curl reads the secrets from a pipe. As arguments they would be visible in the list of processes.
printf '%s' "$body" | curl --silent --show-error --fail-with-body \
  --header 'Content-Type: application/json' \
  --header @<(printf 'x-api-key: %s\nx-access-token: %s\n' "$KENAR_API_KEY" "$KENAR_ACCESS_TOKEN") \
  --data-binary @- \
  "$base/v2/open-platform/conversations/$KENAR_CONVERSATION/messages"
echo
