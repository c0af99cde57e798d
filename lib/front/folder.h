/* folder: a fleet's folder, given where findings are read: scan is run on it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FRONT_FOLDER_H
#define BERTH_FRONT_FOLDER_H

#include <stdbool.h>

struct error;

/* Scans FOLDER, with OPTION unless that is NULL, to its end; *ret_fd, the caller's to close, then reads what
 * it found. -1 where it could not, having said why on stderr; *ret_signal is a signal that ended it and was
 * meant for us as well, else 0. */
int folder_findings(const char *folder, bool quiet, const char *option, int *ret_fd, int *ret_signal,
    struct error *err);
/* The same, read from standard input. */
int folder_scan(const char *folder, bool quiet, const char *option, int *ret_signal, struct error *err);

#endif
