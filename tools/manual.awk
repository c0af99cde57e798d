# manual: a guide of docs/ as a page of the manual (mdoc).
# SPDX-License-Identifier: MIT
#
# usage: awk -f tools/manual.awk docs/database.md
# A guide that is a page too says so in its first line: <!-- NAME SECTION, DATE: what it is -->. Of Markdown this knows what the
# guides are written in: headings, paragraphs, indented blocks, lists, tables, `code`, **strong** and links to other guides.
# The tools that the text names, and the pages that it links to, are its SEE ALSO.

function fail(what) {
	print "manual: " FILENAME ": " what > "/dev/stderr"
	exit failed = 1
}

# The page that the guide FILE is, as "NAME SECTION"; nothing where it is none.
function page_of(file,   line, words) {
	if (!(file in pages)) {
		line = ""
		getline line < file
		close(file)
		split(line, words, /[ ,]+/)
		pages[file] = line ~ /^<!-- berth[a-z-]* [57], / ? words[2] " " words[3] : ""
	}
	return pages[file]
}

# S with all that roff would take for itself written so that it stands.
function plain(s) {
	gsub(/\\/, "\\e", s)
	gsub(/…/, "\\[u2026]", s)
	gsub(/~/, "\\(ti", s)
	gsub(/\^/, "\\(ha", s)
	return s
}

function code(s) {
	s = plain(s)
	gsub(/-/, "\\-", s)
	gsub(/`/, "\\(ga", s)
	gsub(/'/, "\\(aq", s)
	return s
}

# Inline Markdown as roff. A blank within code does not part words (\003), and a link to a page is \001NAME SECTION\002.
function inline(s,   out, n, part, i, at, text, target, page, strong) {
	gsub(/\\\|/, "|", s)
	n = split(s, part, "`")
	if (n % 2 == 0)
		fail("a ` without its other end: " s)
	for (i = 1; i <= n; i++) {
		if (i % 2 == 0) {
			note_tool(part[i])
			text = code(part[i])
			gsub(/ /, "\003", text)
			out = out "\\fB" text (strong ? "\\fI" : "\\fR")
			continue
		}
		text = plain(part[i])
		while (sub(/\*\*?/, strong ? "\\fR" : "\\fI", text))
			strong = !strong
		while (match(text, /\[[^]]*\]\([^)]*\)/)) {
			at = index(substr(text, RSTART), "](")
			target = substr(text, RSTART + at + 1, RLENGTH - at - 2)
			page = page_of(folder target)
			if (page == "")
				fail("a link to " target ", which is no page")
			seen[page] = 1
			text = substr(text, 1, RSTART - 1) "\001" page "\002" substr(text, RSTART + RLENGTH)
		}
		out = out text
	}
	return out
}

# `berth plan …` in the text: its page is worth seeing.
function note_tool(s,   words) {
	split(s, words, " ")
	if (words[1] == "berth" && words[2] ~ /^(apply|migrate|new|plan|report|scan)$/)
		seen["berth-" words[2] " 1"] = 1
}

function flush_line() {
	if (line != "")
		print (line ~ /^[.']/ ? "\\&" : "") line
	line = ""
}

function finished(word) {
	gsub(/\003/, " ", word)
	return word
}

# TEXT in lines that are not long, a new one for each sentence, as mdoc wants it.
function fill(text,   n, word, i, w) {
	text = inline(text)
	while (match(text, /\001[^\002 ]* [57]\002/))	# the blank within a link parts no words either
		text = substr(text, 1, RSTART) "\004" link_word(substr(text, RSTART + 1, RLENGTH - 2)) "\005" substr(text, RSTART + RLENGTH)
	n = split(text, word, /[ \t]+/)
	for (i = 1; i <= n; i++) {
		w = word[i]
		if (w == "")
			continue
		if (w ~ /\004/) {
			put_link(w)
			continue
		}
		w = finished(w)
		if (line != "" && length(line) + length(w) > 76)
			flush_line()
		line = line (line == "" ? "" : " ") w
		if (w ~ /[.?!][)"]?(\\fR)?$/ || w ~ /[a-z)]:$/ && i < n && length(line) > 50)
			flush_line()
	}
	flush_line()
}

function link_word(s) {
	sub(/ /, "\003", s)
	return s
}

# A word that has a link in it: a line of its own, what stands around it joined to it.
function put_link(w,   before, page, after) {
	before = substr(w, 1, index(w, "\001") - 1)
	page = substr(w, index(w, "\004") + 1)
	after = substr(page, index(page, "\005") + 1)
	page = substr(page, 1, index(page, "\005") - 1)
	flush_line()
	print (before == "" ? ".Xr " : ".No " (before == "(" ? "\\&" : "") finished(before) " Ns Xr ") finished(page) separate(after)
}

# Closing marks as words of their own, as macros take them.
function separate(s,   out, i) {
	for (i = 1; i <= length(s); i++)
		out = out " " substr(s, i, 1)
	return out
}

# Words that an .It takes as text, whatever macros there are.
function argument(s,   n, word, i, out) {
	n = split(inline(s), word, " ")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? " " : "") (word[i] ~ /^[A-Z%][A-Za-z0-9]?[a-z]?$|^[][().,:;?!|]$/ ? "\\&" : "") word[i]
	gsub(/"/, "\\(dq", out)
	return finished(out)
}

# Ends what stands open: a paragraph, a list, a table, a block.
function close_all() {
	end_paragraph()
	if (open == "list" || open == "table")
		print ".El"
	if (open == "block")
		print ".Ed"
	if (open != "")
		fresh = 0
	open = ""
	blanks = 0
}

function end_paragraph() {
	if (paragraph == "")
		return
	if (open == "" && !fresh)
		print ".Pp"
	fill(paragraph)
	paragraph = ""
	fresh = 0
}

function table_row(row,   n, cell, i, text) {
	gsub(/\\\|/, "\006", row)
	sub(/^\| */, "", row)
	sub(/ *\| *$/, "", row)
	n = split(row, cell, / *\| */)
	for (i = 1; i <= n; i++)
		gsub(/\006/, "\\|", cell[i])
	if (open != "table") {
		close_all()
		print ".Bl -tag -width Ds"
		open = "table"
		for (i = 1; i <= n; i++)
			head[i] = cell[i]
		columns = n
		return
	}
	if (row ~ /^[-|: ]+$/)
		return
	print ".It " argument(cell[1])
	for (i = 2; i <= n; i++) {
		text = cell[i]
		if (text == "")
			continue
		if (columns > 2)
			text = head[i] ": " text
		fill(text (text ~ /[.?!]$/ ? "" : "."))
	}
}

FNR == 1 {
	folder = FILENAME
	sub(/[^\/]*$/, "", folder)
	split(page_of(FILENAME), self, " ")
	if (self[1] == "")
		fail("the first line does not say what page it is")
	match($0, /, [A-Z][a-z]+ [0-9]+, [0-9]+: /)
	date = substr($0, RSTART + 2, RLENGTH - 4)
	purpose = substr($0, RSTART + RLENGTH)
	sub(/ *-->$/, "", purpose)
	print ".\\\" SPDX-License-Identifier: MIT"
	print ".Dd " date
	print ".Dt " toupper(self[1]) " " self[2]
	print ".Os"
	print ".Sh NAME"
	print ".Nm " self[1]
	print ".Nd " purpose
	print ".Sh DESCRIPTION"
	fresh = 1
	next
}

/^# / { next }

/^##+ / {
	close_all()
	print (/^## / ? ".Sh " : ".Ss ") (/^## / ? toupper(argument(substr($0, 4))) : argument(substr($0, 5)))
	fresh = 1
	next
}

/^    / && paragraph == "" && open != "list" {
	if (open != "block") {
		close_all()
		print ".Bd -literal -offset indent"
		open = "block"
	}
	for (; blanks > 0; blanks--)
		print ""
	text = substr($0, 5)
	note_tool(text)
	print (text ~ /^[.']/ ? "\\&" : "") code(text)
	next
}

/^$/ {
	if (open == "block")
		blanks++
	else
		end_paragraph()
	if (open == "list" || open == "table")
		close_all()
	next
}

/^\|/ { table_row($0); next }

/^- / {
	if (open != "list")
		close_all()
	else
		end_paragraph()
	if (open != "list")
		print ".Bl -bullet"
	open = "list"
	print ".It"
	paragraph = substr($0, 3)
	next
}

{
	if (open == "block" || open == "table")
		close_all()
	sub(/^ +/, "")
	paragraph = paragraph (paragraph == "" ? "" : " ") $0
}

END {
	if (failed)
		exit failed
	close_all()
	seen["berth 1"] = 1
	delete seen[self[1] " " self[2]]
	print ".Sh SEE ALSO"
	count = 0
	for (page in seen)
		order[++count] = page
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && before(order[j], order[j - 1]); j--) {
			page = order[j]
			order[j] = order[j - 1]
			order[j - 1] = page
		}
	for (i = 1; i <= count; i++)
		print ".Xr " order[i] (i < count ? " ," : "")
}

# By section, then by name.
function before(a, b,   x, y) {
	split(a, x, " ")
	split(b, y, " ")
	return x[2] != y[2] ? x[2] < y[2] : x[1] < y[1]
}
