#!/bin/sh
# pair: a sample of what `make crash` tries in full: two registries on one fleet, the one stopped at a call of it while the other is at work.
# SPDX-License-Identifier: MIT
[ "${BERTH_VARIANT:-}" != cov ] || { echo '1..0 # SKIP what is counted for coverage is written by calls of its own'; exit 0; }
exec "$(dirname "$0")/with-shim" pair.py --sample "${CRASH_SAMPLE:-31}"
