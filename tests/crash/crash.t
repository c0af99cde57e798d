#!/bin/sh
# crash: a sample of what `make crash` tries in full: writers stopped or failed at a call that changes something, and all that failed at one
# that looks. Where coverage is counted it is a larger one of failures: what a program does then is seen here alone.
# SPDX-License-Identifier: MIT
here=$(dirname "$0")
[ "${BERTH_VARIANT:-}" != cov ] || exec "$here/with-shim" crash.py --ways --do EIO --do EINTR --do short --sample "${CRASH_SAMPLE:-3}"
exec "$here/with-shim" crash.py --ways --sample "${CRASH_SAMPLE:-29}"
