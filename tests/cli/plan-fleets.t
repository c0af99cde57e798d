#!/bin/sh
# plan-fleets: what plan says of small random fleets, recorded in fixtures/recorded, one after another and asked in many ways.
# SPDX-License-Identifier: MIT
#
# usage: tests/cli/plan-fleets.t [FILE…]      REMAKE=1: the files say what it says today; then look at `git diff`
#
# Each has few short apps that want the same, so that much has to be decided. What is recorded is what was said, and nobody has
# looked at all of it: a line that differs shows what a change changed, and whoever made the change judges whether it is what they
# meant by it, as docs/decisions.md has it. Where it is, REMAKE=1; where it is not, write a test of that rule beside it.
exec python3 "$(dirname "$0")/../property/recorded.py" "$@"
