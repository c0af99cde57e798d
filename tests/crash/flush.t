#!/bin/sh
# flush: what a power cut may find, by the order of apply's own calls: each new file is on the disk before the first one gets its name,
# each folder after the last one did and before the journal calls the run done.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/../cli/lib.sh"
! is_sanitized || { echo '1..0 # SKIP the shim and the sanitizers exclude one another'; exit 0; }
${CC:-gcc} -std=c11 -O1 -fPIC -shared -o "$WORK/shim.so" "$TOP/tests/crash/shim.c" -ldl || exit 2
unset BERTH_DB

# calls FIXTURE MISSING ARGUMENTS…: the names of apply's calls that change something, in calls; MISSING is one that the system has not.
calls() {
	fixture=$1 missing=$2
	shift 2
	rm -f log
	CRASH_NO=$missing CRASH_LOG=$WORK/log LD_PRELOAD=$WORK/shim.so apply -q --format csv --db r.db "$@" >results || return 1
	sed 's/^[0-9]* //' log >calls
}
# ordered: by awk, but for the rename of the fleet's mark: the flushes of files (but for those that an undo takes away) before the first rename and of folders behind the last one, up to the journal's next write.
ordered() {
	awk -v files="$(awk -F, '/^(changed|restored)/ && $8' results | wc -l)" -v folders="$(awk -F, '/^(changed|restored)/ { sub("/[^/]*$", "", $5); print $5 }' results | sort -u | wc -l)" -v whole="$1" '
		/^rename/ && !marked { marked = 1; run = 0; next }
		/^rename/ { if (!first) before = run; first = NR; last = NR; run = 0; after = -1; next }
		/^(fsync|syncfs)$/ { run++; next }
		first && after < 0 && !/^unlinkat$/ { after = run }
		!first && /^(write|openat64|openat)$/ { run = 0 }
		END {
			if (!first || before < (whole ? 1 : files) || after < (whole ? 1 : folders)) {
				print "before the first rename " before " of " files ", behind the last " after " of " folders
				exit 1
			}
		}' calls || { uniq -c calls | tr '\n' ' '; return 1; }
}
both() {
	rm -rf fleet r.db* && cp -R "$TOP/fixtures/fleets/$1/fleet" fleet && chmod -R u+w fleet && scan fleet 2>/dev/null | plan -q --db r.db --no-host-check >plan.csv
	calls "$1" "$2" plan.csv && ordered "$3" && calls "$1" "$2" --undo && ordered "$3"
}
check 'few files, each flushed by itself, there and back' both six syncfs ''
check 'many files, where the file system cannot be flushed as a whole' both messy syncfs ''
check 'many files, flushed as a whole' both messy none 1
done_testing
