#!/bin/sh
# plan: a sample of the random fleets; `make property` migrates thousands.
# SPDX-License-Identifier: MIT
here=$(cd "$(dirname "$0")/.." && pwd)
if out=$(python3 "$here/property/plan.py" -n 25 -s "${BERTH_SEED:-1}" 2>&1); then
	echo "ok 1 - $out"
else
	echo "not ok 1 - random fleets"
	echo "$out" | sed 's/^/# /'
fi
echo 1..1
