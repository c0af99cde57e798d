/* run: what one apply does to a fleet, by app and file.
 * SPDX-License-Identifier: MIT */
#include "journal/run.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"

void
run_release(struct run *r)
{
	arena_release(&r->arena);
	*r = (struct run)RUN_INIT;
}

bool
run_file_from(const struct run_file *f, enum run_direction d, struct str *ret)
{
	*ret = d == RUN_FORWARD ? f->before : f->after;
	return d == RUN_BACK || !f->is_made;
}

bool
run_file_to(const struct run_file *f, enum run_direction d, struct str *ret)
{
	return run_file_from(f, d == RUN_FORWARD ? RUN_BACK : RUN_FORWARD, ret);
}

void
run_file_place(struct run *r, struct run_file *f, struct str path)
{
	f->path = arena_dup(&r->arena, path);
	f->folder = arena_dup(&r->arena, path_folder(path));
	f->name = path_name(f->path);
}

void
run_blame(struct run *r, struct run_app *a, enum run_app_state state, struct str file, struct error *err)
{
	AUTO(buf) b = BUF_INIT;

	error_format(err, &b);
	error_release(err);
	a->state = state;
	a->blame = file;
	a->detail = arena_dup(&r->arena, buf_str(&b));
}
