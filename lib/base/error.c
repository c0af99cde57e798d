/* error: what went wrong, where, and what to do about it.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/display.h"

static int __attribute__((format(printf, 3, 0)))
set(struct error *err, int errnum, const char *fmt, va_list ap)
{
	AUTO(buf) b = BUF_INIT;

	error_release(err);
	buf_vprintf(&b, fmt, ap);
	err->what = mem_dup(b.ptr, b.len);
	err->errnum = errnum;
	return -1;
}

int
error_set(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)set(err, 0, fmt, ap);
	va_end(ap);
	return -1;
}

int
error_errno(struct error *err, int errnum, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)set(err, errnum, fmt, ap);
	va_end(ap);
	return -1;
}

int
error_place(struct error *err, struct str file, size_t line, size_t column)
{
	free(err->file);
	err->file = mem_dup(file.ptr, file.len);
	err->line = line;
	err->column = column;
	return -1;
}

int
error_file(struct error *err, struct str file)
{
	return error_place(err, file, 0, 0);
}

int
error_at_line(struct error *err, struct str file, size_t line)
{
	return error_place(err, file, line, 0);
}

int
error_about(struct error *err, const char *value)
{
	err->about = value;
	return -1;
}

bool
error_is_set(const struct error *err)
{
	return err->what != NULL;
}

/* A message goes to a terminal: a file name must not be able to move its cursor. */
static void
add_visible(struct buf *b, const char *s)
{
	display_add(b, str_from(s));
}

void
error_format(const struct error *err, struct buf *b)
{
	if (err->file) {
		add_visible(b, err->file);
		if (err->line)
			buf_printf(b, ":%zu", err->line);
		if (err->line && err->column)
			buf_printf(b, ":%zu", err->column);
		buf_add(b, ": ", 2);
	}
	add_visible(b, err->what ? err->what : "unknown error");
	if (err->errnum) {
		buf_add(b, ": ", 2);
		add_visible(b, strerror(err->errnum));
	}
}

void
error_release(struct error *err)
{
	free(err->file);
	free(err->what);
	*err = (struct error)ERROR_INIT;
}
