/* migration: the whole of a migration by berth's own programs: scan, plan, apply, and a second scan that
 * proves it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FRONT_MIGRATION_H
#define BERTH_FRONT_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "front/lists.h"
#include "system/options.h"
#include "system/process.h"

struct buf;
struct error;
struct rows;

/* What a plan would do, counted. */
struct migration_summary {
	size_t apps;		/* with at least one edit */
	size_t edits;		/* replaces and inserts */
	size_t ports;		/* edits for the reason of a port */
	size_t names;		/* edits for a container or project name */
	size_t addresses;	/* edits that bind a port to one */
	size_t env_files;	/* .env files to be made */
	size_t problems;	/* what needs a hand */
};

/* What apply did, counted by the status of its results. */
struct migration_outcome {
	size_t changed, stale, failed, problems;
};

enum { MIGRATION_SAMPLES = 5 };

/* One run. The scratch files hold each program's output for the next one: -1 until their step has run. */
struct migration {
	const char *root;		/* the fleet; borrowed */
	const char *db;			/* NULL: what plan and apply take themselves */
	const char *bind;		/* the address for ports that listen on all; or NULL */
	const char *accept;		/* what is shared on purpose, for plan and report; or NULL */
	bool quiet;			/* all of them */
	bool mentions;			/* other files than Compose's are searched for what moves */
	bool rewrites;			/* and what they mention follows too */
	bool counts_only;		/* stdout is for the totals alone */
	bool is_proved, is_clean;	/* by a second scan */
	bool has_clashes;		/* so it says; of one that is not clean it may be problems alone */
	size_t others;			/* clashes of apps alone that were not chosen (--only) */
	bool no_host_check;		/* what the host holds beside the fleet does not count */
	struct option_list scan, plan;	/* further words for them (OPTION_PASS); owned */
	struct lists lists;		/* of the files that these name, those that can be read once only */
	int findings, changes, results;	/* owned descriptors */
	struct process_end end;		/* of the program that ran last */
	int plan_status;
	struct str plan_id;
	struct migration_summary summary;
	struct migration_outcome outcome;
	struct arena arena;		/* private */
	/* a line for each app or file that needs a person, the plan's problems, its notes, then apply's */
	struct str *troubles;
	size_t trouble_count, trouble_cap;
	struct str samples[MIGRATION_SAMPLES];	/* the first changes of ports and names, a line each */
	size_t sample_count;
};

#define MIGRATION_INIT { .lists = LISTS_INIT, .findings = -1, .changes = -1, .results = -1 }

void migration_release(struct migration *);
/* Whether the program that ran last was ended by a signal that asked all of us to end. */
bool migration_is_stopped(const struct migration *);

/* Keeps what the lists that were named hold, where that can be read once only: first of all. */
int migration_keep_lists(struct migration *, struct error *);
/* Scans. -1 where a program could not do its work: it has said why on stderr, and the error says which
 * one. So of all below. */
int migration_scan(struct migration *, struct error *);
/* Plans, and counts the plan into summary. Where DRY nothing is registered. May be done again, for good:
 * then the plan has to come out as it did before, or it is an error, and plan is not heard again. */
int migration_plan(struct migration *, bool dry, struct error *);
/* Applies the plan and counts the results into outcome. */
int migration_apply(struct migration *, struct error *);
/* The diff that --dry-run shows, to stdout. */
int migration_show(struct migration *, struct error *);
/* How many apps still run as before, as far as that can be found out. */
size_t migration_waiting(struct migration *);
/* Scans again and lets `report conflicts` list on stdout what still clashes; where apps were chosen, of those
 * alone. *ret_clean: there is nothing. */
int migration_verify(struct migration *, bool *ret_clean, struct error *);
/* The same of the findings that were planned for, where nothing was changed since. */
int migration_confirm(struct migration *, bool *ret_clean, struct error *);

/* What was planned and done, a row: changes, apps, ports, names, follow, env_files, problems of the plan;
 * changed, stale, failed of the files; clean: 1 or 0, null where there was no second scan; addresses of the
 * plan. RET must be ROWS_INIT. */
void migration_totals(const struct migration *, struct rows *ret);

MEM_AUTO(migration);

#endif
