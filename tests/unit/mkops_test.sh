#!/bin/sh
# What mkops refuses, and that what it writes is C and JSON.
#
# mkops_test.sh MKOPS
set -u
mkops=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0
route='"method":"POST","path":"/api/{serviceId}/x/go",'

fail() {
	echo "FAILED: $1"
	failures=$((failures + 1))
}

# Files of a small schema directory. $1 replaces the members of a good envelope.
prepare() {
	rm -rf "$work/schema"
	mkdir -p "$work/schema/api/x" "$work/schema/admin" "$work/schema/common"
	echo '{"type":"object","definitions":{"code":{"type":"string"}}}' \
		>"$work/schema/common/seed.json"
	echo '{"definitions":{"service":{"type":"object"}}}' >"$work/schema/common/service.json"
	echo '{"definitions":{"client":{"type":"object"}}}' >"$work/schema/common/client.json"
	printf '%s' "$1" >"$work/schema/api/x/go.json"
	echo '{"title":"Reset","method":"POST","path":"/__admin/reset","access":"admin",
		"confidence":"inferred","body":"none","status":204}' >"$work/schema/admin/reset.json"
}

run() {
	"$mkops" "$work/schema" "$work/out.c" "$@" >"$work/stdout" 2>"$work/stderr"
}

# envelope MEMBERS: a good envelope with MEMBERS put in; a member given there replaces the good one.
envelope() {
	result="{$1"
	for pair in 'title|"Go"' 'method|"POST"' 'path|"/api/{serviceId}/x/go"' 'access|"service"' \
		'right|"USE_SERVICE"' 'confidence|"live"' 'body|"required"' 'request|{"type":"object"}' \
		'results|[]'; do
		name=${pair%%|*}
		case "$1" in
		*"\"$name\":"*) ;;
		*) result="$result${separator-}\"$name\":${pair#*|}" && separator=, ;;
		esac
	done
	unset separator
	printf '%s}' "$result"
}

# refused MEMBERS MESSAGE: an envelope with MEMBERS (ending in a comma) must be refused so.
refused() {
	prepare "$(envelope "$1")"
	if run api/x/go.json; then
		fail "accepted: $1"
	elif [ "$(cat "$work/stderr")" != "mkops: $2" ]; then
		fail "$1 is refused with: $(cat "$work/stderr")"
	fi
}

# missing NAME: the same for an envelope without that member.
missing() {
	prepare "$(envelope '' | sed "s/\"$1\":\(\"[^\"]*\"\|\[[^]]*\]\|{[^{}]*}\),\{0,1\}//; s/,}\$/}/")"
	if run api/x/go.json; then
		fail "accepted without $1"
	elif [ "$(cat "$work/stderr")" != "mkops: api/x/go.json#/$1: is missing" ]; then
		fail "without $1: $(cat "$work/stderr")"
	fi
}

refused '"colour":1,' 'api/x/go.json#/colour: unknown member'
refused '"title":1,' 'api/x/go.json#/title: must be a string with something in it'
refused '"title":"",' 'api/x/go.json#/title: must be a string with something in it'
refused '"method":"PATCH",' 'api/x/go.json#/method: must be GET or POST or PUT or DELETE'
refused '"path":"api/x",' 'api/x/go.json#/path: must begin with a slash'
refused '"path":"/api//x",' 'api/x/go.json#/path: has a segment that is neither plain nor {name}'
refused '"path":"/api/{}",' 'api/x/go.json#/path: has a segment that is neither plain nor {name}'
refused '"v2":1,' 'api/x/go.json#/v2: must be a string with something in it'
refused '"v2":"/api/{s}/x/go",' 'api/x/go.json: api/x/go.json has the path /api/{serviceId}/x/go too'
refused '"variants":1,' 'api/x/go.json#/variants: must be a list'
refused '"variants":[1],' 'api/x/go.json#/variants/0: must be an object'
refused "$route"'"variants":[{"method":"GET","path":"/a","x":1}],' \
	'api/x/go.json#/variants/0/x: unknown member'
refused "$route"'"variants":[{"method":"GET"}],' 'api/x/go.json#/variants/0/path: is missing'
refused '"access":"all",' 'api/x/go.json#/access: must be open or service or organization or admin or process'
refused '"access":"open",' 'api/x/go.json#/right: goes with access "service" or "organization" only'
refused '"confidence":"sure",' 'api/x/go.json#/confidence: must be live or documented or inferred'
refused '"body":"maybe",' 'api/x/go.json#/body: must be none or optional or required or bytes'
refused '"body":"none",' 'api/x/go.json#/request: needs a body to check'
refused '"further":1,' 'api/x/go.json#/further: must be true or false'
refused '"forms":1,' 'api/x/go.json#/forms: must be true or false'
refused '"request":{"typ":1},' 'api/x/go.json#/request/typ: unknown keyword'
refused '"response":{"items":1},' \
	'api/x/go.json#/response/items: a schema must be an object, true or false'
refused '"query":{"$ref":"common/none.json"},' \
	'api/x/go.json#/query/$ref: cannot load "common/none.json": No such file or directory'
refused '"query":{"$ref":"api/x/go.json#/request"},' \
	'api/x/go.json#/query/$ref: cannot load "api/x/go.json": only files in common/ can be shared'
refused '"query":{"$ref":"#/title"},' 'api/x/go.json#/title: a schema must be an object, true or false'
refused '"status":404,' 'api/x/go.json#/status: must be an HTTP status from 200 to 299'
refused '"response":{},"responseType":"text/plain",' \
	'api/x/go.json#/response: goes with responseType application/json only'
refused '"results":{},' 'api/x/go.json#/results: must be a list'
refused '"results":[{"when":"x"}],' 'api/x/go.json#/results/0/resultCode: is missing'
refused '"results":[{"resultCode":"A1","when":"x"}],' \
	'api/x/go.json#/results/0/resultCode: must be A or M and six digits'
refused '"results":[{"resultCode":"A000001","when":"x\u00e9"}],' \
	'api/x/go.json#/results/0/when: must be plain ASCII'
refused '"results":[{"resultCode":"A000001","when":"x\n"}],' \
	'api/x/go.json#/results/0/when: must be plain ASCII'
refused '"results":[{"resultCode":"A000001","when":"'"$(printf '%301s' x)"'"}],' \
	'api/x/go.json#/results/0/when: must have at most 300 bytes'
refused '"results":[{"resultCode":"A000001","when":"x","actions":[1]}],' \
	'api/x/go.json#/results/0/actions: must be a list of strings'
actions='"resultCode":"A000001","when":"x","actions":["OK"]'
refused '"results":[{'"$actions"',"samples":1}],' 'api/x/go.json#/results/0/samples: must be an object'
refused '"results":[{'"$actions"',"samples":{"OK":1}}],' \
	'api/x/go.json#/results/0/samples/OK: must be an object'
refused '"results":[{'"$actions"',"samples":{"NO":{}}}],' \
	"api/x/go.json#/results/0/samples/NO: is none of the result's actions"
refused '"results":[{'"$actions"'},{'"$actions"'}],' \
	'api/x/go.json#/results/1/resultCode: is there already'
refused '"results":[{'"$actions"',"unreachable":1}],' \
	'api/x/go.json#/results/0/unreachable: must be a string with something in it'
refused '"results":[{"include":"common/seed.json"}],' \
	'api/x/go.json#/results/include: must lie in common/results/'
refused '"results":[{"include":"common/results/none.json"}],' \
	'api/x/go.json#/results/include: No such file or directory'
refused '"request":{"properties":{"a":{"x-refusals":{"required":{"status":200,"resultCode":"A000002","message":"x"}}}}},' \
	'api/x/go.json: a member is refused with A000002, which is none of the results'
refused '"request":{"x-differs":1},' 'api/x/go.json#/request/x-differs: must be an object'
refused '"request":{"x-differs":{"a":"b"}},' 'api/x/go.json#/request/x-differs/a: must begin with a slash'
refused '"request":{"x-differs":{"/a":1}},' 'api/x/go.json#/request/x-differs/~1a: must be a string'
refused '"request":{"readOnly":1},' 'api/x/go.json#/request/readOnly: must be true or false'
refused '"differs":1,' 'api/x/go.json#/differs: must be an object'
refused '"differs":{"a":1},' 'api/x/go.json#/differs: must hold a string for each difference'
refused '"runs":"api/x/stop",' \
	'api/x/go.json#/runs: must be the file, without .json, of an operation that runs itself'
refused '"runs":"api/x/go",' \
	'api/x/go.json#/runs: must be the file, without .json, of an operation that runs itself'
refused '"response":{"required":["a"]},"results":[{'"$actions"'}],' \
	'api/x/go.json#/results/0/samples/OK: the reply would break the response at /a: a value'
refused '"response":{"additionalProperties":true,"properties":{"a":{"type":"string"}}},"results":[
	{'"$actions"',"samples":{"OK":{"a":1}}}],' \
	'api/x/go.json#/results/0/samples/OK: the reply would break the response at /a: a string'
for name in title method path access right confidence body request results; do
	missing $name
done

prepare '{"title":'
run api/x/go.json && fail "broken JSON is accepted"
[ "$(cat "$work/stderr")" = "mkops: api/x/go.json: line 1: the text ends where a value is expected" ] ||
	fail "broken JSON: $(cat "$work/stderr")"

prepare "$(envelope '')"
run api/x/go.json --built api/x/stop && fail "a C file without a schema is accepted"
[ "$(cat "$work/stderr")" = "mkops: server/api/x/stop.c has no schema file schema/api/x/stop.json" ] ||
	fail "a C file without a schema: $(cat "$work/stderr")"
run api/x/go.json api/y/go.json && fail "a missing file is accepted"
run api/x/go.json api/x_go.json && fail "two operations of one symbol are accepted"
[ "$(cat "$work/stderr")" = "mkops: api/x_go.json: api/x/go.json makes the function op_x_go too" ] ||
	fail "one symbol: $(cat "$work/stderr")"
cp "$work/schema/api/x/go.json" "$work/schema/api/x/twin.json"
run api/x/go.json api/x/twin.json && fail "two operations of one path are accepted"
rm "$work/schema/common/seed.json"
run api/x/go.json && fail "a directory without common/seed.json is accepted"
"$mkops" >/dev/null 2>&1
[ $? = 2 ] || fail "no arguments are not a usage error"

# Included results get actions by class; an operation that runs another has its function and results;
# what tests reach is marked.
prepare "$(envelope '"results":[{"include":"common/results/some.json","actions":{"3":["BAD"]}}],')"
mkdir "$work/schema/common/results"
some() {
	echo '[{"resultCode":"A000101","when":"a"},{"resultCode":"A000302","when":"b"'"$1"'}]' \
		>"$work/schema/common/results/some.json"
}
some ''
envelope '"path":"/api/{serviceId}/x/twin",' | sed 's/,"results":\[\]/,"runs":"api\/x\/go"/' >"$work/schema/api/x/twin.json"
echo '{"POST x/go":["A000302"],"POST x/gone":["A000001"]}' >"$work/covered.json"
if run api/x/go.json api/x/twin.json --built api/x/go --covered "$work/covered.json"; then
	[ "$(grep -c '.run = op_x_go' "$work/out.c")" = 2 ] || fail "x/twin does not run op_x_go"
	grep -A1 '"A000302"' "$work/out.c" | tr -d '\n' | grep -q '"BAD", NULL' || fail "included results lack their actions"
	[ "$(grep -c '{"A000101", (const char \*const\[\]){NULL}' "$work/out.c")" = 2 ] || fail "a class without actions has some"
	[ "$(grep -c '"A000302".*, 1},' "$work/out.c")" = 1 ] || fail "tested results are not marked"
else
	fail "included results are refused: $(cat "$work/stderr")"
fi
run api/x/go.json api/x/twin.json --built api/x/go api/x/twin && fail "runs beside a C file is accepted"
[ "$(cat "$work/stderr")" = "mkops: api/x/twin.json#/runs: is for operations without a C file" ] ||
	fail "runs beside a C file: $(cat "$work/stderr")"
some ',"actions":["X"],"samples":{"X":{"y":1}}'
run api/x/go.json || fail "an included result with actions of its own is refused: $(cat "$work/stderr")"
grep -A1 '"A000302"' "$work/out.c" | tr -d '\n' | grep -q '"X", NULL' || fail "an included result lacks its own actions"
some ',"samples":{"BAD":{"y":1}}'
run api/x/go.json && fail "an included result with samples for the actions of others is accepted"
[ "$(cat "$work/stderr")" = "mkops: api/x/go.json#/results/0/common/results/some.json/1/samples: are for a result with actions of its own" ] ||
	fail "samples in a list: $(cat "$work/stderr")"

some ''
envelope '"results":[{"include":"common/results/some.json","unreachable":{"A000302":"Another answers."}}],' >"$work/schema/api/x/go.json"
run api/x/go.json || fail "an included result that is unreachable is refused: $(cat "$work/stderr")"
grep -A3 '"A000302"' "$work/out.c" | grep -q 'Another answers' || fail "an included result is not marked as unreachable"
envelope '"results":[{"include":"common/results/some.json","unreachable":"None of them."}],' >"$work/schema/api/x/go.json"
some ',"unreachable":"Its own reason."'
run api/x/go.json || fail "one reason for a whole list is refused: $(cat "$work/stderr")"
grep -A3 '"A000101"' "$work/out.c" | grep -q 'None of them' || fail "the reason for a list does not reach all of it"
grep -A3 '"A000302"' "$work/out.c" | grep -q 'Its own reason' || fail "the reason for a list takes the place of another"
some ''
envelope '"results":[{"include":"common/results/some.json","unreachable":{"A000303":"x"}}],' >"$work/schema/api/x/go.json"
run api/x/go.json && fail "an unreachable code that is not included is accepted"
[ "$(cat "$work/stderr")" = "mkops: api/x/go.json#/results/0/unreachable: names a code that is not included" ] ||
	fail "an unreachable code that is not included: $(cat "$work/stderr")"

# A good directory: C that compiles, JSON that can be read.
prepare "$(envelope "$route"'"v2":"/api/x/go","forms":true,"response":{"$ref":"common/seed.json#/definitions/code"},
	"variants":[{"method":"GET","path":"/api/{serviceId}/x/{go}"}],')"
if run api/x/go.json admin/reset.json --built api/x/go --version 7.8; then
	for word in '.name = "x/go"' '.run = op_x_go' '.name = "__admin/reset"' 'schema_seed = &nodes' 'schema_client = &nodes'; do
		grep -qF -e "$word" "$work/out.c" || fail "the C file lacks: $word"
	done
	grep -q op_admin_reset "$work/out.c" && fail "an operation that is not built has a function"
	cat >"$work/main.c" <<-'END'
		#include <stdio.h>
		#include "op.h"
		OPERATION(x_go)
		{
			return c != NULL;
		}
		int main(void)
		{
			return printf("%.*s", (int)openapi_document_size, openapi_document) < 0;
		}
	END
	${CC:-cc} -std=gnu17 -I"$root/server" -I"$root" -o "$work/main" "$work/main.c" "$work/out.c" ||
		fail "the C file does not compile"
	"$work/main" >"$work/openapi.json"
	if command -v python3 >/dev/null; then
		python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert d["openapi"] == "3.1.0" and d["info"]["version"] == "7.8"
assert set(d["paths"]) == {"/api/{serviceId}/x/go", "/api/x/go", "/api/{serviceId}/x/{go}",
    "/__admin/reset"}
assert d["components"]["schemas"]["x_go.response"] == {"$ref": "#/components/schemas/seed.code"}
assert "204" in d["paths"]["/__admin/reset"]["post"]["responses"]
assert set(d["paths"]["/api/x/go"]["post"]["requestBody"]["content"]) == {
    "application/json", "application/x-www-form-urlencoded"}' "$work/openapi.json" ||
			fail "the OpenAPI document is not as it should be"
	else
		echo "skipped: a look into the OpenAPI document, which needs python3"
	fi
else
	fail "a good directory is refused: $(cat "$work/stderr")"
fi

[ $failures = 0 ] && echo "mkops: all good"
exit $((failures != 0))
