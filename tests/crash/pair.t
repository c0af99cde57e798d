#!/bin/sh
# pair: a sample of what `make crash` tries in full: two registries on one fleet, the one stopped at a call of it while the other is at work.
# SPDX-License-Identifier: MIT
exec "$(dirname "$0")/with-shim" pair.py --sample "${CRASH_SAMPLE:-31}"
