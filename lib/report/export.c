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

int
export_open(struct export_folder *ret, const char *path, struct error *err)
{
	*ret = (struct export_folder){ -1, path, 0 };
	if (mkdir(path, 0777) < 0 && errno != EEXIST) {
		error_errno(err, errno, "cannot make the folder");
		return error_file(err, str_from(path));
	}
	ret->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->dir >= 0)
		return 0;
	error_errno(err, errno, "cannot open the folder");
	return error_file(err, str_from(path));
}

int
export_put(struct export_folder *to, struct str name, const char *ending, const struct buf *content,
    struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str file = arena_cat(&a, name, str_from(ending));

	if (replace_file(to->dir, file, buf_str(content), err) < 0)
		return error_file(err, arena_printf(&a, "%s/%.*s", to->path, STR_ARG(file)));
	to->files++;
	return 0;
}

size_t
export_close(struct export_folder *to)
{
	(void)close(to->dir);	/* opened for reading */
	return to->files;
}

static int
put_report(struct export_folder *to, struct audit *audit, const struct report *report, bool safe,
    bool *fails, struct error *err)
{
	const struct render_options how = { .format = RENDER_CSV, .safe = safe };
	AUTO(buf) b = BUF_INIT;
	bool found = false;

	if (render_report(&b, audit, report, &how, &found, err) < 0)
		return -1;
	*fails |= found;
	return export_put(to, report->name, ".csv", &b, err);
}

static int
put_all(struct export_folder *to, struct audit *audit, const struct report_set *reports, bool safe,
    bool *fails, struct error *err)
{
	AUTO(buf) page = BUF_INIT;
	bool found = false;

	for (size_t i = 0; i < reports->count; i++)
		if (verdict_is_answerable(audit, &reports->items[i]) &&
		    put_report(to, audit, &reports->items[i], safe, fails, err) < 0)
			return -1;
	if (page_fleet(&page, audit, reports, &found, err) < 0)
		return -1;
	*fails |= found;
	return export_put(to, STR("index"), ".html", &page, err);
}

int
export_write(const char *folder, struct audit *audit, const struct report_set *reports, bool safe,
    struct export_result *ret, struct error *err)
{
	struct export_folder to;
	int result;

	*ret = (struct export_result){ 0, false };
	if (export_open(&to, folder, err) < 0)
		return -1;
	result = put_all(&to, audit, reports, safe, &ret->fails, err);
	ret->files = export_close(&to);
	return result;
}
