/* newapp: an app that comes into being from a template, with ports and names of its own from the registry.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_NEW_NEWAPP_H
#define BERTH_NEW_NEWAPP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include "new/template.h"
#include "plan/plan.h"

struct error;

/* As the command line has it; borrowed. */
struct newapp_options {
	const char *db;
	const char *template;		/* the folder that it is laid out from */
	const char *layout;		/* NULL: the default */
	const char *app;		/* MODEL/appN */
	const char *dest;		/* the folder that it becomes */
	struct plan_options options;
};

struct newapp {
	struct plan_allocation got;	/* its identity is borrowed from the options */
	bool is_laid;			/* the app stands in its folder */
	struct template *template;	/* owned; its complaints are for a person */
	const struct template_port *ports;	/* beside the pair; the template's */
	size_t port_count;
	struct arena arena;
};

#define NEWAPP_INIT { .arena = ARENA_INIT }

/* Registers the app and lays it out. -1: nothing was laid out, and it holds nothing that it did not hold
 * before; but where IS_LAID it stands, and only its ports beside the pair could not be registered. */
int newapp_make(struct newapp *ret, const struct newapp_options *, struct error *);
void newapp_release(struct newapp *);

MEM_AUTO(newapp);

#endif
