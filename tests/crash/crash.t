#!/bin/sh
# crash: a sample of what `make crash` tries in full: writers stopped or failed at a call that changes something.
# SPDX-License-Identifier: MIT
exec "$(dirname "$0")/with-shim" crash.py --sample "${CRASH_SAMPLE:-61}"
