/* draft: a plan, from the findings that it is made of.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_DRAFT_H
#define BERTH_PLAN_DRAFT_H

#include <stdbool.h>
#include <stdio.h>

#include "fleet/inventory.h"
#include "base/mem.h"
#include "plan/plan.h"

struct error;
struct finding_reader;
struct store;

struct draft {
	struct inventory inventory;
	struct finding_reader *reader;	/* owned; its fleet's root outlives the reading */
	struct plan plan;
	bool is_partial;		/* the caller's to say: the findings were filtered on purpose */
};

#define DRAFT_INIT { INVENTORY_INIT, NULL, PLAN_INIT, false }

/* Reads all findings of FD. */
int draft_read(struct draft *, int fd, const char *name, struct error *);
/* Frees in the registry what belongs to apps that are gone from the findings, which must be all of them; see
 * registry_prune. */
int draft_prune(const struct draft *, struct store *, bool dry_run, FILE *out, struct error *);
/* Plans, registers (but for a dry run) and writes the changes to OUT. TOOL: `berth VERSION stream 1`. */
int draft_make(struct draft *, struct store *, const struct plan_options *, const char *tool,
    FILE *out, struct error *);
void draft_release(struct draft *);

MEM_AUTO(draft);

#endif
