# Shared by tests/clients/*/run, which source it; not meant to be run.
#   skip WHY                       says so and ends the suite with exit code 77
#   at_least HAVE WANTED           is version HAVE as new as WANTED?
#   with_mock [SETTING...] -- COMMAND...   COMMAND with a mock beside it, and the variables that
#                                  Authlete's SDKs read set for it
# shellcheck shell=bash
set -euo pipefail
language=$(basename "$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)")
: "${AUTHLETE_MOCK:?names the server to test}"

skip() {
  echo "skipped: clients/$language: $*"
  exit 77
}

at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -1)" = "$2" ]; }

# The built-in seed's credentials.
with_mock() {
  local settings=() url
  while [ "$1" != -- ]; do settings+=("$1") && shift; done
  shift
  coproc MOCK { exec "$AUTHLETE_MOCK" --port 0 --log off --self-check "${settings[@]}"; }
  local pid=$MOCK_PID code=0
  # shellcheck disable=SC2064
  trap "kill $pid 2>/dev/null || true" EXIT
  read -r _ _ url <&"${MOCK[0]}"
  AUTHLETE_BASE_URL=$url AUTHLETE_SERVICE_ID=2884000001 AUTHLETE_BEARER=mock-service-token \
    AUTHLETE_SERVICE_APIKEY=2884000001 AUTHLETE_SERVICE_APISECRET=mock-service-secret \
    AUTHLETE_API_VERSION=V3 AUTHLETE_SERVICE_ACCESSTOKEN=mock-service-token AUTHLETE_SERVICEOWNER_ACCESSTOKEN=mock-org-token \
    AUTHLETE_SERVICEOWNER_APIKEY=mock-owner-key AUTHLETE_SERVICEOWNER_APISECRET=mock-owner-secret \
    "$@" || code=$?
  kill "$pid" && wait "$pid"
  return $code
}
