/* mount: a short mount's text, `[SOURCE:]TARGET[:OPTIONS]`, as Compose takes or refuses it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYNTAX_MOUNT_H
#define BERTH_SYNTAX_MOUNT_H

#include "base/mem.h"
#include "base/str.h"

struct error;

struct mount {
	/* of a named volume; empty: a path, or none is given. Borrowed from the text */
	struct str source;
	struct str target;		/* borrowed from the text; empty where that is no UTF-8 */
};

/* The pattern and the room to match: one for each thread. */
struct mount_parser;

int mount_parser_open(struct mount_parser **ret, struct error *);
void mount_parser_close(struct mount_parser *);

/* TEXT: a short form after interpolation. -1 where Compose refuses it, with the reason and the remedy. */
int mount_parse(struct mount_parser *, struct str text, struct mount *ret, struct error *);

MEM_AUTO_PTR(mount_parser);

#endif
