/* naming: what projects, containers, volumes and networks are called afterwards.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_NAMING_H
#define BERTH_PLAN_NAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet/clash.h"
#include "fleet/names.h"

struct decisions;
struct error;
struct view;

/* Where an app's project gets another name. */
enum naming_way {
	NAMED_NOWHERE = 0,	/* no text of its own says it (-p, the environment), or none may be edited */
	NAMED_IN_ENV,		/* COMPOSE_PROJECT_NAME of its .env */
	NAMED_IN_PLACE,		/* where it stands in a compose file of its own */
	NAMED_BY_LINE		/* a line `name:` in its compose file */
};

/* The kind of the registry's name of a project that is_kept. */
#define NAMING_KEPT "kept"

struct naming_app {
	/* its project afterwards, as in PROJECT_NAME (Compose takes its lower case); empty: scan found
	 * none */
	struct str project;
	/* what COMPOSE_PROJECT_NAME of the coming copy of .env.example makes it; empty: nothing */
	struct str copied;
	uint32_t item;			/* of the project; INVENTORY_NONE: scan found none */
	bool changes;			/* Compose's name for it changes */
	enum naming_way way;
	bool is_kept;			/* in the layout: its project is from where it was before */
};

struct naming {
	struct naming_app *of_app;
	/* by item: the index in texts of its name afterwards, and of a use in a path of what stands there
	 * then; 0: it stays */
	uint32_t *after;
	struct str *texts;
	size_t count, cap;
	bool *is_edited;		/* by item: an edit of its own gives it that name, and no variable */
	struct names projects, containers, images;	/* who has which: an app, an item */
};

/* The owner of names that belong to no app of this fleet. */
#define NAMING_FOREIGN (NAMES_NOBODY - 1)

void naming_init(struct naming *, const struct view *);
void naming_release(struct naming *);
/* Takes the names that a stranger on the host has in ROLE. */
void naming_take_held(struct names *, const struct view *, enum finding_role);
/* Notes for each name that items of RECORD bear now who bears it first: the item. */
void naming_borne(struct names *, const struct view *, enum finding_record record);
/* Item I is called NAME afterwards. */
void naming_rename(struct naming *, uint32_t i, struct str name);
/* What item I is called afterwards. */
struct str naming_after(const struct naming *, const struct view *, uint32_t i);
/* The fleet with the names that it has afterwards. */
struct clash_view naming_outcome(const struct naming *, const struct view *);

/* --- projects.c --- */

/* An app in the layout is called after its model and number; any other keeps its name if it is the first that
 * has it, else it is called after its path. */
void projects_name(struct naming *, const struct decisions *);

/* --- expanded.c --- */

/* Names of containers, volumes and networks follow the variables that they are made of, which the projects
 * decide; paths do not. */
int expanded_follow(struct naming *, const struct view *, struct error *);

/* --- containers.c --- */

/* Containers whose names clash are called after their project and service, but for the one that the registry
 * knows by that name, or else the first. */
void containers_name(struct naming *, const struct decisions *);

/* --- images.c --- */

/* Of the apps that build one tag from different folders the one that the registry knows by it keeps it, or
 * else the first; another in the layout is called after its project and service. */
void images_name(struct naming *, const struct decisions *);

#endif
