# embed: makes a text file a C array, so that SQL, CSS and JavaScript are files of their own and the programs still one file.
# SPDX-License-Identifier: MIT
#
# usage: awk -f tools/embed.awk [-v bare=1] [-v name=SYMBOL -v digest=TEXT] FILE
#
# Prints the C source of the texts SYMBOL and SYMBOL_digest (TEXT); with bare=1 the first text itself. Lines that are nothing
# but a comment are for the reader of FILE: they are left out.
BEGIN { if (!bare) printf "/* Made by tools/embed.awk. */\nextern const char %s[], %s_digest[];\n", name, name }
BEGIN { if (!bare) printf "const char %s_digest[] = \"%s\";\nconst char %s[] =\n", name, digest, name }
FILENAME ~ /\.sql$/ && /^[ \t]*--/ { next }
FILENAME ~ /\.css$/ && /^\/\*.*\*\/$/ { next }
FILENAME ~ /\.js$/ && /^[ \t]*\/\// { next }
bare { print; next }
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	printf "\t\"%s\\n\"\n", $0
}
END { if (!bare) print "\t\"\";" }
