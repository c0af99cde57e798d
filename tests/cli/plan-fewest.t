#!/bin/sh
# plan: a sample of small random fleets, in each of which the fewest ports move that can; `make property` asks thousands.
# SPDX-License-Identifier: MIT
exec python3 "$(dirname "$0")/../property/fewest.py" 40 "${BERTH_SEED:-1}"
