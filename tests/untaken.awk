# untaken: from the listings of gcov -b, each line of lib/ with branches that were not taken, as PLACE, how many of how many, and its text.
# SPDX-License-Identifier: MIT
function say() { if (missed) printf "%s:%d: %d of %d not taken: %s\n", file, line, missed, all, text; missed = all = 0 }
/^ *[-#=0-9][^:]*: *[0-9]+:/ {
	say()
	line = $0; sub(/^[^:]*: */, "", line)
	text = line; sub(/^[0-9]+:[ \t]*/, "", text)
	line += 0
	if (line == 0 && text ~ /^Source:/) file = substr(text, 8)
}
/^branch / { all++ }
/^branch +[0-9]+ (taken 0%|never executed)/ { missed++ }
END { say() }
