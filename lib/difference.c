/* difference: two audits side by side.
 * SPDX-License-Identifier: MIT */
#include "difference.h"

#include <string.h>

#include "audit.h"
#include "error.h"
#include "source.h"

static bool
is_moment(const char *side)
{
	return strcmp(side, "found") == 0 || strcmp(side, "planned") == 0 || strcmp(side, "now") == 0;
}

static int
open_database(struct audit **ret, const char *db, struct error *err)
{
	struct audit_options from = { .db = db, .findings = -1 };

	if (audit_open(ret, &from, err) < 0)
		return -1;
	if (audit_has_database(*ret))
		return 0;
	error_set(err, "no such database, whose moments found, planned and now are: name it with --db, or give files of "
	    "findings");
	return error_place(err, str_from(db), 0, 0);
}

static int
open_findings(struct audit **ret, const char *path, bool partial, struct error *err)
{
	struct audit_options from = { .partial = partial };
	int result;

	if (source_open(path, &from.findings, &from.findings_name, err) < 0)
		return error_set(err, "%s: no such file of findings that can be read (nor is it found, planned or now)", path);
	result = audit_open(ret, &from, err);
	source_close(from.findings);
	return result;
}

static int
open_side(struct audit **ret, const char *side, const char *db, bool partial, struct error *err)
{
	return is_moment(side) ? open_database(ret, db, err) : open_findings(ret, side, partial, err);
}

int
difference_open(struct audit **ret, const char *earlier, const char *later, const char *db, bool partial, struct error *err)
{
	AUTO_PTR(audit) a = NULL;
	AUTO_PTR(audit) b = NULL;

	if (open_side(&a, earlier, db, partial, err) < 0 || open_side(&b, later, db, partial, err) < 0 ||
	    audit_compare(b, "earlier", a, is_moment(earlier) ? earlier : "now", err) < 0 ||
	    audit_compare(b, "later", b, is_moment(later) ? later : "now", err) < 0)
		return -1;
	*ret = b;
	b = NULL;
	return 0;
}
