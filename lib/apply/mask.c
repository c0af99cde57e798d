/* mask: a line of a file as it may be shown to anyone.
 * SPDX-License-Identifier: MIT */
#include "apply/mask.h"

#include <stdlib.h>

#include "apply/edit.h"
#include "base/buf.h"
#include "journal/run.h"

#define WITHHELD STR("\xe2\x80\xa6")	/* an ellipsis */

struct mask {
	const struct run_file *file;
	struct str text;
	bool is_new, is_env;
	size_t next;			/* the first edit that may lie on the next line */
	size_t quoted;			/* .env: lines that begin before here are inside a quoted value */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	    c == '-' || c == '.';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str
without_end(struct str line)
{
	while (line.len && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
		line.len--;
	return line;
}

struct mask *
mask_open(const struct run_file *f, struct str text, bool is_new)
{
	struct mask *m = mem_zero(1, sizeof *m);

	m->file = f;
	m->text = text;
	m->is_new = is_new;
	m->is_env = str_search(f->name, 0, STR(".env")) < f->name.len || str_eq_fold(f->name, STR("env")) ||
	    !(str_ends(f->name, STR(".yml")) || str_ends(f->name, STR(".yaml")));
	return m;
}

void
mask_close(struct mask *m)
{
	free(m);
}

/* What stands before a key or an item: blanks, a list's dashes, a quote; `export` in a .env. */
static size_t
lead_len(const struct mask *m, struct str line)
{
	size_t at = 0;

	while (at < line.len && is_space(line.ptr[at]))
		at++;
	if (!m->is_env)
		while (at + 1 < line.len && line.ptr[at] == '-' && is_space(line.ptr[at + 1]))
			for (at++; at < line.len && is_space(line.ptr[at]);)
				at++;
	else if (str_starts(str_sub(line, at, line.len), STR("export ")))
		for (at += 7; at < line.len && is_space(line.ptr[at]);)
			at++;
	if (!m->is_env && at < line.len && (line.ptr[at] == '"' || line.ptr[at] == '\''))
		at++;
	return at;
}

/* How much of LINE is its key with the sign behind it; what leads it where it has none. *ret_key: the key
 * alone. */
static size_t
key_len(const struct mask *m, struct str line, struct span *ret_key)
{
	size_t lead = lead_len(m, line), at = lead, start = at;

	while (at < line.len && is_key(line.ptr[at]))
		at++;
	*ret_key = (struct span){ start, at - start };
	if (at == start)
		return lead;
	while (at < line.len && is_space(line.ptr[at]))
		at++;
	if (at < line.len && line.ptr[at] == '=' && (m->is_env || str_starts(str_trim(line), STR("- "))))
		return at + 1;
	if (at < line.len && line.ptr[at] == ':' && !m->is_env &&
	    (at + 1 == line.len || is_space(line.ptr[at + 1]) || line.ptr[at + 1] == '\n' ||
		line.ptr[at + 1] == '\r'))
		return at + 1;
	ret_key->len = 0;
	return lead;
}

/* Where the quoted value that begins at OFF ends, so that what follows on later lines is not taken for
 * keys. */
static size_t
quote_end(struct str text, size_t off)
{
	char quote = text.ptr[off++];

	while (off < text.len && text.ptr[off] != quote)
		off += text.ptr[off] == '\\' && off + 1 < text.len ? 2 : 1;
	return off;
}

/* Keys whose values say how services are wired, and hold no secret. */
static bool
is_open_key(struct str key)
{
	static const char *const open[] = { "image", "container_name", "name", "restart", "build", "context",
		"dockerfile", "published", "target", "protocol", "host_ip", "network_mode", "version",
		"driver", "condition", "replicas", "hostname", "extends", "service", "profiles" };

	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (str_eq(key, str_from(open[i])))
			return true;
	return false;
}

/* Keys below which names and values are the owner's own. */
static bool
is_closed_key(struct str key)
{
	static const char *const closed[] = { "environment", "args", "labels", "annotations", "sysctls",
		"options", "driver_opts", "content", "storage_opt", "additional_contexts", "extra_hosts",
		"command", "entrypoint", "test", "ssh", "<<" };

	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
		if (str_eq(key, str_from(closed[i])))
			return true;
	return str_starts(key, STR("x-"));
}

/* Whether the line at OFF lies below keys that Compose gives a meaning, and in no text of several lines. */
static bool
is_open_place(const struct mask *m, size_t off)
{
	size_t end = str_find(m->text, off, '\n'), depth = lead_len(m, str_sub(m->text, off, end - off));

	while (depth > 0 && off > 0) {
		size_t start = off - 1, lead, len;
		struct span key;
		struct str line;

		while (start > 0 && m->text.ptr[start - 1] != '\n')
			start--;
		line = without_end(str_sub(m->text, start, off - start));
		off = start;
		lead = lead_len(m, line);
		if (lead >= depth || !str_trim(line).len || line.ptr[lead] == '#')
			continue;
		len = key_len(m, line, &key);
		line = str_trim(str_sub(line, len, line.len));
		if (!key.len || is_closed_key(str_sub(m->text, start + key.off, key.len)) ||
		    (line.len && line.ptr[0] != '&' && line.ptr[0] != '#' && line.ptr[0] != '!') ||
		    str_find(line, 0, '|') < line.len || str_find(line, 0, '>') < line.len)
			return false;
		depth = lead;
	}
	return true;
}

/* Whether VALUE, of KEY on the line at OFF, may be shown: no address may, which could have a password in
 * it. */
static bool
is_open_value(const struct mask *m, size_t off, struct str key, struct str value)
{
	return is_open_key(key) && str_search(value, 0, STR("://")) == value.len && is_open_place(m, off);
}

/* An item like `- "5003:80"`: digits, dots, colons, and a protocol. */
static bool
is_mapping(struct str line)
{
	struct str s = str_trim(line);

	if (!str_starts(s, STR("- ")))
		return false;
	s = str_trim(str_sub(s, 2, s.len));
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.ptr[i]) && str_find(STR(":.-\"'/tcpud[]"), 0, s.ptr[i]) == 13)
			return false;
	return true;
}

static void
withhold(struct str s, struct buf *out)
{
	size_t blank = 0;

	while (blank < s.len && is_space(s.ptr[blank]))
		blank++;
	buf_add(out, s.ptr, blank);
	if (blank < s.len)
		buf_add_str(out, WITHHELD);
}

/* How much of a comment may be shown: `# KEY=` of a setting that is switched off, or its sign alone. */
static size_t
comment_len(struct str s)
{
	size_t at = str_find(s, 0, '#') + 1, start;

	while (at < s.len && is_space(s.ptr[at]))
		at++;
	for (start = at; at < s.len && is_key(s.ptr[at]);)
		at++;
	return at > start && at + 1 < s.len && s.ptr[at] == '=' && s.ptr[at + 1] != '='
	    ? at + 1
	    : str_find(s, 0, '#') + 1;
}

/* A line that no edit is on. */
static void
other_line(const struct mask *m, size_t off, struct str s, bool hidden, struct buf *out)
{
	struct str trimmed = str_trim(s);
	struct span key = { 0, 0 };
	size_t len = hidden ? 0 : key_len(m, s, &key);

	if (!hidden && trimmed.len && trimmed.ptr[0] == '#') {
		len = comment_len(s);
		buf_add(out, s.ptr, len);
		withhold(str_sub(s, len, s.len), out);
	} else if (!m->is_env &&
	    ((key.len && is_open_value(m, off, str_sub(s, key.off, key.len), str_sub(s, len, s.len))) ||
		is_mapping(s))) {
		len = str_search(s, 0, STR(" #"));
		buf_add(out, s.ptr, len < s.len ? len + 2 : s.len);
		withhold(str_sub(s, len + 2, s.len), out);
	} else {
		buf_add(out, s.ptr, len);
		withhold(str_sub(s, len, s.len), out);
	}
}

/* Whether an edit is `{{KEY|` or `}}`: what goes around a default that stays, and that may be a secret. */
static bool
is_half_placeholder(struct str edit)
{
	return str_starts(edit, STR("{{")) != str_ends(edit, STR("}}"));
}

/* Widens what an edit touches by the host before it and the container port behind it; user info ends in
 * `@`. */
static struct span
widen(struct str s, struct span edit, size_t from)
{
	size_t start = edit.off, end = span_end(edit);

	if (is_half_placeholder(str_sub(s, edit.off, edit.len)))
		return edit;
	while (
	    start > from && (is_key(s.ptr[start - 1]) || str_find(STR(":/[]{}$"), 0, s.ptr[start - 1]) < 7))
		start--;
	if (start > from && s.ptr[start - 1] != '@' &&
	    str_find(str_sub(s, start, edit.off - start), 0, '/') == edit.off - start && start < edit.off &&
	    s.ptr[start - 1] != '"' && s.ptr[start - 1] != '\'' && s.ptr[start - 1] != '=' &&
	    !is_space(s.ptr[start - 1]))
		start = edit.off;	/* in the midst of something else */
	if (start > from && (s.ptr[start - 1] == '"' || s.ptr[start - 1] == '\''))
		start--;
	if (end < s.len && s.ptr[end] == ':' && end + 1 < s.len && is_digit(s.ptr[end + 1]))
		for (end++; end < s.len && (is_digit(s.ptr[end]) || s.ptr[end] == '-');)
			end++;
	while (end < s.len &&
	    (s.ptr[end] == '"' || s.ptr[end] == '\'' || s.ptr[end] == '}' || s.ptr[end] == ']'))
		end++;
	return (struct span){ start, end - start };
}

static struct span
edit_span(const struct mask *m, size_t i)
{
	return m->is_new ? m->file->regions[i].bare : m->file->regions[i].old;
}

/* The edits on this line are shown, and the key, which a HIDDEN line has none of; what lies between is
 * withheld. */
static size_t
edited_line(struct mask *m, size_t off, struct str s, bool hidden, struct buf *out)
{
	struct span key;
	size_t at = hidden ? 0 : key_len(m, s, &key), shown = 0;

	for (size_t i = m->next; i < m->file->edits; i++) {
		struct span e = edit_span(m, i);

		if (e.off > off + s.len)
			break;
		if (e.len == 0 || e.off < off)
			continue;
		e = (struct span){ e.off - off,
			e.len < s.len - (e.off - off) ? e.len : s.len - (e.off - off) };
		if (at > e.off)
			at = e.off;
		e = widen(s, e, shown > at ? shown : at);
		if (shown == 0) {
			buf_add(out, s.ptr, at);
			shown = at;
		}
		if (e.off > shown)
			withhold(str_sub(s, shown, e.off - shown), out);
		buf_add(out, s.ptr + e.off, e.len);
		shown = span_end(e);
		at = shown;
	}
	return shown;
}

/* Whether an edit is on the line, or only a line end that belongs to one. */
static bool
is_edited(struct mask *m, size_t off, size_t len)
{
	while (m->next < m->file->edits && span_end(edit_span(m, m->next)) < off)
		m->next++;
	for (size_t i = m->next; i < m->file->edits && edit_span(m, i).off <= off + len; i++)
		if (edit_span(m, i).off >= off && edit_span(m, i).len)
			return true;
	return false;
}

/* Follows quoted values of a .env that go over several lines. */
static void
follow_quote(struct mask *m, size_t off, struct str s)
{
	struct span key;
	size_t at = key_len(m, s, &key);

	while (key.len && at < s.len && is_space(s.ptr[at]))
		at++;
	if (key.len && at < s.len && (s.ptr[at] == '"' || s.ptr[at] == '\''))
		m->quoted = quote_end(m->text, off + at);
}

void
mask_line(struct mask *m, size_t off, struct str line, struct buf *out)
{
	struct str s = without_end(line);
	bool hidden = off < m->quoted;
	size_t shown;

	if (m->is_env && !hidden)
		follow_quote(m, off, s);
	if (is_edited(m, off, s.len)) {
		shown = edited_line(m, off, s, hidden, out);
		withhold(str_sub(s, shown, s.len), out);
	} else {
		other_line(m, off, s, hidden, out);
	}
	buf_add_str(out, str_sub(line, s.len, line.len));
}
