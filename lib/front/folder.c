/* folder: a fleet's folder, given where findings are read.
 * SPDX-License-Identifier: MIT */
#include "front/folder.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/process.h"

/* Runs scan into OUT. */
static int
scan(const char *folder, bool quiet, const char *option, int out, struct process_end *ret, struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(buf) path = BUF_INIT;

	process_args_add(&args, "scan");
	if (quiet)
		process_args_add(&args, "--quiet");
	if (option)
		process_args_add(&args, option);
	process_args_add(&args, "--");
	process_args_add(&args, folder);
	return process_tool_path("scan", &path, err) < 0 ||
	    process_run(path.ptr, &args, -1, out, ret, err) < 0 ? -1 : 0;
}

int
folder_findings(const char *folder, bool quiet, const char *option, int *ret_fd, int *ret_signal,
    struct error *err)
{
	struct process_end end = { 0, 0 };
	int out = process_scratch(err), result;

	*ret_fd = out;
	*ret_signal = 0;
	if (out < 0)
		return -1;
	result = scan(folder, quiet, option, out, &end, err);
	if (result == 0 && end.status > 1) {
		*ret_signal = end.heard && end.status == 128 + end.heard ? end.heard : 0;
		result = error_set(err, "scan could not do its work");
	}
	if (result == 0 && lseek(out, 0, SEEK_SET) < 0)
		result = error_errno(err, errno, "cannot read what scan found");
	return result;
}

int
folder_scan(const char *folder, bool quiet, const char *option, int *ret_signal, struct error *err)
{
	int fd, result = folder_findings(folder, quiet, option, &fd, ret_signal, err);

	if (result == 0 && dup2(fd, STDIN_FILENO) < 0)
		result = error_errno(err, errno, "cannot read what scan found");
	if (fd >= 0)
		(void)close(fd);	/* standard input has it */
	return result;
}
