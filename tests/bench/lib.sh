# shellcheck shell=bash disable=SC2034
# What tests/bench/run and tests/bench/peers share: building, starting and stopping servers,
# taking a sample with wrk. Sourced, with `set -euo pipefail` in force.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
BUILD=$ROOT/build-bench
TOOLS=$BUILD/bench
SERVICE=2884000001
TOKEN=mock-service-token
FAIL_PATH=/api/$SERVICE/backchannel/authentication/fail
FAIL_BODY='{"reason":"ACCESS_DENIED"}'
# Below 128: libmicrohttpd 0.9.75 and 1.0 stand still when exactly 128 connections of one thread
# become ready at a time (MAX_EVENTS in its MHD_epoll).
CONNECTIONS=64
WRK_THREADS=2
DISTURBANCE=8 # percent of the processors that others may take during a sample
TMP=$(mktemp -d "${TMPDIR:-/tmp}/authlete-mock-bench.XXXXXX")
declare -A RUNNING=()

die() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

say() {
	printf '%s\n' "$*" >&2
}

cleanup() {
	local pid
	for pid in "${!RUNNING[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$TMP"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || die "$tool is needed"
	done
}

# build_server: SERVER becomes a release build of the working tree.
build_server() {
	[ -f "$BUILD/build.ninja" ] ||
		meson setup "$BUILD" "$ROOT" --buildtype=release >"$TMP/meson" 2>&1 ||
		{ cat "$TMP/meson" >&2 && die "meson setup failed"; }
	ninja -C "$BUILD" server/authlete-mock >"$TMP/ninja" 2>&1 ||
		{ cat "$TMP/ninja" >&2 && die "the server does not build"; }
	SERVER=$BUILD/server/authlete-mock
}

build_tools() {
	local flags=(-std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra) mhd
	mkdir -p "$TOOLS"
	read -ra mhd <<<"$(pkg-config --cflags --libs libmicrohttpd libcrypto)"
	"${CC:-cc}" "${flags[@]}" -o "$TOOLS/bare" "$HERE/bare.c" "${mhd[@]}"
	"${CC:-cc}" "${flags[@]}" -o "$TOOLS/fill" "$HERE/fill.c" "$HERE/ticket.c"
	"${CC:-cc}" "${flags[@]}" -o "$TOOLS/start" "$HERE/start.c"
	"${CC:-cc}" "${flags[@]}" -fPIC -shared -o "$TOOLS/libticket.so" "$HERE/ticket.c"
}

# start NAME COMMAND...: runs a server that prints "... ready http://127.0.0.1:PORT" and sets
# PID and PORT.
start() {
	local name=$1 line='' i
	shift
	: >"$TMP/$name.out"
	"$@" >"$TMP/$name.out" 2>"$TMP/$name.err" &
	PID=$!
	RUNNING[$PID]=$name
	for ((i = 0; i < 1000; i++)); do
		line=$(<"$TMP/$name.out")
		if [[ $line == *ready\ http://127.0.0.1:* ]]; then
			PORT=${line##*:}
			return
		fi
		kill -0 "$PID" 2>/dev/null || break
		sleep 0.01
	done
	cat "$TMP/$name.err" >&2
	die "$name did not start"
}

# stop PID: SIGTERM; the server must end by itself, with exit code 0.
stop() {
	local pid=$1 code=0 i
	kill -TERM "$pid"
	for ((i = 0; i < 600; i++)); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
	done
	[ "$i" -lt 600 ] || die "${RUNNING[$pid]} does not end on SIGTERM"
	wait "$pid" || code=$?
	[ "$code" -eq 0 ] || {
		cat "$TMP/${RUNNING[$pid]}.err" >&2
		die "${RUNNING[$pid]} ended with exit code $code"
	}
	unset "RUNNING[$pid]"
}

# resident PID: its memory in KiB.
resident() {
	awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"
}

# processor PID: processor time used so far, in clock ticks.
processor() {
	local stat
	stat=$(<"/proc/$1/stat")
	read -ra stat <<<"${stat##*) }"
	printf '%d\n' $((stat[11] + stat[12]))
}

# stolen, busy: clock ticks since the machine started, of all processors together: those that the
# host kept for itself, and those that processes used.
stolen() {
	awk '/^cpu / { print $9 }' /proc/stat
}

busy() {
	awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat
}

# children: processor time of the processes this shell has waited for.
children() {
	local stat
	stat=$(<"/proc/$$/stat")
	read -ra stat <<<"${stat##*) }"
	printf '%d\n' $((stat[13] + stat[14]))
}

# total PORT: tickets the service has.
total() {
	curl -fsS --max-time 60 \
		"http://127.0.0.1:$1/__admin/services/$SERVICE/tickets?start=0&end=1" |
		sed -n 's/.*"totalCount" *: *\([0-9]*\).*/\1/p'
}

# load PID PORT SECONDS [COUNT FROM]: calls of fail without a ticket, or with tickets of
# 0 .. COUNT-1 from place FROM of their random order. Sets CALLS RATE P50 P99 (µs) CPU (µs of
# processor a call), COST (the same, with wrk's share) SENT LAST EXHAUSTED, and FOREIGN: percent of
# the processors' time that neither wrk nor the server got. Any error ends the benchmark.
load() {
	if [ $# -eq 3 ]; then
		run_wrk "$1" "$2" "$3" fail.lua "$FAIL_BODY"
	else
		run_wrk "$1" "$2" "$3" fail.lua "$TOOLS/libticket.so" "$4" "$5" "$WRK_THREADS"
	fi
}

# load_get PID PORT SECONDS PATH [FILE]: the same of calls of GET: see get.lua.
load_get() {
	run_wrk "$1" "$2" "$3" get.lua "${@:4}"
}

# load_post PID PORT SECONDS FILE...: the same of POST calls, each with the next body: see post.lua.
load_post() {
	run_wrk "$1" "$2" "$3" post.lua "${@:4}"
}

run_wrk() { # run_wrk PID PORT SECONDS SCRIPT ARGUMENT...
	local pid=$1 port=$2 seconds=$3 script=$4 before after us errors ticks own foreign slow
	shift 4
	own=$(children)
	foreign=$(($(busy) + $(stolen)))
	before=$(processor "$pid")
	timeout $((seconds + 30)) wrk -t "$WRK_THREADS" -c "$CONNECTIONS" -d "${seconds}s" \
		-s "$HERE/$script" "http://127.0.0.1:$port" -- "$SERVICE" "$TOKEN" "$@" >"$TMP/wrk" 2>&1 ||
		{ cat "$TMP/wrk" >&2 && die "wrk failed on ${RUNNING[$pid]}"; }
	after=$(processor "$pid")
	own=$(($(children) - own + after - before))
	foreign=$(($(busy) + $(stolen) - foreign - own))
	read -r _ CALLS us P50 P99 SENT LAST EXHAUSTED errors slow < <(grep '^figures ' "$TMP/wrk") ||
		{ cat "$TMP/wrk" >&2 && die "wrk printed no figures"; }
	[ "$errors" -eq 0 ] || { cat "$TMP/wrk" >&2 && die "wrk saw errors of ${RUNNING[$pid]}"; }
	[ "$CALLS" -gt 0 ] || die "${RUNNING[$pid]} answered nothing"
	ticks=$(getconf CLK_TCK)
	FOREIGN=$((100 * foreign * 1000000 / (ticks * us * $(nproc))))
	[ "$slow" -eq 0 ] || [ "$FOREIGN" -gt "$DISTURBANCE" ] ||
		{ cat "$TMP/wrk" >&2 && die "$slow calls of ${RUNNING[$pid]} took more than 2 s"; }
	RATE=$(awk -v n="$CALLS" -v us="$us" 'BEGIN { printf "%.0f", n / us * 1e6 }')
	CPU=$(awk -v n="$CALLS" -v t=$((after - before)) -v hz="$ticks" \
		'BEGIN { printf "%.2f", t / hz * 1e6 / n }')
	COST=$(awk -v n="$CALLS" -v t="$own" -v hz="$ticks" \
		'BEGIN { printf "%.2f", t / hz * 1e6 / n }')
}

# median, spread: of the numbers on standard input.
median() {
	sort -g | awk '{ v[NR] = $1 } END {
		print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

spread() {
	sort -g | awk 'NR == 1 { low = $1 } { high = $1 } END { print low "–" high }'
}
