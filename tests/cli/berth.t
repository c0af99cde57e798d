#!/bin/sh
# berth: the front finds its tools, answers for itself and says what to do about a wrong word.
# SPDX-License-Identifier: MIT
LC_ALL=C
export LC_ALL
case ${BERTH_BIN:=bin} in /*) ;; *) BERTH_BIN=$PWD/$BERTH_BIN ;; esac
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

n=0
ok() {	# ok STATUS-OF-CHECK NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; sed 's/^/# /' out err; fi
}
# run EXPECTED-STATUS COMMAND…: stdout in out, stderr in err
run() {
	want=$1; shift
	got=0
	"$@" >out 2>err </dev/null || got=$?
	[ "$got" -eq "$want" ]
}

run 2 "$BERTH_BIN/berth"; s=$?
grep -q 'no tool named' err || s=1
[ ! -s out ] || s=1
ok $s "no tool: one line on stderr, status 2"

run 0 "$BERTH_BIN/berth" --help; s=$?
for tool in scan plan apply report migrate new; do grep -q "^  $tool " out || s=1; done
[ ! -s err ] || s=1
ok $s "--help lists the tools on stdout"

# What people type first: answered, or told the line that works.
mkdir -p 'my apps/m/app1' 'my apps/m/app2'
for app in 1 2; do
	printf 'services:\n  web:\n    image: x\n    ports: ["8080:80"]\n' >"my apps/m/app$app/compose.yaml"
done
answers() {	# answers STATUS TEXT WORD…: berth WORD… ends with STATUS and says TEXT on stdout or stderr
	want=$1 text=$2
	shift 2
	run "$want" "$BERTH_BIN/berth" "$@" && grep -qF -e "$text" out err
	ok $? "berth $*"
}
answers 1 'port,8080/tcp,m,2,' report conflicts 'my apps'
answers 1 'port,8080/tcp,m,2,' -C 'my apps' report conflicts .
answers 1 '<!DOCTYPE html>' report --format html 'my apps'
answers 1 'wrote ' report all --out pages 'my apps'
answers 0 ',8080,8081,port,' plan --dry-run --no-host-check 'my apps'
answers 2 "'my apps' is a folder: berth report conflicts 'my apps'" report 'my apps'
answers 2 "one folder at a time" report conflicts 'my apps' 'my apps'
answers 2 "the report comes first: berth report conflicts 'my apps'" report 'my apps' conflicts
answers 2 "is a report: berth report conflicts 'my apps'" conflicts 'my apps'
answers 2 "is a report: berth report ports FOLDER" ports
answers 2 "berth migrate 'my apps'" 'my apps'
answers 2 "berth plan 'my apps' | berth apply" apply 'my apps'
answers 2 'berth report conflicts FOLDER' report
answers 2 'berth migrate FOLDER'
rm -rf 'my apps' pages

run 2 "$BERTH_BIN/berth" scna; s=$?
grep -q "did you mean 'scan'" err || s=1
ok $s "a mistyped tool is answered with the nearest one"

for word in "--verison --version" "verison version" "--hlep --help" "hepl help" "--scan scan"; do
	run 2 "$BERTH_BIN/berth" "${word% *}"; s=$?
	grep -q "did you mean '${word#* }'" err || s=1
	ok $s "${word% *} is answered with ${word#* }"
done

run 2 "$BERTH_BIN/berth" migrate --container-port folow sub; s=$?
[ "$(cat err)" = "migrate: --container-port takes follow or leave, not 'folow'; did you mean follow?" ] || s=1
ok $s "a wrong word for another tool is told before anything is run"

run 2 "$BERTH_BIN/berth" -C; s=$?
grep -q 'needs a folder' err || s=1
ok $s "-C without a folder says what it needs"

run 0 "$BERTH_BIN/berth" help help; s=$?
grep -q '^usage: berth ' out || s=1
ok $s "help help is help"

run 0 "$BERTH_BIN/berth" --version; s=$?
grep -Eq '^berth [0-9]+\.[0-9]+\.[0-9]+$' out || s=1
ok $s "--version"

for tool in scan plan apply report migrate new; do
	run 0 "$BERTH_BIN/berth" "$tool" --help; s=$?
	grep -q "^usage: berth $tool " out || s=1
	grep -q '^Exit status:' out || s=1
	ok $s "berth $tool --help"
	cp out direct
	run 0 "$BERTH_BIN/berth" help "$tool"; s=$?
	cmp -s out direct || s=1
	ok $s "berth help $tool says the same"
	run 0 "$BERTH_BIN/berth" "$tool" --version; s=$?
	grep -q "^berth $tool " out || s=1
	ok $s "berth $tool --version"
	run 2 "$BERTH_BIN/berth" "$tool" --no-such-option; s=$?
	[ "$(wc -l <err)" -eq 1 ] || s=1
	grep -q "^$tool: no option --no-such-option" err || s=1
	[ ! -s out ] || { [ "$tool" = scan ] && [ "$(cut -c 1-13 out)" = record,model, ]; } || s=1	# a header ends who reads it
	ok $s "berth $tool: a wrong option is one line on stderr, status 2"
done

for tool in scan plan apply report migrate new; do
	run 0 "$BERTH_BIN/berth" "$tool" --help; s=$?
	awk 'length > 110' out | grep . >err && s=1
	ok $s "berth $tool --help is 110 columns wide at most"
done

mkdir sub && echo "services: {}" >sub/compose.yaml
run 0 "$BERTH_BIN/berth" -C sub scan .; s=$?
grep -q "$dir/sub" out || s=1
ok $s "-C enters the folder first"

run 2 "$BERTH_BIN/berth" -C nowhere scan .; s=$?
grep -q 'nowhere' err || s=1
ok $s "-C of no folder is refused by name"

run 2 "$BERTH_BIN/berth" migrate a b; s=$?
grep -q "'b' is a second one" err || s=1
ok $s "migrate takes one fleet"

ln -s "$BERTH_BIN/berth" docker-berth
run 0 ./docker-berth docker-cli-plugin-metadata; s=$?
grep -q '"SchemaVersion":"0.1.0"' out || s=1
ok $s "as docker-berth it tells docker what it is"

run 0 ./docker-berth berth scan sub; s=$?
grep -q "$dir/sub" out || s=1
ok $s "as docker-berth it takes its own name as docker gives it"

run 0 ./docker-berth -D --context far -l debug berth scan sub; s=$?
grep -q "$dir/sub" out || s=1
ok $s "as docker-berth it takes the client's own options before its name"
run 0 ./docker-berth __complete berth cut; s=$?
grep -q "^cutover	bring" out && grep -qx :4 out || s=1
ok $s "as docker-berth it completes a tool"
run 0 ./docker-berth __complete berth scan --ho; s=$?
grep -q "^--host	what this host holds" out && grep -qx :4 out || s=1
ok $s "as docker-berth it completes an option"

if command -v docker >/dev/null; then
	mkdir -p docker/cli-plugins
	ln -s "$BERTH_BIN/berth" docker/cli-plugins/docker-berth
	run 0 env DOCKER_CONFIG="$dir/docker" docker berth scan sub; s=$?
	grep -q "$dir/sub" out || s=1
	ok $s "docker berth scan"
	run 0 docker --config "$dir/docker" -D -H unix:///nowhere berth scan sub; s=$?
	grep -q "$dir/sub" out || s=1
	ok $s "docker OPTIONS berth scan"
	run 0 docker --config "$dir/docker" __complete berth cut; s=$?
	grep -q ^cutover out || s=1
	ok $s "docker berth <TAB>"
else
	n=$((n + 1)); echo "ok $n - docker OPTIONS berth scan # SKIP there is no docker client here"
	n=$((n + 1)); echo "ok $n - docker berth <TAB> # SKIP there is no docker client here"
	n=$((n + 1)); echo "ok $n - docker berth scan # SKIP there is no docker client here"
fi

echo "1..$n"
