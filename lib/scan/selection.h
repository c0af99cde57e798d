/* selection: the app folders that a list names, instead of all below the root.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_SELECTION_H
#define BERTH_SCAN_SELECTION_H

#include <stdbool.h>

#include "base/str.h"
#include "scan/walk.h"

struct error;

struct selection {
	const char *file;		/* "-": standard input */
	bool nul;			/* its entries end in NUL, not in a newline */
};

/* Adds the folders that the selection's file lists. A path is taken relative to the root; where nothing
 * stands there, relative to the working folder; a file stands for the folder it lies in. What is not there,
 * lies outside the root or does not hold what is wanted is a fault. -1 where the file cannot be read. */
int selection_read(struct walk *, int rootfd, const char *root, struct selection, struct walk_names,
    struct error *);

/* Where folders are looked for, and which names in them count. */
struct selection_root {
	int fd;
	const char *path;
	struct walk_names names;
};

/* The folder PATH, as of a list: *ret_folder from the root (NUL behind it), and the bits of its names. -1:
 * there is no such folder below the root. */
int selection_look(struct walk *, const struct selection_root *, struct str path, struct str *ret_folder,
    unsigned *ret_bits, struct error *);

#endif
