#!/bin/sh
# plan: a sample of the random fleets; `make property` migrates thousands.
# SPDX-License-Identifier: MIT
exec python3 "$(dirname "$0")/../property/plan.py" -n 25 -s "${BERTH_SEED:-1}"
