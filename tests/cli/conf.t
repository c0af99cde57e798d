#!/bin/sh
# conf: the file of options beside the registry, for every tool that reads it.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
unset BERTH_CONFIG

# app FOLDER PORT: an app that publishes PORT and has a name of its own.
app() {
	mkdir -p "$1"
	printf 'services:\n  web:\n    image: x\n    ports: ["%s:80"]\n' "$2" >"$1/compose.yaml"
}

# conf LINE…: the file of options.
conf() {
	mkdir -p -m 700 .berth
	printf '%s\n' "$@" >.berth/berth.conf
}

# ports FILE: the ports that a plan writes.
ports() {
	awk -F, '$1 == "replace" && $14 == "port" { print $13 }' "$1" | tr '\n' ' '
}

app apps/a 7000
app apps/b 7000
app apps/m/app1 7100
app apps/n/app2 7200

remembered() {
	conf '# what holds for this host' 'keep-project-names' '' 'reserve 7001-7004   # the old wiki' 'reserve=7005'
	scan -q apps | plan -q --no-host-check -n >got.csv
	[ "$(ports got.csv)" = '7006 ' ] && ! grep -q project-name got.csv
}
check "scan and plan take the options of the file, and repeated ones add up" remembered

wins() {
	conf 'keep-project-names' 'reserve 7001-7004' 'range 7000-7999' 'renumber' 'no-host-check'
	scan -q apps | plan -q -n --no-keep-project-names --range 7000-7500 --reserve 7005 --keep >got.csv &&
	    [ "$(ports got.csv)" = '7006 ' ] && grep -q project-name got.csv &&
	    scan -q apps | plan -q -n --no-reserve >got.csv && [ "$(ports got.csv)" = '7001 ' ] &&
	    scan -q apps | plan -q -n --no-config --no-host-check --no-keep-project-names >got.csv
}
check "the command line wins: values, --no-NAME for each option, --keep over renumber, --no-config" wins

switches() {
	conf 'no-host-check' 'allow-bad-ports'
	scan -q apps | plan -v -n --host-check --no-allow-bad-ports 2>err >/dev/null
	grep -qx 'plan: .berth/berth.conf:1: no-host-check (not so: the command line says otherwise)' err &&
	    grep -qx 'plan: .berth/berth.conf:2: allow-bad-ports (not so: the command line says otherwise)' err &&
	    scan -q apps | plan -v -n 2>err >/dev/null
	grep -qx 'plan: .berth/berth.conf:1: no-host-check' err
}
check "the contrary of a switch is said with or without no-, and --verbose tells each line that counts or not" switches

seen() {
	conf 'layout "(?<model>[a-z]+)/app(?<app_num>[0-9]+) #$" # ours' 'spreadsheet-safe'
	scan -v apps 2>err >/dev/null
	grep -qx 'scan: .berth/berth.conf:1: layout (?<model>\[a-z\]+)/app(?<app_num>\[0-9\]+) #\$' err &&
	    ! grep -q spreadsheet err && report -v ports apps 2>err >/dev/null
	grep -qx 'report: .berth/berth.conf:2: spreadsheet-safe' err
}
check "each tool takes its own, a value may stand in quotes, and a # is no comment there" seen

accepted() {
	conf 'accept shared'
	echo 'a b 7000/tcp # on purpose' >.berth/shared
	report -q conflicts apps >/dev/null && scan -q apps | report -q conflicts >/dev/null &&
	    (cd apps/a && report -q conflicts .. >/dev/null) && ends 1 report -q --no-accept conflicts apps >/dev/null &&
	    ends 1 report -q --no-config conflicts apps >/dev/null &&
	    scan -q apps | plan -q -n --no-host-check >got.csv && [ -z "$(ports got.csv)" ]
}
check "a file that the file names lies beside it, wherever the tool is called; report has its own" accepted

migrated() {
	conf 'keep-project-names' 'accept shared' 'vcs' 'host-check' 'no-host-check'
	echo 'a b 7000/tcp # on purpose' >.berth/shared
	cp -R apps fleet && mkdir fleet/.git && app fleet/.git/c 7000
	berth migrate --dry-run fleet 2>err >/dev/null
	grep -qx 'migrate: options of .berth/berth.conf: keep-project-names, accept .berth/shared, vcs, no-host-check' err &&
	    rm -r fleet/.git && berth migrate -y fleet >out 2>err && ! grep -q 'port' fleet/b/.env 2>/dev/null && cmp fleet/b/compose.yaml apps/b/compose.yaml &&
	    ends 0 berth migrate -y --no-accept fleet >out 2>err && grep -q '7001:80' fleet/b/compose.yaml &&
	    ! grep -q name: fleet/m/app1/compose.yaml && berth migrate -y --no-keep-project-names fleet >out 2>err &&
	    [ -n "$(find fleet/m/app1 -name .env)" ] && berth migrate -qy fleet 2>err && ! [ -s err ]
}
check "migrate says which options it takes, hands on what the command line says, and says nothing with -q" migrated

layed() {
	conf 'template tpl' 'reserve 5001'
	mkdir -p .berth/tpl
	printf 'services:\n  backend:\n    image: x\n    ports: ["${BACKEND_PORT}:80"]\n  frontend:\n    image: x\n    ports: ["${FRONTEND_PORT}:80"]\n' >.berth/tpl/compose.yaml
	printf 'BACKEND_PORT={{backend_port|5000}}\nFRONTEND_PORT={{frontend_port|8000}}\n' >.berth/tpl/.env.example
	berth new -q --no-host-check q/app1 q/app1 >out && grep -q '^q,1,5003,8003' out
}
check "new takes its own as well" layed

wrong() {
	conf 'reserve 1' 'keep-project-name'
	says 2 'berth.conf:2: no tool has an option keep-project-name; did you mean keep-project-names?.*--no-config' scan -q apps &&
	    conf '--db x' &&
	    says 2 '.berth/berth.conf:1: db is for a single call' plan -n && conf 'layout' &&
	    says 2 'berth.conf:1: layout needs a value' scan -q apps && conf 'step x' &&
	    scan -q apps >f.csv && says 2 'berth.conf:1: --step takes a number' plan -n f.csv &&
	    conf 'keep yes' && says 2 'berth.conf:1: keep takes no value' plan -n f.csv &&
	    says 2 'migrate: .berth/berth.conf:1: keep takes no value' berth migrate -y apps &&
	    printf 'k\000eep\n' >.berth/berth.conf && says 2 'berth.conf:1: a NUL byte' plan -n f.csv &&
	    ends 0 plan -q -n --no-config --no-host-check f.csv >/dev/null
}
check "an unknown option, one for a single call, a wrong value: file, line and what to do" wrong

# Each value that is a language of its own, and two that exclude one another.
placed() {
	rm .berth/berth.conf
	scan -q apps >f.csv
	while read -r tool line; do
		conf '# a comment' "$line"
		case $tool in
		scan) set -- scan -q apps ;;
		plan) set -- plan -q -n --no-host-check f.csv ;;
		report) set -- report -q ports apps ;;
		migrate) set -- berth migrate -n --no-host-check apps ;;
		esac
		says 2 '^[a-z]*: .berth/berth.conf:2: ' "$@" >/dev/null || { echo "$tool $line"; return 1; }
	done <<-end
		scan layout (
		scan layout abc
		scan backend (
		scan frontend (
		scan host-name a/b
		scan host-alias a/b
		scan projects-from none
		scan project a --frobnicate
		plan range x
		plan reserve x
		plan reserve-from none
		plan priority none
		plan accept none
		plan bind x
		plan bind 0.0.0.0
		report color x
		report accept none
		migrate layout (
		migrate bind x
	end
	conf keep renumber
	says 2 'plan: .berth/berth.conf:2: renumber and the keep of line 1 exclude' plan -n f.csv &&
	    says 2 'migrate: .berth/berth.conf:2: renumber and the keep of line 1' berth migrate -n apps &&
	    ends 0 plan -q -n --no-host-check --keep f.csv >/dev/null && rm .berth/berth.conf &&
	    says 2 'plan: --range .x. is no range' plan -n --range x f.csv
}
check "a value that a tool finds wrong has the line's place, and so do two options that exclude one another" placed

silent() {
	conf 'frobnicate'
	scan -q apps >got.csv 2>/dev/null
	[ $? = 2 ] && [ "$(wc -l <got.csv)" = 1 ] && grep -q '^record,' got.csv &&
	    ends 2 sh -c 'scan -q apps 2>/dev/null | report -q conflicts 2>/dev/null >&2'
}
check "a scan that stops for it is none to those behind it" silent

trusted() {
	conf 'reserve 1'
	chmod o+w .berth/berth.conf
	says 2 'berth.conf: can be written by others.*chmod go-w' scan -q apps >/dev/null && chmod o-w .berth/berth.conf &&
	    ln -s "$PWD/.berth/berth.conf" elsewhere.conf && says 2 'is a symlink' env BERTH_CONFIG=elsewhere.conf scan -q apps >/dev/null &&
	    ends 0 scan -q apps >/dev/null
}
check "the file is believed where a registry would be" trusted

found() {
	conf 'frobnicate'
	mkdir -p far
	printf 'reserve 7001\r\n' >far/other.conf
	printf '\357\273\277reserve 7001' >far/berth.conf
	BERTH_CONFIG= scan -q apps >f.csv && BERTH_CONFIG=far/other.conf plan -q -n --no-host-check --db far/new.db f.csv >got.csv &&
	    [ "$(ports got.csv)" = '7002 ' ] && plan -q --no-host-check --db far/x.db f.csv >got.csv &&
	    [ "$(ports got.csv)" = '7002 ' ] && says 2 'none.conf: cannot read the options that .BERTH_CONFIG names' \
	    env BERTH_CONFIG=none.conf scan -q apps && ends 0 env BERTH_CONFIG= scan -q apps >/dev/null
}
check "BERTH_CONFIG names another or none; --db has the one beside it; CR, BOM and a missing newline are none" found

# Every option that a help tells of is one that the file knows, and one that it lets a tool have is the tool's.
complete() {
	rm -r .berth
	for tool in scan plan report new apply migrate; do
		$tool --help 2>/dev/null >help || berth $tool --help >help
		for opt in $(sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p' help); do
			conf "$opt"
			berth $tool </dev/null 2>err >/dev/null
			! grep -q 'no tool has an option' err || { echo "$tool $opt"; return 1; }
		done
	done
}
check "the file knows every option that there is" complete

# docs/config.md lists for each tool what the file may have: those that the tool takes, and no other. What a tool takes it refuses in the
# wrong form: a value that is missing, or is too many.
listed() {
	mkdir -p -m 700 .berth
	sed -n 's/^| `\([a-z]*\)` | `\(.*\)` |$/\1 \2/p' "$TOP/docs/config.md" | sed 's/`//g; s/,//g' >table
	[ "$(cut -d' ' -f1 table | tr '\n' ' ')" = 'scan plan report new apply ' ] || return 1
	while read -r tool names; do
		berth $tool --help | sed -n 's/^  \(-., \|    \)--\([a-z-]*\)\( [^ ]\)\{0,1\}.*/\2\3/p' >help
		while read -r opt value; do
			[ "$value" ] && conf "$opt" || conf "$opt x"
			berth $tool </dev/null >/dev/null 2>err
			grep -q 'berth.conf:1: .*\(needs a value\|takes no value\)' err && takes=yes || takes=no
			case " $names " in *" $opt "*) told=yes ;; *) told=no ;; esac
			[ $takes = $told ] || { echo "$tool $opt: takes $takes, told $told"; return 1; }
		done <help
		for opt in $names; do grep -q "^$opt\( \|$\)" help || { echo "$tool has no $opt"; return 1; }; done
	done <table
}
check "docs/config.md names for each tool what the file may have" listed

done_testing
