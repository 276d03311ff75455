# Shared by tests/clients/*/run, which source it; not meant to be run.
#   skip WHY                       says so and ends the suite with exit code 77
#   at_least HAVE WANTED           is version HAVE as new as WANTED?
#   with_mock [SETTING...] -- COMMAND...   COMMAND with a mock beside it, and the variables that
#                                  Authlete's SDKs read set for it: README.md, "Run a command with it"
# shellcheck shell=bash
set -euo pipefail
language=$(basename "$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)")
: "${AUTHLETE_MOCK:?names the server to test}"

skip() {
  echo "skipped: clients/$language: $*"
  exit 77
}

at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -1)" = "$2" ]; }

# Its ready line goes to stderr, and so do the calls that it refused when COMMAND fails.
with_mock() { env -u AUTHLETE_MOCK_SANITIZED "$AUTHLETE_MOCK" exec --self-check "$@"; }
