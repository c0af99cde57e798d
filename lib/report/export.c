/* export: a whole audit as files in a folder.
 * SPDX-License-Identifier: MIT */
#include "report/export.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "report/audit.h"
#include "report/page.h"
#include "report/render.h"
#include "report/report.h"
#include "report/verdict.h"
#include "system/replace.h"

struct target {
	int dir;		/* FOLDER, open */
	const char *folder;
	struct export_result *done;
};

static int
put(const struct target *to, struct str name, const struct buf *content, bool fails, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;

	if (replace_file(to->dir, name, buf_str(content), err) < 0)
		return error_place(err, arena_printf(&a, "%s/%.*s", to->folder, STR_ARG(name)), 0, 0);
	to->done->files++;
	to->done->fails |= fails;
	return 0;
}

static int
put_report(const struct target *to, struct audit *audit, const struct report *report, bool safe,
    struct error *err)
{
	const struct render_options how = { .format = RENDER_CSV, .safe = safe };
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	bool fails = false;

	return render_report(&b, audit, report, &how, &fails, err) < 0 ? -1 :
	    put(to, arena_cat(&a, report->name, STR(".csv")), &b, fails, err);
}

static int
put_all(const struct target *to, struct audit *audit, const struct report_set *reports, bool safe,
    struct error *err)
{
	AUTO(buf) page = BUF_INIT;
	bool fails = false;

	for (size_t i = 0; i < reports->count; i++)
		if (verdict_is_answerable(audit, &reports->items[i]) &&
		    put_report(to, audit, &reports->items[i], safe, err) < 0)
			return -1;
	return page_fleet(&page, audit, reports, &fails, err) < 0 ? -1 :
	    put(to, STR("index.html"), &page, fails, err);
}

int
export_write(const char *folder, struct audit *audit, const struct report_set *reports, bool safe,
    struct export_result *ret, struct error *err)
{
	struct target to = { -1, folder, ret };
	int result;

	*ret = (struct export_result){ 0, false };
	if (mkdir(folder, 0777) < 0 && errno != EEXIST) {
		error_errno(err, errno, "cannot make the folder");
		return error_place(err, str_from(folder), 0, 0);
	}
	to.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to.dir < 0) {
		error_errno(err, errno, "cannot open the folder");
		return error_place(err, str_from(folder), 0, 0);
	}
	result = put_all(&to, audit, reports, safe, err);
	(void)close(to.dir);	/* opened for reading */
	return result;
}
