/* export: a whole audit as files in a folder.
 * SPDX-License-Identifier: MIT */
#include "report/export.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "report/audit.h"
#include "base/buf.h"
#include "base/error.h"
#include "report/verdict.h"
#include "report/page.h"
#include "report/render.h"
#include "report/report.h"
#include "system/replace.h"

static int
put(int dir, const char *folder, struct str name, struct str bytes, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;

	if (replace_file(dir, name, bytes, err) == 0)
		return 0;
	return error_place(err, arena_printf(&a, "%s/%.*s", folder, STR_ARG(name)), 0, 0);
}

static int
put_report(int dir, const char *folder, struct audit *audit, const struct report *report, bool safe,
    struct gather_result *ret, struct error *err)
{
	struct render_options how = { .format = RENDER_CSV, .safe = safe };
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	bool fails = false;

	if (render_report(&b, audit, report, &how, &fails, err) < 0 ||
	    put(dir, folder, arena_cat(&a, report->name, STR(".csv")), buf_str(&b), err) < 0)
		return -1;
	ret->files++;
	ret->fails |= fails;
	return 0;
}

static int
put_set(int dir, const char *folder, struct audit *audit, const struct report_path *path, bool safe,
    struct gather_result *ret, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) page = BUF_INIT;
	struct report_words all;
	bool fails = false;

	if (report_names(&a, path, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.count; i++) {
		AUTO(report) report = REPORT_INIT;

		if (report_open(&report, all.items[i].ptr, path, err) < 0)
			return -1;
		if (judge_is_answerable(audit, &report) &&
		    put_report(dir, folder, audit, &report, safe, ret, err) < 0)
			return -1;
	}
	if (page_fleet(&page, audit, path, &fails, err) < 0 ||
	    put(dir, folder, STR("index.html"), buf_str(&page), err) < 0)
		return -1;
	ret->files++;
	ret->fails |= fails;
	return 0;
}

int
gather_write(const char *folder, struct audit *audit, const struct report_path *path, bool safe,
    struct gather_result *ret, struct error *err)
{
	int dir, result;

	*ret = (struct gather_result){ 0, false };
	if (mkdir(folder, 0777) < 0 && errno != EEXIST) {
		error_errno(err, errno, "cannot make the folder");
		return error_place(err, str_from(folder), 0, 0);
	}
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		error_errno(err, errno, "cannot open the folder");
		return error_place(err, str_from(folder), 0, 0);
	}
	result = put_set(dir, folder, audit, path, safe, ret, err);
	(void)close(dir);	/* opened for reading */
	return result;
}
