#!/bin/sh
# digest: the SHA-256 of standard input as a Content-Security-Policy names it, with whatever program this machine has.
# SPDX-License-Identifier: MIT
#
# usage: tools/digest.sh <FILE      prints sha256- and the digest in base64; exit 1 where nothing can tell it
LC_ALL=C
export LC_ALL

hex() {
	if command -v sha256sum >/dev/null; then
		sha256sum
	elif command -v shasum >/dev/null; then
		shasum -a 256
	elif command -v openssl >/dev/null; then
		openssl dgst -sha256 -r
	else
		echo "digest: none of sha256sum, shasum and openssl is here to tell a SHA-256" >&2
	fi
}

# Three hexadecimal digits are two of base64; the last of 64 is padded with two that are no more than its filling.
hex | awk '
function value(digit) { return index("0123456789abcdef", digit) - 1 }
length($1) == 64 && $1 !~ /[^0-9a-f]/ {
	digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for (i = 1; i <= 64; i += 3) {
		part = substr($1 "00", i, 3)
		n = value(substr(part, 1, 1)) * 256 + value(substr(part, 2, 1)) * 16 + value(substr(part, 3, 1))
		text = text substr(digits, int(n / 64) + 1, 1) substr(digits, n % 64 + 1, 1)
	}
	print "sha256-" substr(text, 1, 43) "="
	found = 1
}
END { exit !found }'
