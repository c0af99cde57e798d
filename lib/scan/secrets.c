/* secrets: the values of an app's variables that no finding may bear.
 * SPDX-License-Identifier: MIT */
#include "scan/secrets.h"

#include "base/buf.h"
#include "base/text.h"
#include "compose/project.h"
#include "fleet/names.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ALNUM LETTERS DIGITS
#define NAME_CHARS ALNUM "_"

/* Shorter ones, and numbers that could be ports, would take other texts apart. */
enum { SHORTEST = 4, PORT_DIGITS = 5 };

/* Whether TEXT is a URL with a user's password in it. */
static bool
has_user(struct str text)
{
	size_t host = str_search(text, 0, STR("://"));

	return host < text.len && str_find(text, host, '@') < text.len;
}

/* A value that is a service's name is no secret, whatever its variable is called. */
static bool
is_service(const struct project *p, struct str text)
{
	for (size_t i = 0; i < p->service_count; i++)
		if (str_eq(p->services[i].name, text))
			return true;
	return false;
}

/* Whether TEXT is shown anyway: each finding of P has its folder, and KEY would stand in TEXT's place. */
static bool
is_shown(const struct project *p, struct arena *a, struct str key, struct str text)
{
	struct str lower = names_lower(a, key);

	return str_search(p->folder, 0, text) < p->folder.len || str_search(lower, 0, text) < lower.len;
}

static bool
is_secret(const struct project *p, struct arena *a, struct str key, struct str text)
{
	bool is_port = text.len <= PORT_DIGITS && str_is_made_of(text, STR("0123456789"));

	return text.len >= SHORTEST && !is_port && (names_is_secret_key(key) || has_user(text)) &&
	       !is_service(p, text) && !is_shown(p, a, key, text);
}

struct secrets
secrets_of(const struct project *p, struct arena *a)
{
	struct secrets s = { NULL, 0 };
	size_t cap = 0;

	for (size_t i = 0; p && i < p->setting_count; i++) {
		const struct dotenv_statement *d = &p->settings[i];

		if (!is_secret(p, a, d->key, d->resolved.text))
			continue;
		for (int lower = 0; lower < 2; lower++) {	/* a name may be folded */
			struct str text = lower ? names_lower(a, d->resolved.text) : d->resolved.text;

			if (lower && str_eq(text, d->resolved.text))
				break;
			ARENA_GROW(a, s.items, s.count, cap);
			s.items[s.count++] = (struct secret){ d->key, text };
		}
	}
	return s;
}

/* TEXT from FROM on with ${KEY} in place of the secret; a copy where that stands in it. */
static struct str
mask_one(const struct secret *secret, struct arena *a, struct str text)
{
	size_t at = str_search(text, 0, secret->text), from = 0;
	AUTO(buf) b = BUF_INIT;

	if (at >= text.len)
		return text;
	for (; at < text.len; at = str_search(text, from, secret->text)) {
		buf_add_str(&b, str_sub(text, from, at - from));
		buf_printf(&b, "${%.*s}", STR_ARG(secret->key));
		from = at + secret->text.len;
	}
	buf_add_str(&b, str_sub(text, from, text.len));
	return arena_dup(a, buf_str(&b));
}

struct str
secrets_mask(const struct secrets *s, struct arena *a, struct str text)
{
	for (size_t i = 0; i < s->count && text.len; i++)
		text = mask_one(&s->items[i], a, text);
	return text;
}

bool
secrets_decide(const struct secrets *s, struct trace t)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < t.count; j++)
			for (const struct trace_step *step = t.pieces[j].step; step; step = step->outer)
				if (str_eq(step->variable, s->items[i].key))
					return true;
	return false;
}

bool
secrets_may_decide(const struct secrets *s, struct trace t)
{
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer)
			if (names_is_secret_key(step->variable))
				return true;
	return secrets_decide(s, t);
}

/* The digest of TEXT in hexadecimal digits. */
static struct str
digest_of(struct arena *a, struct str text)
{
	char digest[TEXT_DIGEST_SIZE];
	size_t colon;

	text_digest_format(text_digest(text), digest);
	colon = str_find(str_from(digest), 0, ':');
	return arena_dup(a, str_sub(str_from(digest), colon + 1, TEXT_DIGEST_SIZE));
}

struct str
secrets_hide_tag(struct arena *a, struct str image)
{
	size_t name = 0, colon, at = str_find(image, 0, '@');
	bool is_pinned = str_starts(str_sub(image, at, image.len), STR("@sha256:"));

	for (size_t i = 0; i < image.len; i++)
		if (image.ptr[i] == '/')
			name = i + 1;
	if (at < name || (at < image.len && !is_pinned))	/* a user's password may stand before it */
		return digest_of(a, image);
	colon = str_find(image, name, ':');
	if (colon >= at || names_is_common_tag(str_sub(image, colon + 1, at - colon - 1)))
		return image;
	return arena_cat(a, str_sub(image, 0, colon + 1), digest_of(a, image));
}

/* Whether what stands for RAW's variable at AT where it is not set, up to its brace at END, is no tag that
 * may be a secret. */
static bool
has_open_default(struct str raw, size_t at, size_t end)
{
	size_t from = str_skip(raw, at + 2, STR(NAME_CHARS));
	struct str text;

	while (from < end && str_has(STR(":-+?"), raw.ptr[from]))
		from++;
	text = str_sub(raw, from, end - from);
	if (at < names_tag_at(raw)) {	/* of a variable that has more than the tag */
		size_t tag = names_tag_at(text);

		text = str_sub(text, tag < text.len ? tag + 1 : tag, text.len);
	}
	return !text.len || names_is_common_tag(text);
}

bool
secrets_may_show_image(struct str raw, bool is_hidden)
{
	size_t tag = names_tag_at(raw), end = 0;

	for (size_t at = 0; (at = str_search(raw, at, STR("${"))) < raw.len; at = end) {
		end = str_find(raw, at, '}');
		if (!has_open_default(raw, at, end))
			return false;
	}
	if (!is_hidden)
		return true;
	if (str_starts(str_sub(raw, tag, raw.len), STR(":${")))
		return str_find(raw, tag, '}') + 1 == raw.len;
	return str_starts(str_sub(raw, tag, raw.len), STR(":$")) &&
	    str_skip(raw, tag + 2, STR(NAME_CHARS)) == raw.len;
}

struct str
secrets_hide_user(struct arena *a, struct str text)
{
	return has_user(text) ? digest_of(a, text) : text;
}

/* Whether S has more digits in a row than a port has. */
static bool
has_long_number(struct str s)
{
	size_t run = 0;

	for (size_t i = 0; i < s.len && run <= 5; i++)
		run = str_has(STR(DIGITS), s.ptr[i]) ? run + 1 : 0;
	return run > 5;
}

/* Whether S is a port, a range, an address with one, {{KEY}}, or {{KEY|port}}. */
static bool
is_port_text(struct str s)
{
	size_t bar = str_find(s, 0, '|');

	if (s.len > 64 || has_long_number(s))
		return false;
	if (!str_starts(s, STR("{{")))
		return str_is_made_of(s, STR(DIGITS "-.:[]"));
	return str_is_made_of(str_sub(s, 0, bar), STR(ALNUM "_{} ")) &&
	    str_is_made_of(str_sub(s, bar, s.len), STR(DIGITS "|} "));
}

/* Whether S only stands where somebody is to write a port: `<your port here>`, `{{ free_port() }}`,
 * `your_port`. */
static bool
is_stand_in(struct str s)
{
	bool is_enclosed = (str_starts(s, STR("<")) && str_ends(s, STR(">"))) ||
	    (str_starts(s, STR("{{")) && str_ends(s, STR("}}")));
	char lower[65];

	if (s.len > 64)
		return false;
	if (is_enclosed)
		return str_is_made_of(s, STR(ALNUM "<>{}()_-. "));
	for (size_t i = 0; i < s.len; i++)
		lower[i] = str_lower(s.ptr[i]);
	return str_is_made_of(s, STR(LETTERS "_- ")) &&
	    str_search((struct str){ lower, s.len }, 0, STR("port")) < s.len;
}

bool
secrets_may_show_port(struct str value)
{
	return is_port_text(value) || is_stand_in(value);
}

bool
secrets_has_no_number(struct str value)
{
	size_t i = 0;

	while (i < value.len && !str_has(STR(DIGITS), value.ptr[i]))
		i++;
	return value.len && i == value.len;
}
