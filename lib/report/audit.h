/* audit: what is known of a fleet, laid out in memory for reports to query.
 * SPDX-License-Identifier: MIT
 *
 * The source is a stream of findings or the database that plan wrote; either way the same tables and views
 * stand (their reference is docs/reports.md), so one .sql serves both. The database is attached read-only,
 * under the name registry, and everything is read in one transaction. Once an audit is open, no statement
 * can write, attach, or load anything. */
#ifndef BERTH_REPORT_AUDIT_H
#define BERTH_REPORT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/only.h"

struct error;
struct rows;
struct accept;
struct audit;
struct finding_reader;
struct load_guests;

struct audit_options {
	const char *db;			/* the database's path; it need not exist */
	/* a descriptor with a stream of findings; -1: those in the database */
	int findings;
	const char *findings_name;	/* for messages */
	struct finding_reader *reader;	/* NULL, or of many streams: stands before the findings */
	struct load_guests *guests;	/* apps of other hosts that count as well; NULL: none */
	bool is_of_many; /* a database counts only where it says that it is of the stream's host */
	unsigned takes;			/* of the stream: enum finding_takes */
	/* only the views are asked, not the table findings: what none of them shows is not held */
	bool views_only;
	bool no_free;			/* nobody asks for free_ports and free_pairs, which then stay empty */
	bool host_check; /* also what else this host holds */
	struct accept *accepted;	/* what is shared on purpose; NULL: nothing is known of that */
	struct only only;		/* queries give no rows of other apps */
};

/* -1 where the findings are cut short or damaged, or the database is not one. Neither findings nor a
 * database is no error here. */
int audit_open(struct audit **ret, const struct audit_options *, struct error *);
void audit_close(struct audit *);

bool audit_has_database(const struct audit *);
bool audit_has_findings(const struct audit *);	/* of a stream */
/* Whether the stream is of a scan with OPTION (`--secrets`). */
bool audit_was_asked(const struct audit *, struct str option);
/* What the host is called, of the stream or else of the database; empty where nobody said. */
struct str audit_host(const struct audit *);
/* Whose the database is, where it is not of the host that the stream is of, and so was not looked into; else
 * empty. */
struct str audit_owner(const struct audit *);
/* The fleet's root; empty where it is not known. */
struct str audit_root(const struct audit *);
/* When the plan was made that the database holds; empty of findings, and where there was none. */
struct str audit_created(const struct audit *);
/* Whether it is of a registry in which no plan and no pair was ever put. */
bool audit_is_blank(const struct audit *);
/* Why what the database holds may not be what the files say any more, where it is known; else empty. */
struct str audit_behind(const struct audit *);
/* What the registry knows of that the last plan did not see; empty: nothing. */
struct str audit_beyond(const struct audit *);
/* Whether some apps alone were chosen; -1 of the second: a pattern is for none that there is. */
bool audit_is_part(const struct audit *);
int audit_check_only(struct audit *, struct error *);
/* Problems that came down the stream; where it is part, of the apps that were chosen, also of a database. */
size_t audit_problems(const struct audit *);

/* Puts those who clash in OTHER (which may be A itself) at MOMENT (now, found, planned, or the number of
 * an audit in its database) into the table compared of A, as SIDE (earlier, later): what `report
 * difference` reads. */
int audit_compare(
    struct audit *a, const char *side, struct audit *other, const char *moment, struct error *err);

/* Puts FROM (which may be A itself) into the tables hosts and, with PLACES, placements of A, as HOST's. */
int audit_carry(struct audit *a, struct audit *from, struct str host, bool places, struct error *err);

/* Runs the one SELECT that SQL holds. NAME and the line in it are the place of an error. RET must be
 * ROWS_INIT. */
int audit_query(struct audit *, struct str sql, struct str name, struct rows *ret, struct error *);
/* Takes rows of a query that are gone afterwards. -1: no more are wanted. */
typedef int audit_take(void *context, const struct rows *, struct error *);
/* As audit_query, but the rows are handed on some hundreds at a time, so that no more are held. Without a row
 * TAKE is called once, of none. */
int audit_pass(struct audit *, struct str sql, struct str name, audit_take *take, void *context,
    struct error *);
/* The first cell of a SELECT as a number; 0 where there is none. */
int audit_number(struct audit *, struct str sql, struct str name, int64_t *ret, struct error *);
/* Runs a SELECT of berth's own; ARGUMENT, where it is not NULL, is its ?1. RET must be ROWS_INIT. */
int audit_ask(struct audit *, const char *sql, const char *argument, struct rows *ret, struct error *);

MEM_AUTO_PTR(audit);

#endif
