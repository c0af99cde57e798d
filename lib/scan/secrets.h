/* secrets: the values of an app's variables that no finding may bear, by what the variables are called.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_SECRETS_H
#define BERTH_SCAN_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "syntax/trace.h"

struct project;

struct secret {
	struct str key, text;
};

struct secrets {
	struct secret *items;		/* in the app's arena */
	size_t count;
};

/* Those of the project's .env and .env.example. */
struct secrets secrets_of(const struct project *, struct arena *);
/* TEXT with `${KEY}` in place of the value of each secret KEY. */
struct str secrets_mask(const struct secrets *, struct arena *, struct str text);
/* Whether T is made of one. */
bool secrets_decide(const struct secrets *, struct trace t);
/* The same, or of a variable that is called as one is, whatever it holds. */
bool secrets_may_decide(const struct secrets *, struct trace t);

/* IMAGE with the digest of all of it in place of a tag that may be a secret (names_is_common_tag); of one
 * with a user in it, its digest. */
struct str secrets_hide_tag(struct arena *, struct str image);
/* Whether RAW, an image as its file has it, bears no such tag, neither beside a variable nor as its default.
 * IS_HIDDEN: secrets_hide_tag hides what it comes to. */
bool secrets_may_show_image(struct str raw, bool is_hidden);
/* Whether VALUE, of what is to be a port, is one or only stands where somebody is to write one. */
bool secrets_may_show_port(struct str value);
/* Whether no port could be made of VALUE, be it a secret or not: it has no digit. */
bool secrets_has_no_number(struct str value);
/* TEXT; of a URL with a user in it, its digest. */
struct str secrets_hide_user(struct arena *, struct str text);

#endif
