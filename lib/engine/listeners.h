/* listeners: what listens on this host, as the kernel's tables say.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_ENGINE_LISTENERS_H
#define BERTH_ENGINE_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

struct error;

enum { LISTENERS_PORTS = 65536, LISTENER_ADDRESS = 46, LISTENER_PROCESS = 64 };

/* A socket that listens (tcp), or is bound and not connected (udp). */
struct listener {
	uint16_t port;
	bool is_tcp;
	uint64_t inode;
	char address[LISTENER_ADDRESS]; /* empty: all of them */
	char process[LISTENER_PROCESS]; /* its name; empty: not known */
};

struct listeners {
	struct listener *items; /* owned */
	size_t count, cap;
};

#define LISTENERS_INIT \
	{ \
		NULL, 0, 0 \
	}

/* Adds those of the table TEXT, the content of /proc/net/tcp (IS_TCP) or /proc/net/udp. Other lines are
 * passed over. */
void listeners_parse(struct str text, bool is_tcp, struct listeners *ret);
/* Reads all four tables of the directory PROC ("/proc"). A missing table (no IPv6, no Linux) counts as
 * empty. */
int listeners_read(const char *proc, struct listeners *ret, struct error *);
/* Finds the process of each, as far as the processes in PROC may be looked at. */
void listeners_name(const char *proc, struct listeners *);
/* Sets the flag of each port that something listens on. */
void listeners_flag(const struct listeners *, uint8_t ports[static LISTENERS_PORTS]);
void listeners_release(struct listeners *);
/* The kernel's ephemeral range, read below PROC. Where the host does not tell it, it is Linux's default:
 * 32768 to 60999. */
void listeners_ephemeral(const char *proc, uint16_t *ret_low, uint16_t *ret_high);

MEM_AUTO(listeners);

#endif
