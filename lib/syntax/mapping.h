/* mapping: a port mapping's text, `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, as Compose takes or refuses it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYNTAX_MAPPING_H
#define BERTH_SYNTAX_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/place.h"
#include "syntax/trace.h"

struct error;
struct interpolation;

struct mapping {
	struct str host_ip;		/* without brackets; empty: none. Borrowed from the text */
	struct str protocol;		/* "tcp", "udp" or "sctp" */
	bool has_host;			/* false: Docker picks the host port (`80`, `:80`, `127.0.0.1::80`) */
	bool is_any;			/* `8000-9000:80`: one port, any of host_first to host_last */
	unsigned host_first, host_last;		/* 0 to 65535; 0 is any free port, as if it were not given */
	unsigned container_first, container_last;	/* 1 to 65535 */
	/* Where the parts stand in the text, without their colons and slash; length 0 (with the right
	 * offset) where empty. */
	struct span host_at;		/* the whole range */
	struct span container_at;
};

/* The patterns and the room to match: one for each thread. */
struct mapping_parser;

int mapping_parser_open(struct mapping_parser **ret, struct error *);
void mapping_parser_close(struct mapping_parser *);

/* TEXT: a short form after interpolation, or the decimal digits of a bare integer. -1 where Compose
 * refuses it, with the reason and the remedy. */
int mapping_parse(struct mapping_parser *, struct str text, struct mapping *ret, struct error *);

/* The single mappings that Compose makes of one, in its order (container ports as strings: 10, 11, 8, 9). */
struct mapping_cursor {
	const struct mapping *mapping;
	unsigned container;		/* private: the last one given out */
};

struct mapping_port {
	unsigned container;
	struct str published;		/* as Compose prints it: digits, a range for is_any, else empty */
};

#define MAPPING_CURSOR_INIT(m) { (m), 0 }

/* 1 and the next one; 0 after the last. The text of *ret is made in the arena. */
int mapping_next(struct mapping_cursor *, struct arena *, struct mapping_port *ret);

/* Whether S is an IPv4 or IPv6 literal as host_ip of a long form (and of a short one, less brackets) must
 * be. */
bool mapping_is_address(struct str s);

/* Where the host part stands in the text of WRITTEN, the mapping before interpolation, which made RESOLVED
 * of it: `${PORT:-80}` of `${IP:-127.0.0.1}:${PORT:-80}:80`; colons inside expansions do not split. Length
 * 0 for `:80`. False where there is no host part, or where it is no text of its own because an expansion
 * brings the colons that split. */
bool mapping_host_site(struct interpolation *, struct trace written, struct trace resolved, struct span *ret);

MEM_AUTO_PTR(mapping_parser);

#endif
