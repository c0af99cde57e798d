/* pager: what is longer than the terminal goes through $PAGER.
 * SPDX-License-Identifier: MIT */
#include "system/pager.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "system/file.h"
#include "system/process.h"
#include "system/terminal.h"

static const char *
command(void)
{
	const char *pager = getenv("PAGER");

	return pager ? pager : "less";
}

bool
pager_is_needed(struct str text)
{
	size_t height = terminal_height(STDOUT_FILENO), lines = 0;

	if (!height || !isatty(STDERR_FILENO) || !*command() || strcmp(command(), "cat") == 0)
		return false;
	for (size_t at = 0; at < text.len && lines < height; at++)
		lines += text.ptr[at] == '\n';
	return lines >= height;
}

int
pager_show(struct str text, bool *ret_shown, struct error *err)
{
	enum { NOT_FOUND = 127, NOT_RUN = 126 };
	AUTO(process_args) args = { NULL, 0, 0 };
	struct process_end end = { 0, 0 };
	int in = process_scratch(err), result;

	*ret_shown = false;
	if (in < 0)
		return -1;
	/* as git sets it: it ends where all fits, takes colours, and leaves the screen */
	(void)setenv("LESS", "FRX", 0);
	process_args_add(&args, "sh");
	process_args_add(&args, "-c");
	process_args_add(&args, command());
	if (file_write(in, text) < 0 || lseek(in, 0, SEEK_SET) < 0)
		result = error_errno(err, errno, "cannot write a scratch file");
	else
		result = process_run("/bin/sh", &args, in, -1, &end, err);
	(void)close(in);	/* a nameless scratch file */
	*ret_shown = result == 0 && end.status != NOT_FOUND && end.status != NOT_RUN;
	return result;
}
