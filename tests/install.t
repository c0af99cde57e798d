#!/bin/sh
# install: what make install puts where, that it works from there, and that make uninstall leaves nothing behind.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/cli/lib.sh"
run_make() { env -u BERTH_BIN make -s -C "$TOP" VARIANT="${BERTH_VARIANT:-release}" "$@" DESTDIR="$WORK/dest" PREFIX=/opt/berth; }
berth=$WORK/dest/opt/berth/bin/berth
check "make install" run_make install
check "only berth is where the PATH leads" sh -c 'ls dest/opt/berth/bin | grep -qx berth && [ "$(ls dest/opt/berth/bin | wc -l)" = 1 ]'
check "the tools are in libexec" sh -c 'for t in scan plan apply report migrate new; do [ -x dest/opt/berth/libexec/berth/$t ] || exit 1; done'
check "each man page is there" sh -c "ls '$TOP/docs/man' '$TOP/build/man' | grep '[157]\$' | while read -r p; do [ -f \"dest/opt/berth/share/man/man\${p##*.}/\$p\" ] || exit 1; done"
check "each report is there" sh -c "diff -r '$TOP/reports' dest/opt/berth/share/berth/reports"
cp -R "$TOP/fixtures/fleets/six/fleet" fleet
PATH=/usr/bin:/bin
check "it migrates from there" "$berth" migrate --yes --no-host-check fleet
check "it finds its reports from there" sh -c "'$berth' report allocations | diff - '$TOP/fixtures/fleets/six/allocations.csv'"
check "in any folder, by any name" sh -c "mkdir away && ln -s '$berth' away/b && cd away && ./b scan ../fleet | ./b report conflicts"
check "make uninstall" run_make uninstall
check "leaves nothing behind, not even a folder" sh -c '[ ! -e dest ]'

# A PREFIX of the system's own, and names with blanks.
run_make() { env -u BERTH_BIN make -s -C "$TOP" VARIANT="${BERTH_VARIANT:-release}" "$@" DESTDIR="$WORK/a stage" PREFIX=/usr; }
mkdir -p "a stage/usr/share/man/man1" "a stage/usr/bin" && touch "a stage/usr/bin/other"
check "make install PREFIX=/usr, through a path with a blank" run_make install
check "all of it is below PREFIX" sh -c '[ "$(ls "a stage")" = usr ]'
check "it runs" "a stage/usr/bin/berth" migrate --yes --no-host-check --dry-run fleet
check "docker finds it as a plugin" sh -c '"a stage/usr/libexec/docker/cli-plugins/docker-berth" docker-cli-plugin-metadata | grep -q SchemaVersion'
check "make install again" run_make install
echo mine >"a stage/usr/share/berth/reports/mine.sql"
check "make uninstall, after that" run_make uninstall
printf './usr/%s\n' bin/other share/berth/reports/mine.sql share/man/man1 >left
check "leaves what was there before and what others put there" sh -c '(cd "a stage" && find . ! -type d -o -type d -empty) | sort | diff left -'
check "a second make uninstall has nothing to do" run_make uninstall
check "PREFIX has to be absolute" sh -c "! env -u BERTH_BIN make -s -C '$TOP' VARIANT='${BERTH_VARIANT:-release}' install PREFIX=here DESTDIR='$WORK/no' 2>&1 && [ ! -e no ]"
done_testing
