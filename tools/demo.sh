#!/bin/sh
# demo: a broken fleet of a few dozen apps, laid out in a folder of its own, seen, migrated, seen again and taken back.
# SPDX-License-Identifier: MIT
#
# usage: tools/demo.sh FOLDER      FOLDER is made anew; the programs are those in $BERTH_BIN (default: bin)
set -eu
LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${BERTH_BIN:-$here/bin}
demo=${1:?usage: tools/demo.sh FOLDER}
rm -rf "$demo"
mkdir -p "$demo"
cd "$demo"
"$here/tests/fleet.sh" apps 36
unset BERTH_DB
PATH=$bin:$PATH

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
	bold='' plain=''
fi

title() {
	printf '\n%s# %s%s\n' "$bold" "$*" "$plain"
}

# shown COMMAND: prints it as it would be typed and runs it. `berth` finds clashes: status 1 is an answer.
shown() {
	printf '$ %s\n' "$1"
	status=0
	sh -c "$1" || status=$?
	[ $status -le 1 ] || exit $status
}

title "A fleet of $(find apps -name 'docker-compose.yml' -o -name 'compose.yaml' | wc -l) apps that were written one at a time"
shown "ls apps apps/generated/apps"
shown "cat apps/generated/apps/openai_gpt-5-mini-2025-08-07/app2/.env"

title "What clashes (an audit touches nothing)"
shown "berth scan apps | berth report conflicts --format table --width 132 | head -n 24"
shown "berth scan apps | berth report conflicts | tail -n +2 | wc -l"

title "What berth would do: the plan's first rows, and the diff of one app"
shown "berth scan apps > findings.csv"
shown "berth plan --dry-run < findings.csv > plan.csv"
shown "cut -d, -f1-3,6,12- plan.csv | head -n 12"
shown "(head -n 2 plan.csv; grep openai_gpt-5-mini-2025-08-07/app2/ plan.csv) | berth apply --partial --dry-run"

title "The migration"
shown "berth migrate --yes apps"

title "After it"
shown "berth report allocations --format table"
shown "berth scan apps | berth report conflicts --format table"
shown "cat apps/generated/apps/openai_gpt-5-mini-2025-08-07/app2/.env"
shown "berth report summary --format table"

title "A second migration changes nothing, and the first can be taken back"
shown "berth migrate --yes apps"
printf '\nThe fleet stands in %s; every byte comes back with: (cd %s && %s apply --undo)\n' "$demo/apps" "$demo" "$bin/berth"
