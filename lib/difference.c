/* difference: two audits side by side.
 * SPDX-License-Identifier: MIT */
#include "difference.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "error.h"

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
	error_set(err, "no such database, whose moments found, planned and now are: name it with --db, or give files of findings");
	return error_place(err, str_from(db), 0, 0);
}

static int
open_findings(struct audit **ret, const char *path, bool partial, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct audit_options from = { .findings = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC),
	    .findings_name = is_stdin ? "standard input" : path, .partial = partial };
	int result;

	if (from.findings < 0) {
		error_errno(err, errno, "cannot open the findings (a file that scan wrote, or found, planned or now)");
		return error_place(err, str_from(path), 0, 0);
	}
	result = audit_open(ret, &from, err);
	if (!is_stdin)
		(void)close(from.findings);	/* read only */
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
