/* error: what went wrong, where, and what to do about it.
 * SPDX-License-Identifier: MIT
 *
 * What can fail returns int, 0 or -1, and fills its last parameter, a struct error *, only with -1. A
 * function either reports an error or returns it; lib/ returns. The first error stays: setting a second
 * one releases the first, so a caller that goes on after an error clears it with error_release. */
#ifndef BERTH_BASE_ERROR_H
#define BERTH_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

struct buf;

struct error {
	char *file;		/* as the user would name it; NULL: no place. Owned */
	size_t line, column;	/* from 1, columns in bytes; 0: not known */
	int errnum;		/* errno at the time; 0: not a system error */
	char *what;		/* what is wrong and what to do, without place and without strerror. Owned */
	const char *about;	/* the option's value that is wrong; NULL: none. Borrowed, only compared */
};

#define ERROR_INIT { NULL, 0, 0, 0, NULL, NULL }

/* Each sets the error and returns -1, so that `return error_set(err, …)` reads as what it does. A message
 * is one line, says what is wrong, then what to do where that is not plain; no final full stop, no
 * newline. ERR may not be NULL. */
int error_set(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* With errno's text behind the message. */
int error_errno(struct error *err, int errnum, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Adds the place to an error that is set; FILE may be any bytes. Replaces a place it had. Returns -1. */
int error_place(struct error *err, struct str file, size_t line, size_t column);
/* Of which no more is known than the file, or the line. */
int error_file(struct error *err, struct str file);
int error_at_line(struct error *err, struct str file, size_t line);
/* Notes that an option's VALUE, as it was given, is what is wrong. Returns -1. */
int error_about(struct error *err, const char *value);

bool error_is_set(const struct error *);
/* Appends `file:line:column: what: strerror` with control characters and invalid UTF-8 made visible, as
 * one line. */
void error_format(const struct error *, struct buf *);
void error_release(struct error *);

MEM_AUTO(error);

#endif
