#!/usr/bin/env bash
# Renders a template and posts it with curl, for scripts that want to see every step. `kenarc send` does the same and
# says what each answer of the API means.
#
#   KENAR_API_KEY=… KENAR_ACCESS_TOKEN=… KENAR_CONVERSATION=… examples/render-and-curl.sh [BASE_URL]
#
# BASE_URL is https://api.divar.ir unless given, for instance http://localhost:8000 to try it out. Needs curl 7.76 or later.
set -euo pipefail
cd "$(dirname "$0")"
: "${KENAR_API_KEY:?}" "${KENAR_ACCESS_TOKEN:?}" "${KENAR_CONVERSATION:?}"
base=${1:-https://api.divar.ir}

# Where kenarc is not installed, the one of this repository.
kenarc=(kenarc)
command -v kenarc >/dev/null || kenarc=(cargo run --quiet --)

# First the whole body, then the request: in a plain `kenarc render … | curl …` a rendering that fails still lets curl
# post an empty body.
body=$("${kenarc[@]}" render templates/order-ready.yaml --var item='صندلی چوبی' --var order_id=58213)

# The secrets go to curl through a pipe: as arguments they would stand in the process list.
printf '%s' "$body" | curl --silent --show-error --fail-with-body \
  --header 'Content-Type: application/json' \
  --header @<(printf 'x-api-key: %s\nx-access-token: %s\n' "$KENAR_API_KEY" "$KENAR_ACCESS_TOKEN") \
  --data-binary @- \
  "$base/v2/open-platform/conversations/$KENAR_CONVERSATION/messages"
echo
