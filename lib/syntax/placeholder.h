/* placeholder: `{{KEY}}` and `{{KEY|default}}`, which a template leaves for whoever lays out an app from it.
 * SPDX-License-Identifier: MIT
 *
 * The key is a name as of a variable, with blanks around it or not. A rule is read-only after
 * placeholder_rule_open and may be shared by threads. */
#ifndef BERTH_SYNTAX_PLACEHOLDER_H
#define BERTH_SYNTAX_PLACEHOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/place.h"
#include "base/str.h"

struct error;
struct match;
struct placeholder_rule;

struct placeholder {
	struct span all;	/* from the first brace to the last, in the text that was looked through */
	struct str key;		/* without the blanks around it */
	bool has_default;
	struct str fallback;	/* what stands behind the bar, blanks included; empty where there is no bar */
};

int placeholder_rule_open(struct placeholder_rule **ret, struct error *);
void placeholder_rule_close(struct placeholder_rule *);
/* The first placeholder of TEXT at or behind byte FROM: 1; 0 where there is none; -1 where the text is too
 * intricate to be matched. The strs of *RET borrow from TEXT. */
int placeholder_find(const struct placeholder_rule *, struct match *, struct str text, size_t from,
    struct placeholder *ret, struct error *);

/* Takes apart TEXT where all of it stands between `{{` and `}}`, whatever its key is made of. */
bool placeholder_parse(struct str text, struct placeholder *ret);
/* The first port that a backend or a frontend gets, where KEY, in whatever case, stands for one; else
 * empty. */
struct str placeholder_first_port(struct str key);
/* What is left of TEXT where nobody fills it in: the default of a placeholder without the blanks around it,
 * and any other text as it is. */
struct str placeholder_default(struct str text);

MEM_AUTO_PTR(placeholder_rule);

#endif
