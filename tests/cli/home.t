#!/bin/sh
# home: where the registry lies that nobody named, and that git does not take it in.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

fresh() {
	chmod -R u+w . 2>/dev/null
	rm -rf ./* .berth .git
	mkdir -p top/fleet
	cp -R "$TOP/fixtures/fleets/six/fleet/." top/fleet
	chmod -R u+w top
}
migrated() { migrate -q -y --no-host-check "$@" >said 2>&1; }

made() {
	fresh
	cd top && migrated fleet || return 1
	[ -f .berth/berth.db ] && [ -f .berth/berth.db.runs ] && [ ! -e berth.db ] || return 1
	[ "$(stat -c %a .berth)" = 700 ] && [ "$(cat .berth/.gitignore)" = '*' ]
}
check 'it is made in the working folder, for its owner alone' made
cd "$WORK" || exit 2
untracked() {
	fresh
	cd top && git init -q . && migrated fleet && git add -A && ! git status --porcelain | grep -q berth
}
if command -v git >/dev/null; then
	check 'git add -A does not take it in' untracked
else
	check 'git add -A does not take it in # SKIP no git' true
fi
cd "$WORK" || exit 2
upwards() {
	fresh
	cd top && migrated fleet && cd fleet/openai*/app1 || return 1
	[ "$(apply --runs | wc -l)" = 2 ] && [ ! -e .berth ] && report -q allocations </dev/null | grep -q ',5001,' &&
		apply --undo >undone && grep -q ^restored undone
}
check 'it is found from a folder below' upwards
cd "$WORK" || exit 2
from_root() {
	fresh
	(cd top && migrated fleet && apply -q --undo >undone) || return 1
	mkdir elsewhere && cd elsewhere && migrate -y --no-host-check ../top/fleet >said 2>&1 || return 1
	[ ! -e .berth ] && grep -q 'apply --undo --db ../top/fleet/../.berth/berth.db$' said && [ "$(apply --runs --db ../top/.berth/berth.db | wc -l)" = 3 ]
}
check 'and from elsewhere above the root, which the hints then name' from_root
cd "$WORK" || exit 2
old() {
	fresh
	cd top && migrated --db berth.db fleet && apply -q --undo --db berth.db >undone && migrated fleet && [ ! -e .berth ] &&
		[ "$(apply --runs --db berth.db | wc -l)" = 3 ]
}
check 'a berth.db in the working folder goes on working' old
cd "$WORK" || exit 2
named() {
	fresh
	cd top && mkdir .berth && BERTH_DB=env.db migrated fleet && [ -f env.db ] && apply -q --undo --db env.db >undone &&
		migrated --db opt.db fleet && [ -f opt.db ] && [ -z "$(ls -A .berth)" ]
}
check '--db and BERTH_DB go before it' named
cd "$WORK" || exit 2
untouched() {
	fresh
	cd top && scan -q fleet | plan -q -n --no-host-check >plan && report -q conflicts fleet >said
	migrate -n -q --no-host-check fleet >said && [ ! -e .berth ]
}
check 'what only looks makes none' untouched
cd "$WORK" || exit 2
foreign() {
	fresh
	chmod 755 . && mkdir -m 755 .berth && chown 1234 .berth && cd top || return 1
	setpriv --reuid 4321 --clear-groups true 2>/dev/null || return 0
	chown -R 4321 . && setpriv --reuid 4321 --clear-groups "$BERTH_BIN/migrate" -q -y --no-host-check fleet && [ -f .berth/berth.db ]
}
if [ "$(id -u)" = 0 ]; then
	for_others
	check "another user's is passed over" foreign
else
	check "another user's is passed over # SKIP not root" true
fi
cd "$WORK" || exit 2
done_testing
