/* walk: finds the folders of a tree that hold a file of certain names.
 * SPDX-License-Identifier: MIT
 *
 * Several threads share the work. Folders are opened by their path from the root, never through a symlink,
 * so a walk ends: no path is longer than the system takes. Where links are followed each real folder is
 * entered once. */
#ifndef BERTH_SCAN_WALK_H
#define BERTH_SCAN_WALK_H

#include <stdbool.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct error;

enum walk_flags {
	WALK_VCS = 1 << 0,		/* enter .git, .hg, .svn … */
	WALK_MODULES = 1 << 1,		/* enter node_modules */
	WALK_VENV = 1 << 2,		/* enter .venv */
	WALK_LINKS = 1 << 3		/* follow symlinks to folders */
};

/* A folder that could not be read, or only in part. */
struct walk_fault {
	struct str folder;	/* relative to the root */
	struct str what;	/* message, with the system's reason */
};

/* Whether a walk with these flags does not enter a folder called NAME (NUL behind it): berth's own, and
 * those of version control and of others' code that the flags do not ask for. */
bool walk_skips(struct str name, unsigned flags);

/* What an entry's name means to the caller: a bit, or 0 for nothing. */
typedef unsigned walk_name_bit(struct str name);

/* Whether the folder open at FD, which holds a name that may do, is to be found: 1. -1: it says so, but
 * what it names is not there. */
typedef int walk_check(int fd);

/* What a folder must hold to be found: an entry whose bit is among WANTED, or one whose bit is among MAYBE
 * where CHECK says so (NULL: never). Both are called by several threads at once. */
struct walk_names {
	walk_name_bit *bit;
	unsigned wanted, maybe;
	walk_check *check;
	/* entries with this bit are listed by themselves; so is what a folder would be found by, were it
	 * there: a symlink that leads nowhere, a name that may do of which CHECK says -1 */
	unsigned loose;
	const char *maybe_name;
};

/* Whether the folder open at FD, whose entries have the bits BITS, is to be found, as CHECK says it. */
int walk_names_suit(const struct walk_names *, unsigned bits, int fd);

struct walk_folder {
	struct str path;	/* relative to the root, "." for the root itself; NUL behind it */
	unsigned names;		/* the bits of its entries' names */
};

struct walk {
	struct walk_folder *folders;	/* in no order */
	size_t count, cap;
	struct str *loose;		/* entries whose bit is LOOSE, by their paths; in no order */
	size_t loose_count, loose_cap;
	struct walk_fault *faults;
	size_t fault_count, fault_cap;
	struct arena arena;	/* holds the strs */
};

#define WALK_INIT { .arena = ARENA_INIT }

/* Adds the folders below ROOTFD that hold what is wanted, with up to JOBS threads. An unreadable folder is a
 * fault. */
void walk_tree(struct walk *, int rootfd, unsigned flags, size_t jobs, struct walk_names names);
/* Adds a folder, or one that could not be read and why; the texts are copied. */
void walk_add_folder(struct walk *, struct str path, unsigned names);
/* Adds the entry NAME of FOLDER to the loose ones. */
void walk_add_loose(struct walk *, struct str folder, struct str name);
void walk_add_fault(struct walk *, struct str folder, const struct error *);
void walk_release(struct walk *);

MEM_AUTO(walk);

#endif
