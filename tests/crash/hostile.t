#!/bin/sh
# hostile: a few of the random fleets that `make crash` tries a thousand of.
# SPDX-License-Identifier: MIT
exec "$(dirname "$0")/hostile.py" "${HOSTILE_COUNT:-12}"
