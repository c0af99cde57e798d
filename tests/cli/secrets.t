#!/bin/sh
# secrets: a few of the random fleets with planted values that tests/property/secrets.py makes; and a harmless line stays readable.
# SPDX-License-Identifier: MIT
exec "$(dirname "$0")/../property/secrets.py" "${SECRETS_COUNT:-10}" "${SECRETS_SEED:-1000}"
