#!/bin/sh
# crash: a sample of what `make crash` tries in full: writers stopped or failed at a call that changes something, and all that failed at one
# that looks. A larger one where coverage is counted: what a program does when a call fails is seen here alone.
# SPDX-License-Identifier: MIT
[ "${BERTH_VARIANT:-}" != cov ] || : "${CRASH_SAMPLE:=6}"
exec "$(dirname "$0")/with-shim" crash.py --ways --sample "${CRASH_SAMPLE:-29}"
