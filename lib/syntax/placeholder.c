/* placeholder: `{{KEY}}` and `{{KEY|default}}`.
 * SPDX-License-Identifier: MIT */
#include "syntax/placeholder.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/pattern.h"

#define PLACEHOLDER "\\{\\{ *(?<key>[A-Za-z_][A-Za-z0-9_]*) *(?:\\|(?<default>[^{}\\r\\n]*))?\\}\\}"

struct placeholder_rule {
	struct pattern *pattern;
	int key, fallback;	/* its groups */
};

int
placeholder_rule_open(struct placeholder_rule **ret, struct error *err)
{
	struct placeholder_rule *r = mem_zero(1, sizeof *r);

	if (pattern_open(&r->pattern, PLACEHOLDER, 0, err) < 0) {
		placeholder_rule_close(r);
		return -1;
	}
	r->key = pattern_group(r->pattern, "key");
	r->fallback = pattern_group(r->pattern, "default");
	*ret = r;
	return 0;
}

void
placeholder_rule_close(struct placeholder_rule *r)
{
	if (!r)
		return;
	pattern_close(r->pattern);
	free(r);
}

int
placeholder_find(const struct placeholder_rule *r, struct match *m, struct str text, size_t from,
    struct placeholder *ret, struct error *err)
{
	size_t at = str_search(text, from, STR("{{"));
	struct span fallback;
	int found = at < text.len ? pattern_match(r->pattern, m, text, at, err) : 0;

	if (found <= 0 || !match_span(m, 0, &ret->all))
		return found;
	ret->key = match_str(m, r->key);
	ret->has_default = match_span(m, r->fallback, &fallback);
	ret->fallback = match_str(m, r->fallback);
	return 1;
}

bool
placeholder_parse(struct str text, struct placeholder *ret)
{
	struct str inner;
	size_t bar;

	if (text.len < 4 || !str_starts(text, STR("{{")) || !str_ends(text, STR("}}")))
		return false;
	inner = str_sub(text, 2, text.len - 4);
	bar = str_find(inner, 0, '|');
	*ret = (struct placeholder){
		.all = { 0, text.len },
		.key = str_trim(str_sub(inner, 0, bar)),
		.has_default = bar < inner.len,
		.fallback = str_sub(inner, bar + 1, inner.len),
	};
	return true;
}

struct str
placeholder_first_port(struct str key)
{
	if (str_eq_fold(key, STR("backend_port")))
		return STR("5001");
	return str_eq_fold(key, STR("frontend_port")) ? STR("8001") : (struct str)STR_INIT;
}

struct str
placeholder_default(struct str text)
{
	struct placeholder p;

	return placeholder_parse(text, &p) ? str_trim(p.fallback) : text;
}
