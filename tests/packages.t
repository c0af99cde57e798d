#!/bin/sh
# packages: what is missing is named everywhere, installed on Debian alone, and said so. No real package manager is run.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/cli/lib.sh"
script=$TOP/tools/packages.sh
mkdir bin
for program in sh cut grep tr cat mktemp rm env printf head sed awk perl python3 sqlite3; do
	ln -s "$(command -v $program)" bin/$program
done
# A compiler cache that goes by the name of gcc would look for gcc in PATH again, and find the stub.
real=$(PATH=/usr/bin:/bin:$PATH; command -v gcc)
# Nothing is found by the compiler or by pkg-config until the file `installed` is there.
stub() { printf '#!/bin/sh\n%s\n' "$2" >"bin/$1" && chmod +x "bin/$1"; }
stub gcc "[ -e '$WORK/installed' ] && exec '$real' \"\$@\"; exit 1"
stub pkg-config "[ -e '$WORK/installed' ] && exec '$(command -v pkg-config)' \"\$@\"; exit 1"
stub id 'echo 0'
run() { env -i PATH="$WORK/bin" HOME="$WORK" TMPDIR="$WORK" sh "$script" "$@" </dev/null; }

stub dnf "echo \"dnf \$*\" >>'$WORK/log'"
check "elsewhere the packages are named" says 1 'dnf install.*sqlite-devel.*libcsv-devel.*xxhash-devel' run install build
check "and those of the tests" says 1 'libcmocka-devel' run install build test
check "and nothing is installed" sh -c '[ ! -e log ]'
rm bin/dnf
stub apk 'exit 1'
check "on Alpine" says 1 'apk add.*sqlite-dev' run install build
rm bin/apk
check "on a system with no package manager that it knows" says 1 "Debian's names" run install build

stub apt-get "echo \"apt-get \$*\" >>'$WORK/log'; case \"\$*\" in *install*) : >'$WORK/installed' ;; esac"
check "plain make only names them" says 1 'apt-get install.*libsqlite3-dev libpcre2-dev libcsv-dev libyaml-dev libxxhash-dev' run check build
check "and nothing was run" sh -c '[ ! -e log ]'
stub id 'echo 1000'
stub sudo 'exit 1'
check "without root the command is said" says 1 'as root, run: apt-get install' run install build
check "and nothing was run" sh -c '[ ! -e log ]'
stub id 'echo 0'
check "on Debian they are installed" sh -c "env -i PATH='$WORK/bin' HOME='$WORK' TMPDIR='$WORK' sh '$script' install build >said 2>&1"
check "which is said" grep -q '^Installing what is missing: .*libcsv-dev' said
check "after the lists were fetched" sh -c 'head -n 1 log | grep -q update && sed -n 2p log | grep -q "install.*libyaml-dev"'
rm log
check "where all is there nothing is said or run" sh -c "env -i PATH='$WORK/bin' HOME='$WORK' TMPDIR='$WORK' sh '$script' install build test >said 2>&1; s=\$?; [ \$s = 0 ] && [ ! -s said ] && [ ! -e log ]"
rm installed
stub apt-get "echo 'E: Unable to locate package libcsv-dev'; exit 100"
check "where apt fails its own words are shown" says 1 'Unable to locate' run install build
stub apt-get 'exit 0'
check "where apt installs nothing that is noticed" says 1 'still missing' run install build
check "wrong usage" says 2 usage run install
check "wrong usage, a group that there is not" says 2 usage run check nothing
done_testing
