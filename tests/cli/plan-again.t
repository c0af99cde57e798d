#!/bin/sh
# plan: a sample of short random fleets, planned again and again; `make property` takes thousands.
# SPDX-License-Identifier: MIT
exec python3 "$(dirname "$0")/../property/again.py" -n 60 -s "${BERTH_SEED:-1}"
