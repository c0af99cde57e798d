# embed: makes a text file a C array, so that SQL, CSS and JavaScript are files of their own and the programs still one file.
# SPDX-License-Identifier: MIT
#
# usage: awk -f tools/embed.awk -v name=SYMBOL FILE >FILE.c      `extern const char SYMBOL[];` is the declaration
BEGIN { printf "/* Made by tools/embed.awk. */\nextern const char %s[];\nconst char %s[] =\n", name, name }
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	printf "\t\"%s\\n\"\n", $0
}
END { print "\t\"\";" }
