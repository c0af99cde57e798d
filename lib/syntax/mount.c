/* mount: a short mount's text, `[SOURCE:]TARGET[:OPTIONS]`, as Compose takes or refuses it.
 * SPDX-License-Identifier: MIT */
#include "syntax/mount.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/pattern.h"

/* A section ends at a colon, unless that stands behind its first letter, as in the name of a drive. */
#define SECTION "(?> \\p{L} : [^:]*+ | [^:]++ )"

/* A source that begins like a path names no volume. What the options are does not matter: Compose takes
 * them all. */
static const char SHORT_FORM[] =
    "\\A (?: (?: (?= [./~] | \\\\\\\\ | \\p{L} : ) " SECTION " | ( " SECTION " ) ) : )?"
    " ( " SECTION " ) (?: : " SECTION " )? \\z";
enum { NAME = 1, TARGET };

struct mount_parser {
	struct pattern *short_form;
	struct match *match;
};

int
mount_parser_open(struct mount_parser **ret, struct error *err)
{
	struct mount_parser *p = mem_zero(1, sizeof *p);

	if (pattern_open(&p->short_form, SHORT_FORM, PATTERN_EXTENDED | PATTERN_UTF, err) < 0) {
		mount_parser_close(p);
		return -1;
	}
	p->match = match_open();
	*ret = p;
	return 0;
}

void
mount_parser_close(struct mount_parser *p)
{
	if (!p)
		return;
	pattern_close(p->short_form);
	match_close(p->match);
	free(p);
}

int
mount_parse(struct mount_parser *p, struct str text, struct mount *ret, struct error *err)
{
	struct str shown = str_sub(text, 0, 100);

	if (text.len == 0)
		return error_set(err, "an empty mount: write SOURCE:TARGET, as in data:/var/lib/data");
	/* Compose takes any two bytes as a target. Bytes that are no UTF-8 are left to Compose. */
	*ret = (struct mount){ STR_INIT, text };
	if (text.len <= 2)
		return 0;
	if (!str_is_utf8(text)) {
		ret->target = (struct str)STR_INIT;
		return 0;
	}
	if (pattern_match(p->short_form, p->match, text, 0, err) <= 0)
		return error_set(err,
		    "mount '%.*s' has a colon too many, or nothing beside one: write SOURCE:TARGET or "
		    "SOURCE:TARGET:OPTIONS", STR_ARG(shown));
	ret->source = match_str(p->match, NAME);
	ret->target = match_str(p->match, TARGET);
	return 0;
}
