#!/bin/sh
# apply given plans that somebody tampered with. More of them: TAMPER_COUNT=5000 tests/cli/apply-tampered.t
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
python3 "$TOP/tests/cli/tamper.py" "$TOP/fixtures/fleets/messy/fleet" "${TAMPER_COUNT:-250}" "${TAMPER_SEED:-1}"
