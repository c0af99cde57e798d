/* edits: the rows of one app in the making, none of which contradicts another.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_EDITS_H
#define BERTH_PLAN_EDITS_H

#include "plan/naming.h"
#include "plan/ports.h"
#include "plan/rows.h"
#include "plan/units.h"
#include "plan/view.h"

struct decisions;

/* One row in the making. Sorted by file and offset, so that a reviewer reads a file from its top. */
struct planned_edit {
	struct change c;
	unsigned rank;		/* .env first, then .env.example, then the compose files */
	size_t order;		/* among inserts at one point */
};

struct edits {
	const struct decisions *d;
	uint32_t app;
	/* the app has no .env, and gets a copy of .env.example or an empty one; the first edit of an .env
	 * that is missing sets one of them */
	bool copies, creates;
	bool overrides;		/* its override file is missing, and made */
	struct problem *problems;
	size_t problem_count, problem_cap;
	struct planned_edit *items;
	size_t count, cap;
	uint32_t *replaced;	/* the items that replace, by file and offset: no two of them share a byte */
	size_t replaced_count, replaced_cap;
	/* of seen.c: the app's ports of tcp, and of others, by their numbers as .env has them and as
	 * .env.example does */
	struct dict seen[2][2];
	struct dict reached;	/* of references.c: other apps, and whether one network reaches them */
	struct dict inserted;	/* FILE=KEY of each line that is added: which item it is */
	/* of edited.c: what decides a port that moves */
	struct dict moved;
	/* of port_edits.c: the alias at hand, and what replaces it; empty: none was made yet */
	struct inventory_place content_of;
	struct str content;
	struct arena words;	/* of the making */
};

/* Adds C. What an earlier edit says of the same bytes already is not said twice. False where the two
 * contradict. */
bool edits_add(struct edits *, struct change c);
/* Adds C, a line, behind those that go to its place already, be it like one of them or not. */
void edits_append(struct edits *, struct change c);
/* Whether a line of FILE is added that sets KEY. */
bool edits_set(struct edits *, struct str file, struct str key);
/* Whether an edit replaces bytes of SPAN in FILE. */
bool edits_has(const struct edits *, struct str file, struct span span);
/* The text at PLACE becomes NEW. LIKE: service, reason, detail. */
struct change edits_replacement(
    const struct edits *, const struct inventory_place *, struct str new, const struct change *like);
/* The alias through which claim I has its text becomes TEXT, and the first other alias the anchor, where I
 * had that. False where that contradicts another edit. */
bool edits_part(struct edits *, uint32_t i, struct str text, const struct change *like);
/* Puts the digest of F, the file that it is about, into C. */
void edits_digest(struct change *c, const struct inventory_file *f);
/* Adds a problem of the app. PLACE: NULL for none. */
void edits_problem(struct edits *, struct str service, const struct inventory_place *, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for what a person may want to look at, though nothing is wrong. */
void edits_note(struct edits *, struct str service, const struct inventory_place *, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* In the order in which rows stand. */
void edits_sort(struct edits *);
void edits_release(struct edits *);

/* --- seen.c: the ports of an app by the numbers that its .env or its .env.example gives them --- */

/* What an address says of the port that it means. */
struct seen_address {
	const struct inventory_item *item;
	struct str host;
	uint16_t port;		/* the item's, or what its variable will be */
};

/* The app's tcp port that A means, as .env (EXAMPLE: .env.example) has it; DICT_NONE: none. Of several with
 * the number it is one that is published where the host of A reaches it, if there is any; then one of the
 * service whose setting A is; then one of a service that runs without a profile; then the first. */
uint32_t seen_find(struct edits *, const struct seen_address *a, bool example);
/* The same of another protocol. */
uint32_t seen_find_other(struct edits *, const struct seen_address *a, bool example);

/* --- env.c: keys of .env and .env.example, and the placeholders in them --- */

/* Sets KEY in the app's .env, and in step in its .env.example where it is in the layout. LIKE: service,
 * reason, detail. */
void env_set_key(struct edits *, struct change like, struct str key, struct str value);
/* DETAIL, and which services get KEY, or what .env makes of it, as it stands in .env. */
struct str env_with_takers(const struct edits *, struct str detail, struct str key);
/* Whether the app's examples of a .env are kept in step with it. */
bool env_keeps_examples(const struct edits *);
/* Adds C where it has to be made. EXAMPLE: it is one of .env.example, so it is made in the copy that becomes
 * .env too, and in .env.example itself only in the layout. False where it contradicts another. */
bool env_add(struct edits *, struct change c, bool example);
/* Fills in the placeholder that the gap ITEM tells of. */
void env_fill_placeholder(struct edits *, const struct inventory_item *item);

/* --- references.c: addresses follow the ports that they name --- */

/* The address that item I is follows its port. */
void references_edit(struct edits *, uint32_t i);
/* Whether ITEM, an address, says by its host that it is this host: in a container, localhost is the
 * container. */
bool references_are_of_host(const struct view *, const struct inventory_item *item);

/* NAME, which image I is called from now on, with the port of its registry as that is then. */
struct str references_in_image(struct edits *, uint32_t i, struct str name);

/* --- edited.c: which ports of an app get a text with their number --- */

/* Gathers what decides a port of the app that moves. */
void edited_find(struct edits *);
/* Whether unit U gets such a text: as it moves, or as a text that it shares changes. After edited_find. */
bool edited_has(const struct edits *, uint32_t u);

/* --- port_edits.c: the edits that give the ports of an app their numbers --- */

void port_edits_make(struct edits *);
/* Why port I moves, where it came from, and what of it cannot follow. */
struct str port_edits_why(const struct edits *, uint32_t i);

/* --- binding.c: published ports that listen on all addresses get the one that was asked for (--bind) --- */

void binding_edit(struct edits *);
/* What the default that decides port I holds before its number, with the address that I gets there. */
struct str binding_before(const struct edits *, uint32_t i);
/* What goes before the number of port I in the content of its alias, with the colon, in the place of all from
 * *FROM on; empty where it gets no address there. */
struct str binding_in_alias(const struct edits *, uint32_t i, size_t *ret_from);

/* --- name_edits.c: the edits that give an app's project and containers their names --- */

void name_edits_make(struct edits *);
/* Why a container called NAME is called otherwise. */
struct str name_edits_why(const struct edits *, struct str name);

/* --- overrides.c: lines in an override file, where no text of the app's own decides (--overrides) --- */

void overrides_edit(struct edits *);

/* --- scaffold.c: a scaffold's own names and ports made placeholders, for `berth new` to fill in --- */

/* Whether the findings are a scaffold's (scan --template). */
bool scaffold_is_one(const struct inventory *);
/* All edits of the app, sorted. They ask for nothing that was decided. */
void scaffold_edits(struct edits *);

/* --- write.c: the rows of all apps --- */

/* All edits of the app, sorted, what scan could not read in it and what a person has to do. */
void write_edits(struct edits *);
/* Adds to the plan what EDIT makes for each app that is planned for, and fills the decisions' copies. */
void write_all(struct decisions *, void (*edit)(struct edits *), struct plan *);

#endif
