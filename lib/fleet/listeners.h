/* listeners: the ports that something on this host listens on, as the kernel's tables say.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_LISTENERS_H
#define BERTH_FLEET_LISTENERS_H

#include <stdint.h>

#include "base/str.h"

struct error;

enum { LISTENERS_PORTS = 65536 };

/* Sets the flag of each port that is listened on by the table TEXT, the content of /proc/net/tcp (IS_TCP) or
 * /proc/net/udp: of tcp the sockets in state LISTEN, of udp every bound socket that is not connected. Other
 * lines are passed over. */
void listeners_parse(struct str text, bool is_tcp, uint8_t ports[static LISTENERS_PORTS]);
/* Reads all four tables of the directory PROC ("/proc"). A missing table (no IPv6, no Linux) counts as
 * empty. */
int listeners_read(const char *proc, uint8_t ports[static LISTENERS_PORTS], struct error *);
/* The kernel's ephemeral range, read below PROC. Where the host does not tell it, it is Linux's default:
 * 32768 to 60999. */
void listeners_ephemeral(const char *proc, uint16_t *ret_low, uint16_t *ret_high);

#endif
