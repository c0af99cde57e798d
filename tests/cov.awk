# cov: what gcov -b says of the sources of lib/, a line for each and one for all: lines that ran, branches that were taken, and how many
# branches were not; those with the most of them first.
# SPDX-License-Identifier: MIT
function share(done, all) { return all ? sprintf("%5.1f %%", 100 * done / all) : "    - " }
/^File / { split($0, quoted, "'"); file = quoted[2]; ours = file ~ /^lib\/.*\.c$/ && !(file in seen) }
ours && /^Lines executed:/ { split($0, p, /[:% ]+/); lines[file] = p[5]; ran[file] = p[3] * p[5] / 100; seen[file] = 1 }
ours && /^Taken at least once:/ { split($0, p, /[:% ]+/); branches[file] = p[7]; taken[file] = p[5] * p[7] / 100; ours = 0 }
END {
	for (f in seen) {
		printf "%s lines %s branches %5d not  %s\n", share(ran[f], lines[f]), share(taken[f], branches[f]), branches[f] - taken[f] + 0.5, f | "sort -k 7rn -k 9"
		all_lines += lines[f]; all_ran += ran[f]; all_branches += branches[f]; all_taken += taken[f]
	}
	close("sort -k 7rn -k 9")
	printf "%s of %d lines, %s of %d branches of lib/\n", share(all_ran, all_lines), all_lines, share(all_taken, all_branches), all_branches
}
