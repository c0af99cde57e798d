#!/bin/sh
# situations: fleets as people reported them, each migrated, migrated again and taken back.
# SPDX-License-Identifier: MIT
#
# usage: tests/cli/situations.t [NAME…]      REMAKE=1: the rows are those of today; then look at `git diff`
#
# fixtures/situations/NAME holds:
#   about.md    what is found and what is right, for people
#   fleet/      the fleet as it is found; prepare.sh, where there is one, is run in a copy of it (links, modes)
#   after/      the files that the migration changes or makes, as they have to be afterwards; no folder: none
#   rows        of the migration: the rows of the plan with their places and words, of the registry and of the results
#   expect      what the tools are asked and have to answer, a line each:
#                 scan OPTION…, plan OPTION…      options, for the one program
#                 status N                        of plan (0, where nothing is said)
#                 says WHAT TEXT                  the answer WHAT has TEXT in one of its lines
#                 silent WHAT TEXT                it has not
#               WHAT is `plan` (its stream), `words` (what scan, plan and apply say to people) or the name of a report
#               over the findings before the migration; `after NAME` is that report over the findings after it.
# Beside that, of each: what Docker Compose (BERTH_COMPOSE, where it is set) takes before, it takes afterwards; a second
# migration changes nothing; the undo gives every byte back.
. "$(dirname "$0")/lib.sh"
here=$TOP/fixtures/situations

# asked PROGRAM: the options that `expect` has for it.
asked() {
	sed -n "s/^$1 //p" "$here/$situation/expect" 2>/dev/null
}

# migrated FOLDER ROUND: the pipe over it. Its streams and words are in ROUND.*; a status of 2 of any program is an error.
migrated() {
	eval "scan -q $(asked scan) \"\$1\"" >"$2.findings" 2>"$2.words" || [ $? = 1 ] || return 1
	eval "plan -q --no-host-check --db berth.db $(asked plan) \"\$2.findings\"" >"$2.plan" 2>>"$2.words"
	echo $? >"$2.status"
	[ "$(cat "$2.status")" -le 1 ] || return 1
	apply -q --db berth.db "$2.plan" >"$2.results" 2>>"$2.words" || [ $? = 1 ]
}

# whole NAME: the fleet is migrated into what `after` says, and `plan` ends as it should.
whole() {
	migrated apps first || { cat first.words; return 1; }
	same wanted apps || return 1
	want=$(sed -n 's/^status //p' "$here/$situation/expect" 2>/dev/null)
	[ "$(cat first.status)" = "${want:-0}" ] || { cat first.words first.plan; echo "plan ends with $(cat first.status)"; return 1; }
}

# rows: plan, registry and results have the rows that they have to have.
rows() {
	recorded >first.rows
	[ -z "$REMAKE" ] || cp first.rows "$here/$situation/rows"
	diff "$here/$situation/rows" first.rows
}

# recorded: those rows, without what is of the streams themselves or of today.
recorded() {
	sed -e '/^action,/d' -e '/^fleet,/d' -e 's/,*$//' first.plan
	for columns in "model, app_num, backend_port, frontend_port FROM port_configurations" "* FROM berth_apps" "* FROM berth_ports" \
		"* FROM berth_former" "* FROM berth_names"; do
		echo "SELECT $columns ORDER BY 1, 2, 3, 4;"
	done | sqlite3 berth.db 2>&1 | sed "s|$PWD/||"
	sed -e 1d -e 's/,*$//' first.results
}

# answer WHAT: its file, made where it is not there yet.
answer() {
	case $1 in
	plan) echo first.plan; return ;;
	words) echo first.words; return ;;
	after\ *) report=${1#after } findings=after.findings ;;
	*) report=$1 findings=first.findings ;;
	esac
	[ -f "$findings" ] || eval "scan -q $(asked scan) apps" >"$findings" 2>/dev/null
	[ -f "$findings.$report" ] || report -q --format csv "$report" <"$findings" >"$findings.$report" || [ $? = 1 ] || return 1
	echo "$findings.$report"
}

# line VERB WHAT TEXT: one line of `expect`.
line() {
	file=$(answer "$2") || return 1
	case $1 in
	says) grep -qFe "$3" "$file" || { cat "$file"; return 1; } ;;
	silent) ends 1 grep -Fe "$3" "$file" ;;
	esac
}

# taken FILE: the folders below apps that Compose takes, one a line.
taken() {
	find apps -name '*.y*ml' -o -name .env | sed 's|/[^/]*$||' | sort -u | while read -r folder; do
		(cd "$folder" && env -i PATH="$PATH" HOME=/nonexistent "$BERTH_COMPOSE" config -q </dev/null >/dev/null 2>&1) &&
		    echo "$folder"
	done >"$1"
}

valid() {
	taken taken.after
	ends 1 grep -vxFf taken.after taken.before
}

settled() {
	cp -R -P apps once
	migrated apps second && same once apps && ! grep -vE '^(action|fleet|end|problem|note)' second.plan
}

undone() {
	if ! same before apps >/dev/null; then apply -q --undo --db berth.db >/dev/null || return 1; fi
	same before apps
}

for situation in ${*:-$(cd "$here" && ls)}; do
	rm -rf apps wanted before once berth.db* first.* second.* after.* taken.*
	cp -R -P "$here/$situation/fleet" before
	for of in apps wanted; do cp -R -P before $of; done
	[ ! -d "$here/$situation/after" ] || cp -R -P "$here/$situation/after/." wanted
	if [ -f "$here/$situation/prepare.sh" ]; then
		for of in before apps wanted; do (cd $of && sh "$here/$situation/prepare.sh"); done
	fi
	[ -z "$BERTH_COMPOSE" ] || taken taken.before
	check "$situation: every file as it has to be" whole
	[ -z "$REMAKE" ] && [ ! -f "$here/$situation/rows" ] || check "$situation: every row as it has to be" rows
	[ ! -f "$here/$situation/expect" ] || while read -r verb what; do
		case $verb in
		says | silent)
			case $what in
			after\ *) rest=${what#after } report="after ${rest%% *}" text=${rest#* } ;;
			*) report=${what%% *} text=${what#* } ;;
			esac
			check "$situation: $verb $what" line "$verb" "$report" "$text" ;;
		esac
	done <"$here/$situation/expect"
	[ -z "$BERTH_COMPOSE" ] || check "$situation: Compose takes what it took" valid
	check "$situation: a second migration changes nothing" settled
	check "$situation: taken back byte for byte" undone
done
done_testing
