/* print: what printf does, for the conversions that nearly all texts of ours are made with.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_PRINT_H
#define BERTH_BASE_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf, but that nothing is promised of TO where the text does not fit its SIZE bytes. */
int print_into(char *to, size_t size, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

#endif
