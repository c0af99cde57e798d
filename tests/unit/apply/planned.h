/* planned: plans as plan writes them, for the tests of what apply does with one.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_PLANNED_H
#define TESTS_PLANNED_H

#include "unit/scratch.h"

#include "base/text.h"

/* A plan that grows row by row; begin with PLANNED_INIT and planned_begin. */
struct planned {
	struct buf text;
	size_t rows;
};

#define PLANNED_INIT { BUF_INIT, 0 }

static inline void planned_release(struct planned *p) { buf_release(&p->text); }
MEM_AUTO(planned);

static inline void
planned_begin(struct planned *p, const char *id, const char *root)
{
	buf_printf(&p->text,
	    "action,model,app_num,app,service,file,line,column,offset,length,digest,old,new,reason,detail\n"
	    "fleet,,,,,,,,,,,%s,%s,,berth 0 stream 1\n",
	    id, root);
	p->rows = 1;
}

/* A row of app FOLDER, which is MODEL/appN with a one-digit N, from the file column on. */
static inline void
planned_row(struct planned *p, const char *action, const char *folder, const char *rest)
{
	const char *slash = strrchr(folder, '/');

	buf_printf(
	    &p->text, "%s,%.*s,%c,%s,,%s\n", action, (int)(slash - folder), folder, slash[4], folder, rest);
	p->rows++;
}

/* In FILE, which is TEXT, the one place of OLD becomes NEW for the reason of a port. */
static inline void
planned_port(struct planned *p, const char *folder, const char *file, const char *text, const char *old,
    const char *new)
{
	char digest[TEXT_DIGEST_SIZE], rest[512];
	const char *at = strstr(text, old);

	assert_non_null(at);
	text_digest_format(text_digest(str_from(text)), digest);
	(void)snprintf(rest, sizeof rest, "%s,1,1,%zu,%zu,%s,%s,%s,port,", file, (size_t)(at - text),
	    strlen(old), digest, old, new);
	planned_row(p, "replace", folder, rest);
}

/* An open file with the plan, whole. */
static inline FILE *
planned_end(struct planned *p)
{
	buf_printf(&p->text, "end,,,,,,,,,,,,%zu,,\n", p->rows);
	return scratch_input(p->text.ptr);
}

#endif
