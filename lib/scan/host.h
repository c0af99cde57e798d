/* host: words of a text, and whether what it says of one is that it is the name of a host or container.
 * SPDX-License-Identifier: MIT
 *
 * `DB_HOST=shop-db`, `mysql://u:p@shop-db:3306/x`, `host=shop-db`, `nc -z shop-db 3306` name a host;
 * `POSTGRES_DB=shop-db` and `IMAGE=shop-db:15` do not, whatever a container is called. */
#ifndef BERTH_SCAN_HOST_H
#define BERTH_SCAN_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/place.h"
#include "base/str.h"

enum host_sense {
	HOST_NOT,		/* it is something else, or nothing says what */
	HOST_MAYBE,		/* it may be one: a person has to look */
	HOST_SURE,		/* a host */
	HOST_CONTAINER,		/* a container as it is called on the host */
	HOST_NETWORK,		/* a network likewise */
	HOST_VOLUME
};

/* Where a text stands. */
struct host_text {
	struct str key, text;
	bool runs;		/* in a command, an entrypoint or a health check */
	bool is_label;
	/* of a list: the items before and behind it; empty: none */
	struct str before, behind;
};

/* The next word of TEXT at or behind *AT, which moves behind it: letters, digits, `_`, `.` and `-`. */
bool host_next_word(struct str text, size_t *at, struct span *ret);
/* Whether AT is a whole word of TEXT. */
bool host_is_word(struct str text, struct span at);
/* What the word WORD of T is. */
enum host_sense host_sense(const struct host_text *t, struct span word);

#endif
