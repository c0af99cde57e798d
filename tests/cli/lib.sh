# lib: what the command-line tests share. Read with: . "$(dirname "$0")/lib.sh"
# SPDX-License-Identifier: MIT
#
# A test works in a fresh folder, finds the programs through $BERTH_BIN, and says TAP: `check NAME COMMAND…` is one test.
LC_ALL=C
export LC_ALL
BERTH_CONFIG=	# no berth.conf above the tests is read
export BERTH_CONFIG
unset BERTH_DB BERTH_HOST COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES
TOP=$(cd "$(dirname "$0")" && while [ ! -f Makefile ] && [ "$PWD" != / ]; do cd ..; done && pwd)
BERTH_BIN=$(cd "${BERTH_BIN:-$TOP/bin}" && pwd) || exit 2
PATH=$BERTH_BIN:$PATH
WORK=$(mktemp -d) || exit 2
trap 'cd / && rm -rf "$WORK"' EXIT
cd "$WORK" || exit 2
tests=0

# check NAME COMMAND…: well where COMMAND ends with 0; what it said is shown where it does not.
check() {
	tests=$((tests + 1))
	name=$1
	shift
	if "$@" >"$WORK/.said" 2>&1; then
		echo "ok $tests - $name"
	else
		echo "not ok $tests - $name"
		{ echo "$*"; head -n 40 "$WORK/.said"; } | sed 's/^/# /'
	fi
}

# for_others: from here on the programs are copies that any user may run; the checkout may lie in its owner's home.
for_others() {
	chmod 755 "$WORK"
	trap 'cd / && rm -rf "$WORK" "$WORK.others"' EXIT
	mkdir -m 755 "$WORK.others" && cp -R "$BERTH_BIN" "$WORK.others/bin" && cp -R "$TOP/reports" "$WORK.others/reports" &&
		chmod -R a+rX "$WORK.others" || exit 2
	BERTH_BIN=$WORK.others/bin
	PATH=$BERTH_BIN:$PATH
}

# is_sanitized: whether the programs bear a sanitizer, which takes memory, descriptors and processes of its own and excludes other preloads.
is_sanitized() { case ${BERTH_VARIANT:-} in asan|tsan) ;; *) return 1 ;; esac; }

# ends STATUS COMMAND…: COMMAND ends with STATUS.
ends() {
	want=$1
	shift
	got=0
	"$@" || got=$?
	[ "$got" = "$want" ] || { echo "status $got, not $want"; return 1; }
}

# says STATUS PATTERN COMMAND…: ends with STATUS and its stderr matches PATTERN.
says() {
	pattern=$2
	want=$1
	shift 2
	got=0
	"$@" 2>.stderr || got=$?
	cat .stderr
	[ "$got" = "$want" ] || { echo "status $got, not $want"; return 1; }
	grep -qe "$pattern" .stderr || { echo "stderr does not say: $pattern"; return 1; }
}

# same A B: the files or folders have the same bytes; folders also the same modes.
same() {
	diff -r "$1" "$2" || return 1
	[ ! -d "$1" ] || {
		(cd "$1" && find . -exec stat -c '%a %n' {} + | sort -k 2) >.modes.1
		(cd "$2" && find . -exec stat -c '%a %n' {} + | sort -k 2) >.modes.2
		diff .modes.1 .modes.2
	}
}

# is FILE TEXT: the file holds exactly TEXT and a newline.
is() {
	printf '%s\n' "$2" | diff - "$1"
}

# clocked STEP COMMAND…: COMMAND with the clock of clock.c, which tells on descriptor 7 what is waited for.
clocked() {
	[ -e "$WORK/.clock.so" ] || ${CC:-gcc} -std=c11 -O1 -fPIC -shared -o "$WORK/.clock.so" "$TOP/tests/cli/clock.c" || return 1
	step=$1
	shift
	env LD_PRELOAD="$WORK/.clock.so" ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" \
	    CLOCK_STEP="$step" CLOCK_LOG=7 "$@"
}

# hold FILE: another process locks it, until let_go.
hold() {
	mkfifo .taken .over
	flock -o "$1" sh -c 'echo >.taken; read -r line <.over' &
	holder=$!
	read -r line <.taken
}
let_go() {
	echo >.over
	wait "$holder"
	rm .taken .over
}

done_testing() {
	echo "1..$tests"
}
