/* portmap: which ports may be handed out, and why not the others.
 * SPDX-License-Identifier: MIT */
#include "fleet/portmap.h"

#include <string.h>

#include "base/error.h"
#include "base/port.h"

/* https://fetch.spec.whatwg.org/#port-blocking, the ports above 0. */
static const uint16_t bad_ports[] = {
	1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
	104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513,
	514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720,
	1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
	10080,
};

void
portmap_init(struct portmap *m)
{
	for (uint32_t i = 0; i < PORTMAP_PORTS; i++) {
		m->state[i] = PORT_FREE;
		m->owner[i] = PORTMAP_NOBODY;
		m->next[i] = i;
	}
	m->next[PORTMAP_PORTS] = PORTMAP_PORTS;
	portmap_block(m, 0, 0, PORT_LOW);
}

void
portmap_init_from(struct portmap *m, const struct portmap *blocked)
{
	if (blocked)
		*m = *blocked;
	else
		portmap_init(m);
}

static void
leave(struct portmap *m, uint32_t port, enum port_state why)
{
	if (m->state[port] != PORT_FREE)
		return;
	m->state[port] = (uint8_t)why;
	m->next[port] = port + 1;
}

void
portmap_block(struct portmap *m, uint32_t low, uint32_t high, enum port_state why)
{
	for (uint32_t i = low; i <= high && i < PORTMAP_PORTS; i++)
		leave(m, i, why);
}

bool
portmap_reopen(struct portmap *m, enum port_state why)
{
	bool any = false;

	for (uint32_t i = 0; i < PORTMAP_PORTS; i++) {
		any = any || m->state[i] == why;
		if (m->state[i] == why)
			m->state[i] = PORT_FREE;
		m->next[i] = m->state[i] == PORT_FREE ? i : i + 1;
	}
	return any;
}

void
portmap_block_low(struct portmap *m)
{
	portmap_block(m, 1, 1023, PORT_LOW);
}

size_t
portmap_bad_ports(const uint16_t **ret)
{
	*ret = bad_ports;
	return sizeof bad_ports / sizeof *bad_ports;
}

void
portmap_block_bad(struct portmap *m)
{
	for (size_t i = 0; i < sizeof bad_ports / sizeof *bad_ports; i++)
		leave(m, bad_ports[i], PORT_BAD);
}

void
portmap_take(struct portmap *m, uint16_t port, uint32_t owner)
{
	leave(m, port, PORT_TAKEN);
	if (owner < m->owner[port])
		m->owner[port] = owner;
}

bool
portmap_is_free(const struct portmap *m, uint32_t port)
{
	return port < PORTMAP_PORTS && m->state[port] == PORT_FREE;
}

/* The first free port at or above FROM; PORTMAP_PORTS where there is none. Shortens the way for the next
 * search. */
static uint32_t
next_free(struct portmap *m, uint32_t from)
{
	uint32_t end = from < PORTMAP_PORTS ? from : PORTMAP_PORTS;

	while (m->next[end] != end)
		end = m->next[end];
	while (from < end) {
		uint32_t after = m->next[from];

		m->next[from] = end;
		from = after;
	}
	return end;
}

uint16_t
portmap_find(struct portmap *m, uint32_t from, uint32_t width)
{
	uint32_t start = next_free(m, from), n = 0;

	while (start + width <= PORTMAP_PORTS) {
		for (n = 1; n < width && m->state[start + n] == PORT_FREE; n++)
			;
		if (n >= width)
			return (uint16_t)start;
		start = next_free(m, start + n);
	}
	return 0;
}

bool
portmap_next_pair(
    const struct portmap *m, struct port_series *s, uint16_t *ret_backend, uint16_t *ret_frontend)
{
	if (s->backend == 0) {
		s->backend = s->base_backend;
		s->frontend = s->base_frontend;
	}
	while (s->at < s->step) {
		for (; s->backend < PORTMAP_PORTS && s->frontend < PORTMAP_PORTS;
		     s->backend += s->step, s->frontend += s->step)
			if (s->backend != s->frontend && portmap_is_free(m, s->backend) &&
			    portmap_is_free(m, s->frontend)) {
				*ret_backend = (uint16_t)s->backend;
				*ret_frontend = (uint16_t)s->frontend;
				return true;
			}
		s->at++;
		s->backend = s->base_backend + s->at;
		s->frontend = s->base_frontend + s->at;
	}
	return false;
}

const char *
portmap_reason(enum port_state s)
{
	static const char *const reasons[] = {
		[PORT_FREE] = "free", [PORT_LOW] = "below 1024", [PORT_BAD] = "browsers refuse it",
		[PORT_EPHEMERAL] = "in the kernel's ephemeral range", [PORT_RESERVED] = "reserved",
		[PORT_OUTSIDE] = "outside the range asked for",
		[PORT_LISTENING] = "something on this host listens on it",
		[PORT_IN_RANGE] = "an app may take any port of a range that it lies in",
		[PORT_TAKEN] = "taken",
	};

	return reasons[s];
}

int
portmap_reserve(struct portmap *m, struct str list, struct error *err)
{
	for (size_t at = 0; at < list.len; ) {
		size_t comma = str_find(list, at, ',');
		struct str one = str_trim(str_sub(list, at, comma - at));
		uint16_t low, high;

		at = comma + 1;
		if (one.len == 0)
			continue;
		if (!port_range_parse(one, true, &low, &high))
			return error_set(err,
			    "'%.*s' is no port and no range of ports: write 5432 or 9000-9100", STR_ARG(one));
		portmap_block(m, low, high, PORT_RESERVED);
		/* also what is blocked for another reason */
		memset(m->state + low, PORT_RESERVED, high - low + 1U);
	}
	return 0;
}
