/* mask: a line of a file as it may be shown to anyone: without the values that may be secrets.
 * SPDX-License-Identifier: MIT
 *
 * Of a .env every value is withheld, of a compose file every value but those that say how services are
 * wired: ports, names, and images up to a tag that may be a secret (names_is_common_tag). A comment is shown
 * where it is prose. What an edit writes or replaces is a port, a name or an address and is shown, with the
 * host and port around it but no user info. */
#ifndef BERTH_APPLY_MASK_H
#define BERTH_APPLY_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

struct buf;
struct mask;
struct run_file;

/* For the lines of TEXT, which is FILE before, or after where IS_NEW. Both outlive the mask. */
struct mask *mask_open(const struct run_file *, struct str text, bool is_new);
void mask_close(struct mask *);
/* Appends the line that begins at OFF, with its end. Lines come in their order. */
void mask_line(struct mask *, size_t off, struct str line, struct buf *);

MEM_AUTO_PTR(mask);

#endif
