#!/bin/sh
# hostile: good apps beside as many hostile ones, once of each shape; `make hostile` takes a thousand of both.
# SPDX-License-Identifier: MIT
HOSTILE_GRACE="${HOSTILE_GRACE:-60}" exec "$(dirname "$0")/hostile.py" "${HOSTILE_APPS:-90}" 1
