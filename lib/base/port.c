/* port: the ports that a text gives.
 * SPDX-License-Identifier: MIT */
#include "base/port.h"

#include <string.h>

bool
port_range_parse(struct str s, bool has_blanks, uint16_t *ret_low, uint16_t *ret_high)
{
	size_t dash = str_find(s, 0, '-');
	struct str first = str_sub(s, 0, dash), last = dash < s.len ? str_sub(s, dash + 1, s.len) : first;
	uint64_t low, high;

	if (has_blanks) {
		first = str_trim(first);
		last = str_trim(last);
	}
	if (!str_to_uint(first, UINT16_MAX, &low) || !str_to_uint(last, UINT16_MAX, &high) || low == 0 ||
	    high < low)
		return false;
	*ret_low = (uint16_t)low;
	*ret_high = (uint16_t)high;
	return true;
}

struct port_range
port_range_of(struct str s)
{
	struct port_range r = PORT_RANGE_INIT;
	struct port_range_room room;

	if (s.len == 0)
		return r;
	(void)port_range_parse(s, false, &r.low, &r.high);
	if (!str_eq(port_range_text(&room, r), s))
		r.odd = s;
	return r;
}

struct str
port_range_text(struct port_range_room *room, struct port_range r)
{
	struct str_digits low, high;
	struct str first = str_from_uint(&low, r.low), last = str_from_uint(&high, r.high);
	size_t len = first.len;

	if (r.low == 0 || r.odd.len)
		return r.odd;
	memcpy(room->bytes, first.ptr, first.len);
	if (r.high != r.low) {
		room->bytes[len++] = '-';
		memcpy(room->bytes + len, last.ptr, last.len);
		len += last.len;
	}
	return (struct str){ room->bytes, len };
}

bool
port_range_is_single(struct port_range r)
{
	return r.low == r.high && str_find(r.odd, 0, '-') == r.odd.len;
}

bool
port_range_eq(struct port_range a, struct port_range b)
{
	return a.low == b.low && a.high == b.high && str_eq(a.odd, b.odd);
}
