#!/bin/sh
# plan: what holds random fleets against Compose's answers would see an address that is wrong.
# SPDX-License-Identifier: MIT
exec python3 "$(dirname "$0")/../property/looks.py"
