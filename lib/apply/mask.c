/* mask: a line of a file as it may be shown to anyone.
 * SPDX-License-Identifier: MIT */
#include "apply/mask.h"

#include <stdlib.h>

#include "apply/edit.h"
#include "base/buf.h"
#include "fleet/names.h"
#include "journal/run.h"

#define WITHHELD STR("\xe2\x80\xa6")	/* an ellipsis */

/* A line that others lie below. */
struct parent {
	size_t lead;			/* how far it is indented */
	bool is_open;			/* what lies below it, and it below others, may be shown */
};

struct mask {
	const struct run_file *file;
	struct str text;
	bool is_new, is_env;
	size_t next;			/* the first edit that may lie on the next line */
	size_t quoted;			/* .env: lines that begin before here are inside a quoted value */
	/* of the lines before `walked`: those that a line behind them may lie below, the outermost first */
	struct parent *parents;
	size_t parent_count, parent_cap, walked;
};

#define BLANK STR(" \t")
#define QUOTE STR("\"'")
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define WORDS LETTERS DIGITS "_-."
#define WORD STR(WORDS)			/* a key, a name or a host */
#define ADDRESS STR(WORDS ":/[]{}$")
#define MAPPING STR(DIGITS ":.-\"'/tcpud[]")
#define MAPPING_LIST STR(DIGITS ":.-\"'/tcpud[], ")
#define VALUE STR(WORDS "/\"', ")

static bool
is_at(struct str s, size_t at, char c)
{
	return at < s.len && s.ptr[at] == c;
}

static struct str
rest_of(struct str s, size_t at)
{
	return str_sub(s, at, s.len);
}

static struct str
without_end(struct str line)
{
	while (line.len && str_has(STR("\r\n"), line.ptr[line.len - 1]))
		line.len--;
	return line;
}

static bool
is_env_name(struct str name)
{
	return str_search(name, 0, STR(".env")) < name.len || str_eq_fold(name, STR("env")) ||
	    !(str_ends(name, STR(".yml")) || str_ends(name, STR(".yaml")));
}

struct mask *
mask_open(const struct run_file *f, struct str text, bool is_new)
{
	struct mask *m = mem_zero(1, sizeof *m);

	*m = (struct mask){ .file = f, .text = text, .is_new = is_new, .is_env = is_env_name(f->name) };
	return m;
}

void
mask_close(struct mask *m)
{
	if (m)
		free(m->parents);
	free(m);
}

/* What stands before a key or an item: blanks, a list's dashes, a quote; `export` in a .env. */
static size_t
lead_len(const struct mask *m, struct str line)
{
	size_t at = str_skip(line, 0, BLANK);

	if (m->is_env)
		return str_starts(rest_of(line, at), STR("export ")) ? str_skip(line, at + 7, BLANK) : at;
	while (is_at(line, at, '-') && at + 1 < line.len && str_has(BLANK, line.ptr[at + 1]))
		at = str_skip(line, at + 2, BLANK);
	return at < line.len && str_has(QUOTE, line.ptr[at]) ? at + 1 : at;
}

/* How much of LINE is its key with the sign behind it; what leads it where it has none. *ret_key: the key
 * alone. */
static size_t
key_len(const struct mask *m, struct str line, struct span *ret_key)
{
	size_t lead = lead_len(m, line), end = str_skip(line, lead, WORD), sign = str_skip(line, end, BLANK);
	bool is_ended = sign + 1 >= line.len || str_has(STR(" \t\r\n"), line.ptr[sign + 1]);
	bool may_be_set = m->is_env || str_starts(str_trim(line), STR("- "));

	*ret_key = (struct span){ lead, end - lead };
	if (end > lead && is_at(line, sign, '=') && may_be_set)
		return sign + 1;
	if (end > lead && is_at(line, sign, ':') && !m->is_env && is_ended)
		return sign + 1;
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
		off += text.ptr[off] == '\\' ? 2 : 1; /* beyond the end of the text at the worst */
	return off;
}

/* Keys whose values say how services are wired, and hold no secret. */
static const char *const open_keys[] = { "image", "container_name", "name", "restart", "build", "context",
	"dockerfile", "published", "target", "protocol", "host_ip", "network_mode", "version", "driver",
	"condition", "replicas", "hostname", "extends", "service", "profiles", NULL };

/* Keys below which names and values are the owner's own. */
static const char *const closed_keys[] = { "environment", "args", "labels", "annotations", "sysctls",
	"options", "driver_opts", "content", "storage_opt", "additional_contexts", "extra_hosts", "command",
	"entrypoint", "test", "ssh", "<<", NULL };

/* Whether what lies below LINE are keys that Compose gives a meaning, and no text of several lines. */
static bool
is_open_parent(const struct mask *m, struct str line)
{
	struct span at;
	struct str value = str_trim(rest_of(line, key_len(m, line, &at)));
	struct str key = str_sub(line, at.off, at.len);

	if (key.len == 0 || str_is_one_of(key, closed_keys) || str_starts(key, STR("x-")))
		return false;
	if (value.len && !str_has(STR("&#!"), value.ptr[0]))
		return false;
	return str_find(value, 0, '|') == value.len && str_find(value, 0, '>') == value.len;
}

/* Goes on to the line at OFF: afterwards the parents are those that a line there may have. */
static void
walk_to(struct mask *m, size_t off)
{
	while (m->walked < off) {
		size_t end = str_find(m->text, m->walked, '\n'), lead;
		struct str line = without_end(str_sub(m->text, m->walked, end - m->walked));

		m->walked = end + 1;
		lead = lead_len(m, line);
		if (!str_trim(line).len || is_at(line, lead, '#'))
			continue;
		while (m->parent_count && m->parents[m->parent_count - 1].lead >= lead)
			m->parent_count--;
		MEM_GROW(m->parents, m->parent_count, m->parent_cap);
		m->parents[m->parent_count] = (struct parent){ lead,
			(!m->parent_count || m->parents[m->parent_count - 1].is_open) &&
			    is_open_parent(m, line) };
		m->parent_count++;
	}
}

/* Whether every line that the line at OFF lies below is such a one. */
static bool
is_open_place(struct mask *m, size_t off)
{
	size_t end = str_find(m->text, off, '\n'), depth = lead_len(m, str_sub(m->text, off, end - off)), at;

	walk_to(m, off);
	for (at = m->parent_count; at > 0 && m->parents[at - 1].lead >= depth; at--)
		;
	return at == 0 || m->parents[at - 1].is_open;
}

/* Where `${KEY}` or `${KEY:-default}` at AT ends, whose default is made of SET; 0: it is not that, or it may
 * be a secret. */
static size_t
variable_end(struct str s, size_t at, struct str set)
{
	size_t key = at + 2, end = str_skip(s, key, WORD);
	struct str name = str_sub(s, key, end - key);

	if (!str_starts(rest_of(s, at), STR("${")) || !name.len || names_is_secret_key(name))
		return 0;
	if (is_at(s, end, ':') && is_at(s, end + 1, '-'))
		end++;
	if (is_at(s, end, '-'))
		end = str_skip(s, end + 1, set);
	return is_at(s, end, '}') ? end + 1 : 0;
}

/* Whether S is made of SET, and of variables whose defaults are made of DEFAULTS. */
static bool
is_plain(struct str s, struct str set, struct str defaults)
{
	size_t at = str_skip(s, 0, set);

	while (at < s.len && (at = variable_end(s, at, defaults)) > 0)
		at = str_skip(s, at, set);
	return at == s.len;
}

/* How much of the image S may be shown: what stands before a tag that may be a secret. */
static size_t
image_len(struct str s)
{
	struct str bare = str_trim(s);
	size_t start = (size_t)(bare.ptr - s.ptr), name = start, all = s.len, tag;

	for (size_t i = start; i < s.len; i++)
		if (s.ptr[i] == '/')
			name = i + 1;
	while (s.len > name && str_has(STR(" \t\r\n\"'"), s.ptr[s.len - 1]))
		s.len--;
	tag = str_find(s, name, ':');
	if (str_find(s, 0, '@') < s.len || str_find(s, 0, '$') < s.len || str_find(s, 0, ':') < tag)
		return start;
	if (tag < s.len && !names_is_common_tag(rest_of(s, tag + 1)))
		return tag + 1;
	return all;
}

/* How much of the value of KEY on the line at OFF may be shown. */
static size_t
value_len(struct mask *m, size_t off, struct str key, struct str value)
{
	bool is_ports = str_eq(key, STR("ports")) || str_eq(key, STR("expose"));
	struct str bare = str_trim(value);

	if (bare.len == 0)
		return value.len;
	if (!is_open_place(m, off))
		return 0;
	if (is_ports)
		return is_plain(bare, MAPPING_LIST, STR(DIGITS "-")) ? value.len : 0;
	if (!str_is_one_of(key, open_keys))
		return 0;
	if (str_eq(key, STR("image")))
		return image_len(value);
	return is_plain(bare, VALUE, WORD) ? value.len : 0;
}

/* An item like `- "5003:80"`: digits, dots, colons, a protocol, and variables for them. */
static bool
is_mapping(struct str line)
{
	struct str s = str_trim(line), item = str_trim(rest_of(s, 2));

	return str_starts(s, STR("- ")) && is_plain(item, MAPPING, STR(DIGITS "-"));
}

static void
withhold(struct str s, struct buf *out)
{
	size_t blank = str_skip(s, 0, BLANK);

	buf_add(out, s.ptr, blank);
	if (blank < s.len)
		buf_add_str(out, WITHHELD);
}

/* Whether S is words of a language, two at least: no number that is longer than a port, nothing that mixes
 * letters and digits, and nothing that is called a secret. */
static bool
is_prose(struct str s)
{
	size_t count = 0;
	struct str word;

	for (size_t at = 0; str_next_part(s, ' ', &at, &word); count += word.len > 0) {
		size_t letters = str_skip(word, 0, STR(LETTERS "'-"));
		size_t digits = str_skip(word, 0, STR(DIGITS));
		size_t end = letters > digits ? letters : digits;

		if (digits > 5 || names_is_secret_key(str_sub(word, 0, letters)) ||
		    str_skip(word, end, STR(".,;!?")) < word.len)
			return false;
	}
	return count > 1;
}

/* How much of a comment may be shown: prose; `# KEY=` of a setting that is switched off; or its sign
 * alone. */
static size_t
comment_len(struct str s)
{
	size_t sign = str_find(s, 0, '#') + 1, key = str_skip(s, sign, BLANK), end = str_skip(s, key, WORD);
	bool is_setting = end > key && is_at(s, end, '=') && end + 1 < s.len && s.ptr[end + 1] != '=';

	if (is_prose(str_trim(rest_of(s, sign))))
		return s.len;
	return is_setting ? end + 1 : sign;
}

/* How much of the line S at OFF, which no edit is on, may be shown. */
static size_t
open_len(struct mask *m, size_t off, struct str s)
{
	size_t comment = str_search(s, 0, STR(" #")), len, shown;
	struct span at;
	struct str key, body = str_sub(s, 0, comment);

	if (str_starts(str_trim(s), STR("#")))
		return comment_len(s);
	len = key_len(m, s, &at);
	key = str_sub(s, at.off, at.len);
	if (m->is_env || (!key.len && !is_mapping(body)))
		return len;
	shown = key.len ? len + value_len(m, off, key, rest_of(body, len)) : body.len;
	return shown < body.len || comment == s.len ? shown : comment + comment_len(rest_of(s, comment));
}

/* Whether an edit is `{{KEY|` or `}}`: what goes around a default that stays, and that may be a secret. */
static bool
is_half_placeholder(struct str edit)
{
	return str_starts(edit, STR("{{")) != str_ends(edit, STR("}}"));
}

/* Where a mapping ends of which S has the host part, or the address with its colon, up to END. */
static size_t
mapping_end(struct str s, size_t end)
{
	struct str protocol;

	if (end && s.ptr[end - 1] == ':')
		end = str_skip(s, end, STR(DIGITS "-"));
	if (is_at(s, end, ':') && end + 1 < s.len && str_has(STR(DIGITS), s.ptr[end + 1]))
		end = str_skip(s, end + 1, STR(DIGITS "-"));
	protocol = str_sub(s, end, str_skip(s, end + is_at(s, end, '/'), STR(LETTERS)) - end);
	return str_eq_fold(protocol, STR("/tcp")) || str_eq_fold(protocol, STR("/udp")) ||
		str_eq_fold(protocol, STR("/sctp"))
	    ? end + protocol.len
	    : end;
}

/* Widens what an edit touches by the host before it and the container port behind it, but not to before
 * FROM. */
static struct span
widen(struct str s, struct span edit, size_t from)
{
	size_t start = edit.off, end = span_end(edit);
	bool has_slash;

	if (is_half_placeholder(str_sub(s, edit.off, edit.len)))
		return edit;
	while (start > from && str_has(ADDRESS, s.ptr[start - 1]))
		start--;
	has_slash = str_find(s, start, '/') < edit.off;
	if (start > from && !has_slash && !str_has(STR("@=\"' \t"), s.ptr[start - 1]))
		start = edit.off;	/* in the midst of something else */
	if (start > from && str_has(QUOTE, s.ptr[start - 1]))
		start--;
	end = str_skip(s, mapping_end(s, end), STR("\"'}]"));
	return (struct span){ start, end - start };
}

static struct span
edit_span(const struct mask *m, size_t i)
{
	return m->is_new ? m->file->regions[i].bare : m->file->regions[i].old;
}

/* Shows the key of the line, where it is not HIDDEN, and the edits on it, and withholds what lies between.
 * Returns how much of the line that was. */
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
		e.off -= off;
		e.len = str_sub(s, e.off, e.len).len;
		if (at > e.off)
			at = e.off;
		e = widen(s, e, shown > at ? shown : at);
		if (e.off < shown)	/* the one before was widened over it */
			e = (struct span){ shown, span_end(e) > shown ? span_end(e) - shown : 0 };
		if (shown == 0) {
			buf_add(out, s.ptr, at);
			shown = at;
		}
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

/* Notes where a quoted value of a .env ends, which may be several lines further down. */
static void
note_quote(struct mask *m, size_t off, struct str s)
{
	struct span key;
	size_t at = str_skip(s, key_len(m, s, &key), BLANK);

	if (key.len && at < s.len && str_has(QUOTE, s.ptr[at]))
		m->quoted = quote_end(m->text, off + at);
}

void
mask_line(struct mask *m, size_t off, struct str line, struct buf *out)
{
	struct str s = without_end(line);
	bool hidden = off < m->quoted;
	size_t shown;

	if (m->is_env && !hidden)
		note_quote(m, off, s);
	if (is_edited(m, off, s.len)) {
		shown = edited_line(m, off, s, hidden, out);
	} else {
		shown = hidden ? 0 : open_len(m, off, s);
		buf_add(out, s.ptr, shown);
	}
	withhold(rest_of(s, shown), out);
	buf_add_str(out, rest_of(line, s.len));
}
