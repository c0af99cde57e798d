/* address: texts such as `http://localhost:8003` that name a port on this host.
 * SPDX-License-Identifier: MIT
 *
 * The hosts are localhost and names below it, 127.0.0.0/8, [::1], host.docker.internal and
 * gateway.docker.internal, Podman's host.containers.internal, and the address that Docker gives the host on
 * its own bridge, 172.17.0.1 (dockerd, default-address-pools); in either case, also with the dot of the root
 * behind them; the colon may be percent-encoded or have a backslash before it.
 * A list of words on one line is an address too: `host=localhost port=5432`, `Server=localhost,1433`.
 * Addresses of other hosts have a name, or an address of IPv4, and a port.
 * 0.0.0.0, 0 and [::] are what a program listens on, and no address that anyone asks for. What stands before
 * an `@` is a user's name and password: never returned, never searched. */
#ifndef BERTH_SCAN_ADDRESS_H
#define BERTH_SCAN_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/place.h"

struct error;

struct address {
	struct span host;		/* in the text; with brackets for IPv6, without user info */
	struct span digits;		/* of the port; length 0: it is its scheme's (http://localhost) */
	unsigned port;			/* 1 to 65535 */
	bool begins_range;		/* a dash and a number follow: localhost:9000-9002 */
};

/* Why nobody edits the first number of a range: the last would have to change with it. */
#define ADDRESS_RANGE_DOUBT "it begins a range"

/* The patterns and the room to match: one for each thread. */
struct address_finder;

/* NAMES: what else this host is called, by names and addresses. -1 where one can be none. */
int address_finder_open(
    struct address_finder **ret, const char *const *names, size_t count, struct error *);
void address_finder_close(struct address_finder *);

struct address_cursor {
	struct address_finder *finder;
	struct str text;
	size_t at;			/* private: where to search on */
};

#define ADDRESS_CURSOR_INIT(finder, text) { (finder), (text), 0 }

/* Returns 1 and the next address, 0 where there is none left, -1 where the text is too intricate to be
 * matched. */
int address_next(struct address_cursor *, struct address *ret, struct error *);
/* The same of the addresses of other hosts (`https://cloud.example.com:8443`). */
int address_next_elsewhere(struct address_cursor *, struct address *ret, struct error *);

MEM_AUTO_PTR(address_finder);

#endif
