/* arguments: what plan was asked for, from the texts of its command line.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_ARGUMENTS_H
#define BERTH_PLAN_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "fleet/accept.h"
#include "system/options.h"
#include "plan/plan.h"
#include "fleet/portmap.h"
#include "base/str.h"

struct error;
struct inventory;
struct store;

/* As the command line has it; strings are borrowed. */
struct arguments {
	struct option_list only;	/* patterns of the apps to plan for; none: all */
	struct option_list reserve;	/* lists: 5432,9000-9100 */
	struct option_list moved;	/* OLD=NEW */
	const char *reserve_from, *range, *accept, *priority;
	/* the bases 0: 5001 and 8001, or where these are outside RANGE its start and its middle */
	uint64_t base_backend, base_frontend, step;
	bool host_check, allow_bad, allow_ephemeral;
	bool is_of_findings; /* they say what the host holds: it is not looked at */
	const char *bind;		/* an address for what listens on all */
	const char *proc;
	const char *new_app, *release;	/* `MODEL/appN`, maybe behind a path */
	const char *import;		/* a file of allocations */
	const char *format;		/* of new_app's ports: `env`; else CSV */
};

#define ARGUMENTS_INIT \
	{ \
		.step = 2, .host_check = true, .proc = "/proc" \
	}

/* The options for which ports may be handed out, which plan and new share; A is a struct arguments *. */
#define ARGUMENTS_PORT_OPTIONS(a) \
	OPTION_LIST(0, "reserve", "PORTS", &(a)->reserve, \
	    "never hand these out (5432,9000-9100); who has one moves"), \
	    OPTION_TEXT(0, "reserve-from", "FILE", &(a)->reserve_from, "likewise, from a file"), \
	    OPTION_TEXT(0, "range", "LOW-HIGH", &(a)->range, "hand out these only"), \
	    OPTION_UINT( \
		0, "base-backend", "PORT", &(a)->base_backend, 1, 65535, "where backends begin (5001)"), \
	    OPTION_UINT( \
		0, "base-frontend", "PORT", &(a)->base_frontend, 1, 65535, "where frontends begin (8001)"), \
	    OPTION_UINT(0, "step", "N", &(a)->step, 1, 1000, "from pair to pair (2)"), \
	    OPTION_NO_FLAG(0, "no-host-check", &(a)->host_check, "ignore what else this host holds")

struct arguments_values {
	struct portmap blocked;
	uint16_t low, high;		/* of the range; high 0: none is given */
	uint8_t listening[PORTMAP_PORTS];
	struct accept accepted;
	struct plan_bind bind;
	struct option_list priority;	/* patterns, the strongest first; the texts are in the arena */
	struct arena arena;
};

void arguments_release(struct arguments *);

/* -1: an option's text or file is not what it should be; *RET is the caller's to close all the same. */
int arguments_values_open(struct arguments_values **ret, const struct arguments *, struct error *);
/* Lets PLANNER see it, with where its series begin and what to plan for. */
void arguments_values_apply(struct arguments_values *, const struct arguments *, struct plan_options *);
void arguments_values_close(struct arguments_values *);
/* Whether each of the patterns to plan for is of some app of INVENTORY: a mistyped one would plan for none,
 * and say that all is well. */
int arguments_check_only(const struct plan_options *, const struct inventory *, struct error *);
/* Whether INVENTORY says where an address goes, if one was asked for. */
int arguments_check_bind(const struct plan_options *, const struct inventory *, struct error *);
/* Does what is asked for instead of a plan (new_app, release or import of the options) and writes that to
 * OUT: a pair for an app without files, what an app gave up, the allocations that were taken in. */
int arguments_by_hand(const struct arguments *, struct store *, const struct plan_options *, FILE *out,
    struct error *);
/* The next pattern of --priority that is like none of INVENTORY's apps, from *AT on, which is 0 at first;
 * NULL at the end. */
const char *arguments_values_next_unranked(
    const struct arguments_values *, const struct inventory *, size_t *at);
/* The next app that --accept names and INVENTORY has not, from *AT on, which is 0 at first; empty at the
 * end. */
struct str arguments_values_next_unknown(
    const struct arguments_values *, const struct inventory *, size_t *at);

MEM_AUTO(arguments);
MEM_AUTO_PTR(arguments_values);

#endif
