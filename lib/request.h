/* request: what plan was asked for, from the texts of its command line.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REQUEST_H
#define BERTH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "clash.h"
#include "planner.h"
#include "portmap.h"
#include "str.h"

struct error;
struct inventory;
struct store;

/* As the command line has it; strings are borrowed. */
struct request_options {
	const char *const *reserve;	/* lists: 5432,9000-9100 */
	size_t reserve_count;
	const char *reserve_from, *range, *accept;
	bool host_check, allow_bad, allow_ephemeral;
	const char *proc;		/* "/proc" */
};

struct request {
	struct portmap blocked;
	uint8_t listening[PORTMAP_PORTS];
	struct clash_accepted *accepted;
	size_t accepted_count, accepted_cap;
	struct arena arena;
};

/* Fills *RET, which is large: from mem_zero, not on the stack, and request_close's also after -1: an option's text or file is not what it should be. */
int request_prepare(struct request *ret, const struct request_options *, struct error *);
/* Lets PLANNER see it. */
void request_apply(const struct request *, struct planner_options *planner);
void request_close(struct request *);
/* Whether each of the patterns to plan for is of some app of INVENTORY: a mistyped one would plan for none, and say that
 * all is well. */
int request_check_only(const struct planner_options *, const struct inventory *, struct error *);
/* TEXT is `MODEL/appN`, maybe behind a path; *ret_model is borrowed from it. */
int request_parse_app(const char *text, struct str *ret_model, uint64_t *ret_num, struct error *);
/* APP is `MODEL/appN`, maybe behind a path. Gives an app without files its pair and writes that to OUT. */
int request_allocate(struct store *, const char *app, const struct planner_options *, bool as_env, FILE *out,
    struct error *);
/* Gives up what APP holds and writes that to OUT. */
int request_release(struct store *, const char *app, FILE *out, struct error *);

MEM_AUTO_PTR(request);

#endif
