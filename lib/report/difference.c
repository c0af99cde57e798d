/* difference: two audits side by side.
 * SPDX-License-Identifier: MIT */
#include "report/difference.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "format/rows.h"
#include "report/audit.h"
#include "system/input.h"

enum { PLAN_ID = 16 };

struct compared {
	struct audit *audit;
	char moment[24];	/* as audit_compare takes it */
};

static bool
is_moment(const char *side)
{
	return strcmp(side, "found") == 0 || strcmp(side, "planned") == 0 || strcmp(side, "now") == 0;
}

static bool
is_number(const char *side)
{
	return *side && strspn(side, "0123456789") == strlen(side);
}

/* A plan's id; a file of that name goes first. */
static bool
is_plan(const char *side)
{
	return strlen(side) == PLAN_ID && strspn(side, "0123456789abcdef") == PLAN_ID &&
	    access(side, F_OK) < 0;
}

static int
open_database(struct audit **ret, const struct audit_options *from, struct error *err)
{
	struct audit_options kept = *from;

	kept.findings = -1;
	if (audit_open(ret, &kept, err) < 0)
		return -1;
	if (audit_has_database(*ret))
		return 0;
	error_set(err,
	    "no such database, whose moments found, planned and now are, and whose audits have numbers: "
	    "name it with --db, or give files of findings");
	return error_file(err, str_from(from->db));
}

/* Sets the moment to the number of the audit that SIDE names, by its own number or by its plan's id. */
static int
find_audit(struct compared *c, const char *side, const char *db, struct error *err)
{
	static const char by_number[] =
	    "SELECT max(audit) FROM berth_audits WHERE audit = CAST(?1 AS INTEGER)";
	static const char by_plan[] = "SELECT max(audit) FROM berth_audits WHERE plan = ?1";
	AUTO(rows) rows = ROWS_INIT;
	uint64_t n;

	if (audit_ask(c->audit, is_number(side) ? by_number : by_plan, side, &rows, err) < 0)
		return -1;
	if (str_to_uint(rows_cell(&rows, 0, 0)->text, INT64_MAX, &n) && n > 0) {
		(void)snprintf(c->moment, sizeof c->moment, "%ju", (uintmax_t)n);
		return 0;
	}
	error_set(
	    err, "holds no audit %s: report audits lists them (a file of that name is ./%s)", side, side);
	return error_file(err, str_from(db));
}

static int
open_findings(struct audit **ret, const char *path, const struct audit_options *from, struct error *err)
{
	struct audit_options stream = *from;
	int result;

	stream.db = NULL;
	if (input_open(path, &stream.findings, &stream.findings_name, err) < 0)
		return error_set(err,
		    "%s: no such file of findings that can be read (nor is it found, planned or now, or the "
		    "number of an audit)",
		    path);
	result = audit_open(ret, &stream, err);
	input_close(stream.findings);
	return result;
}

static int
open_side(struct compared *c, const char *side, const struct audit_options *from, struct error *err)
{
	bool is_kept = is_number(side) || is_plan(side);

	(void)snprintf(c->moment, sizeof c->moment, "%s", is_moment(side) ? side : "now");
	if (!is_kept && !is_moment(side))
		return open_findings(&c->audit, side, from, err);
	if (open_database(&c->audit, from, err) < 0)
		return -1;
	return is_kept ? find_audit(c, side, from->db, err) : 0;
}

int
difference_open(struct audit **ret, const char *earlier, const char *later, const struct audit_options *from,
    struct error *err)
{
	struct compared a = { NULL, "" }, b = a;
	int result = -1;

	if (open_side(&a, earlier, from, err) == 0 && open_side(&b, later, from, err) == 0 &&
	    audit_compare(b.audit, "earlier", a.audit, a.moment, err) == 0 &&
	    audit_compare(b.audit, "later", b.audit, b.moment, err) == 0)
		result = 0;
	audit_close(a.audit);
	if (result == 0)
		*ret = b.audit;
	else
		audit_close(b.audit);
	return result;
}
