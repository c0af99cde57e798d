/* port: the ports that a text gives: one, a range, or none.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_PORT_H
#define BERTH_BASE_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct port_range {
	uint16_t low, high;	/* from 1 to 65535; both 0: the text gives none */
	/* the text, where it is not how low and high are written: `0`, `08000`, `x` */
	struct str odd;
};

#define PORT_RANGE_INIT { 0, 0, STR_INIT }

/* Where the text of a range is made. */
struct port_range_room {
	char bytes[sizeof "65535-65535"];
};

/* Whether S is `9000-9100` or `9000`: two numbers from 1 to 65535 in order. HAS_BLANKS: blanks around the
 * numbers do not matter, as where a person writes them. */
bool port_range_parse(struct str s, bool has_blanks, uint16_t *ret_low, uint16_t *ret_high);
/* Any text; `odd` is borrowed from it. */
struct port_range port_range_of(struct str s);
static inline struct port_range
port_range_one(uint16_t port)
{
	return (struct port_range){ port, port, STR_INIT };
}
/* The text that it was made of. */
struct str port_range_text(struct port_range_room *room, struct port_range);
/* Whether that text is not empty. */
static inline bool
port_range_is_given(struct port_range r)
{
	return r.low || r.odd.len;
}
/* Whether that text is not of two numbers. */
bool port_range_is_single(struct port_range);
bool port_range_eq(struct port_range a, struct port_range b);

#endif
