# shellcheck shell=bash
# The tables that tests/bench/run prints from its samples. Sourced.

# column SCENARIO WHO FIELD: that figure of each sample, in order.
column() {
	awk -F '\t' -v s="$1" -v w="$2" -v f="$3" '$1 == s && $2 == w { print $f }' "$SAMPLES"
}

# ratios SCENARIO WHO OTHER FIELD: WHO / OTHER, pair by pair.
ratios() {
	paste <(column "$1" "$2" "$4") <(column "$1" "$3" "$4") | awk '{ printf "%.3f\n", $1 / $2 }'
}

# in_ms: microseconds on standard input to milliseconds.
in_ms() {
	awk '{ printf "%.2f\n", $1 / 1000 }'
}

figures() { # figures SCENARIO WHO LABEL: one row
	local ratio='' by_cost='' cpu
	if [ "$2" != bare ]; then
		ratio="$(ratios "$1" "$2" bare 4 | median) ($(ratios "$1" "$2" bare 4 | spread))"
		by_cost="$(ratios "$1" bare "$2" 8 | median) ($(ratios "$1" bare "$2" 8 | spread))"
	fi
	cpu=$(column "$1" "$2" 7 | median)
	printf '| %s | %.0f | %s | %s | %s | %s | %s |\n' "$3" \
		"$(column "$1" "$2" 4 | median)" "$ratio" "$by_cost" "$(column "$1" "$2" 5 | median | in_ms)" \
		"$(column "$1" "$2" 6 | median | in_ms)" "$cpu"
}

rates() {
	local name
	grep -qP '\tbare\t' "$SAMPLES" || return 0
	printf '| call | per second | of bare (spread) | by processor time | p50 ms | p99 ms '
	printf '| processor µs a call |\n|---|---|---|---|---|---|---|\n'
	for name in fail db-fail delete db-delete; do
		[ -n "$(column "$name" bare 4)" ] || continue
		figures "$name" bare "bare, requests of $name"
		figures "$name" server "**$name**"
	done
	if [ -n "$(column journal bare 4)" ]; then
		figures journal bare 'bare, requests of journal'
		figures journal without '**fail, --journal-size 0**'
		figures journal with '**fail, with the journal**'
	fi
	for name in request issue complete token; do
		[ -n "$(column "ciba-$name" bare 4)" ] || continue
		local with=''
		[ "$name" != token ] || with=', signing'
		figures "ciba-$name" bare "bare$with, requests of ciba $name"
		figures "ciba-$name" server "**ciba $name**"
	done
	[ -n "$(column resident bare 4)" ] || return 0
	figures resident bare 'bare, requests of resident'
	figures resident 200000 '**delete, 200,000 resident**'
	figures resident 10000000 '**delete, 10,000,000 resident**'
}

clients() {
	local name label
	[ -n "$(column clients-get 10 4)" ] || return 0
	printf '\n| call | per second, 10 clients | 100,000 clients | ratio (spread) | by processor time '
	printf '| p50 ms | p99 ms |\n|---|---|---|---|---|---|---|\n'
	for name in get first last; do
		case $name in
		get) label='client/get, a random one' ;;
		*) label="client/get/list, the $name five" ;;
		esac
		printf '| %s | %.0f | %.0f | %s (%s) | %s | %s | %s |\n' "$label" \
			"$(column "clients-$name" 10 4 | median)" "$(column "clients-$name" 100000 4 | median)" \
			"$(ratios "clients-$name" 100000 10 4 | median)" \
			"$(ratios "clients-$name" 100000 10 4 | spread)" \
			"$(ratios "clients-$name" 10 100000 8 | median)" \
			"$(column "clients-$name" 100000 5 | median | in_ms)" \
			"$(column "clients-$name" 100000 6 | median | in_ms)"
	done
}

megabytes() { # of KiB
	awk -v k="$1" 'BEGIN { printf "%.1f", k * 1024 / 1e6 }'
}

sizes() {
	local name
	printf '\n'
	if [ -n "${FIGURE[idle]:-}" ]; then
		printf 'memory: %s MB idle, %s MB with 1,000,000 tickets (%s B each, put in at %s/s)\n' \
			"$(megabytes "${FIGURE[idle]}")" "$(megabytes "${FIGURE[million]}")" \
			$(((FIGURE[million] - FIGURE[idle]) * 1024 / 1000000)) "${FIGURE[fill]}"
	fi
	for name in fail db-fail; do
		[ -z "${FIGURE[$name-memory]:-}" ] ||
			printf 'memory after %s: %s MB\n' "$name" "$(megabytes "${FIGURE[$name-memory]}")"
	done
	[ -z "${FIGURE[large-memory]:-}" ] ||
		printf 'memory with 10,000,000 tickets: %s MB (put in at %s/s)\n' \
			"$(megabytes "${FIGURE[large-memory]}")" "${FIGURE[large-fill]}"
	[ -z "${FIGURE[db-delete-fill]:-}" ] ||
		printf 'tickets put into a file: %s/s\n' "${FIGURE[db-delete-fill]}"
	[ -z "${FIGURE[clients-memory]:-}" ] ||
		printf 'memory with 100,000 clients: %s MB (made at %s/s, one call each)\n' \
			"$(megabytes "${FIGURE[clients-memory]}")" "${FIGURE[clients-fill]}"
	[ -s "$TMP/starts" ] || return 0
	printf 'exec to first 200: %s ms (%s), bare %s ms; SIGTERM to end: %s ms (%s)\n' \
		"$(awk '{ print $1 }' "$TMP/starts" | median | in_ms)" \
		"$(awk '{ print $1 / 1000 }' "$TMP/starts" | spread)" \
		"$(awk '{ print $1 }' "$TMP/starts-bare" | median | in_ms)" \
		"$(awk '{ print $3 }' "$TMP/starts" | median | in_ms)" \
		"$(awk '{ print $3 / 1000 }' "$TMP/starts" | spread)"
}

goal() { # goal NAME VALUE RELATION LIMIT
	local verdict='NOT reached'
	if awk -v v="$2" -v l="$4" -v r="$3" 'BEGIN { exit !(r == "<" ? v < l : v >= l) }'; then
		verdict=reached
	fi
	printf '| %s | %s | %s %s | %s |\n' "$1" "$2" "$3" "$4" "$verdict"
}

goals() {
	local name
	printf '\n| goal | measured | limit | |\n|---|---|---|---|\n'
	[ ! -s "$TMP/starts" ] ||
		goal 'ms to the first 200' "$(awk '{ print $1 }' "$TMP/starts" | median | in_ms)" '<' 15
	[ -z "${FIGURE[idle]:-}" ] || goal 'MB idle' "$(megabytes "${FIGURE[idle]}")" '<' 12
	[ -z "$(column fail bare 4)" ] ||
		goal 'fail without a ticket, of bare' "$(ratios fail server bare 4 | median)" '>=' 0.8
	[ -z "$(column journal bare 4)" ] ||
		goal 'with the journal, of without (by processor time: '"$(
			ratios journal without with 8 | median)"')' \
			"$(ratios journal with without 4 | median)" '>=' 0.9
	[ -z "$(column delete bare 4)" ] ||
		goal 'one of 1,000,000 deleted, of bare' "$(ratios delete server bare 4 | median)" '>=' 0.6
	[ -z "$(column resident bare 4)" ] ||
		goal '10,000,000 resident, of the rate with 200,000' \
			"$(ratios resident 10000000 200000 4 | median)" '>=' 0.85
	[ -z "$(column ciba-token bare 4)" ] ||
		goal 'token calls with an ES256 ID token, of bare with one raw signature' \
			"$(ratios ciba-token server bare 4 | median)" '>=' 0.5
	[ -n "$(column clients-get 10 4)" ] || return 0
	for name in get first last; do
		goal "client $name, 100,000 clients, of the rate with ten" \
			"$(ratios "clients-$name" 100000 10 4 | median)" '>=' 0.8
	done
}

report() {
	printf '\n%s, %s cores, %s; wrk %s connections, %s threads; %s pairs of %s s\n' \
		"$(date +%F)" "$(nproc)" "$(sed -n 's/^model name[^:]*: //p;T;q' /proc/cpuinfo)" \
		"$CONNECTIONS" "$WRK_THREADS" "$PAIRS" "$SECONDS_EACH"
	printf 'pairs kept although others had more than %s %% of the processors: %s\n\n' \
		"$DISTURBANCE" "$KEPT_DISTURBED"
	rates
	clients
	sizes
	goals
}
