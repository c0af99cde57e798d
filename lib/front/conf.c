/* conf: options that hold from call to call: the file berth.conf beside the registry.
 * SPDX-License-Identifier: MIT */
#include "front/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/path.h"
#include "system/file.h"
#include "system/owner.h"

#define FILE_NAME "berth.conf"

enum { SIZE_MAX_CONF = 1 << 20 };

enum conf_tool { SCAN = 1, PLAN = 2, REPORT = 4, NEW = 8, APPLY = 16, MIGRATE = 32 };

/* Every option that a tool has. */
static const struct setting {
	const char *name;
	unsigned tools;		/* that take it from the file; 0: it is for a single call */
	bool is_path;		/* its value is a file or folder: it is seen from the file's folder */
	const char *contrary;	/* where the command line has that one this one does not count */
} settings[] = {
	{ "abandon", 0, false, NULL },
	{ "accept", PLAN | REPORT | MIGRATE, true, NULL },
	{ "addresses", SCAN, false, NULL },
	{ "adopt", PLAN, false, NULL },
	{ "all", 0, false, NULL },
	{ "allow-bad-ports", PLAN, false, NULL },
	{ "allow-empty", SCAN, false, NULL },
	{ "allow-ephemeral", PLAN, false, NULL },
	{ "backend", SCAN, false, NULL },
	{ "base-backend", PLAN | NEW, false, NULL },
	{ "base-frontend", PLAN | NEW, false, NULL },
	{ "bind", PLAN | MIGRATE, false, NULL },
	{ "claims", 0, false, NULL },
	{ "color", REPORT | APPLY, false, NULL },
	{ "container-port", PLAN, false, NULL },
	{ "count", 0, false, NULL },
	{ "db", 0, false, NULL },
	{ "directory", 0, false, NULL },
	{ "dry-run", 0, false, NULL },
	{ "env", SCAN, false, NULL },
	{ "explain", 0, false, NULL },
	{ "files-from", 0, false, NULL },
	{ "findings", 0, false, NULL },
	{ "follow", SCAN, false, NULL },
	{ "force", 0, false, NULL },
	{ "forget", 0, false, NULL },
	{ "format", 0, false, NULL },
	{ "frontend", SCAN, false, NULL },
	{ "help", 0, false, NULL },
	{ "host", SCAN, false, NULL },
	{ "host-alias", SCAN, false, NULL },
	{ "host-check", REPORT, false, NULL },
	{ "host-name", SCAN | APPLY, false, NULL },
	{ "import", 0, false, NULL },
	{ "jobs", SCAN | APPLY, false, NULL },
	{ "keep", PLAN, false, "renumber" },
	{ "keep-project-names", PLAN, false, NULL },
	{ "layout", SCAN | NEW, false, NULL },
	{ "leave-examples", PLAN, false, NULL },
	{ "links", SCAN, false, NULL },
	{ "list", 0, false, NULL },
	{ "make-env", PLAN, false, NULL },
	{ "mentions", SCAN | MIGRATE, false, NULL },
	{ "moved", 0, false, NULL },
	{ "new", 0, false, NULL },
	{ "no-config", 0, false, NULL },
	{ "no-host-check", PLAN | NEW | MIGRATE, false, NULL },
	{ "node-modules", SCAN, false, NULL },
	{ "null", 0, false, NULL },
	{ "only", 0, false, NULL },
	{ "out", 0, false, NULL },
	{ "overrides", PLAN, false, NULL },
	{ "pairs", PLAN, false, NULL },
	{ "partial", 0, false, NULL },
	{ "priority", PLAN, true, NULL },
	{ "progress", 0, false, NULL },
	{ "project", SCAN, false, NULL },
	{ "projects-from", SCAN, true, NULL },
	{ "prune", 0, false, NULL },
	{ "quiet", 0, false, NULL },
	{ "range", PLAN | NEW, false, NULL },
	{ "release", 0, false, NULL },
	{ "renumber", PLAN, false, "keep" },
	{ "replace", 0, false, NULL },
	{ "reports", REPORT, true, NULL },
	{ "reserve", PLAN | NEW, false, NULL },
	{ "reserve-from", PLAN | NEW, true, NULL },
	{ "resume", 0, false, NULL },
	{ "rewrite-mentions", PLAN | MIGRATE, false, NULL },
	{ "root", 0, false, NULL },
	{ "runs", 0, false, NULL },
	{ "secrets", SCAN, false, NULL },
	{ "spreadsheet-safe", REPORT, false, NULL },
	{ "step", PLAN | NEW, false, NULL },
	{ "template", NEW, true, NULL },
	{ "undo", 0, false, NULL },
	{ "vcs", SCAN, false, NULL },
	{ "venv", SCAN, false, NULL },
	{ "verbose", 0, false, NULL },
	{ "version", 0, false, NULL },
	{ "width", REPORT, false, NULL },
	{ "yes", 0, false, NULL },
};

enum { SETTINGS = sizeof settings / sizeof *settings };

static const struct setting *
find_setting(struct str name)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (str_eq(str_from(settings[i].name), name))
			return &settings[i];
	return NULL;
}

/* What TOOL takes, itself or through those that it runs. */
static unsigned
tools_of(const char *tool)
{
	static const struct {
		const char *name;
		unsigned tools;
	} all[] = {
		{ "scan", SCAN }, { "plan", PLAN }, { "report", REPORT }, { "new", NEW }, { "apply", APPLY },
		{ "migrate", SCAN | PLAN | MIGRATE },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(all[i].name, tool) == 0)
			return all[i].tools;
	return 0;
}

bool
conf_may_set(const char *tool, struct str name)
{
	const struct setting *s = find_setting(name);

	return s && (s->tools & tools_of(tool));
}

bool
conf_find(const char *db, struct buf *ret, bool *ret_is_named)
{
	AUTO(arena) a = ARENA_INIT;
	const char *env = getenv("BERTH_CONFIG");

	*ret_is_named = env != NULL;
	buf_clear(ret);
	if (env)
		buf_add_str(ret, str_from(env));
	else
		buf_add_str(ret, path_join(&a, path_folder(str_from(db)), STR(FILE_NAME)));
	return ret->len > 0;
}

/* --- reading --- */

/* An option that the file cannot have. */
static int
refuse_name(struct str name, struct error *err)
{
	AUTO(buf) word = BUF_INIT;
	const char *names[SETTINGS], *near;
	size_t count = 0;

	if (find_setting(name))
		return error_set(err, "%.*s is for a single call: it stands on the command line alone",
		    STR_ARG(name));
	for (size_t i = 0; i < SETTINGS; i++)
		if (settings[i].tools)
			names[count++] = settings[i].name;
	buf_add_str(&word, name);
	near = nearest_find(word.ptr, names, count);
	return error_set(err, "no tool has an option %.*s%s%s%s; mend or drop the line, or leave the "
	    "file aside with --no-config (a newer berth may know it)", STR_ARG(name),
	    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* The end of what LINE says: before a comment, which stands at its start or behind a blank, and not within
 * the quotes that a value begins with. */
static size_t
end_of_text(struct str line)
{
	char quote = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];
		bool is_apart = i == 0 || str_has(STR(" \t="), line.ptr[i - 1]);

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (is_apart && i > 0 && (c == '"' || c == '\''))
			quote = c;
		else if (is_apart && c == '#')
			return i;
	}
	return line.len;
}

/* The value VALUE, without quotes around all of it. Those of its first word and its last are not. */
static struct str
unquoted(struct str value)
{
	char first = value.len > 1 ? value.ptr[0] : 0;

	if ((first == '"' || first == '\'') && str_find(value, 1, first) == value.len - 1)
		return str_sub(value, 1, value.len - 2);
	return value;
}

static int
add_line(struct conf *c, struct str line, size_t number, struct error *err)
{
	struct str name, value;
	const struct setting *s;
	size_t end = 0;

	line = str_trim(str_sub(line, 0, end_of_text(line)));
	if (str_starts(line, STR("--")))
		line = str_sub(line, 2, line.len);
	if (!line.len)
		return 0;
	if (str_has_nul(line))
		return error_set(err, "a NUL byte stands here: is it a text?");
	while (end < line.len && !str_has(STR(" \t="), line.ptr[end]))
		end++;
	name = str_sub(line, 0, end);
	value = str_trim(str_sub(line, end, line.len));
	if (str_starts(value, STR("=")))
		value = str_trim(str_sub(value, 1, value.len));
	s = find_setting(name);
	if (!s || !s->tools)
		return refuse_name(name, err);
	value = unquoted(value);
	if (value.len && s->is_path && !path_is_absolute(value) && !str_eq(value, STR("-")))
		value = path_join(&c->arena, path_folder(str_from(c->path)), value);
	ARENA_GROW(&c->arena, c->lines, c->count, c->cap);
	c->lines[c->count++] = (struct conf_line){ .number = number, .name = arena_dup(&c->arena, name),
		.value = value.len || line.len > end ? arena_dup(&c->arena, value).ptr : NULL };
	return 0;
}

int
conf_read(struct conf *c, const char *path, bool is_named, struct error *err)
{
	AUTO(buf) text = BUF_INIT;
	enum file_outcome got;
	struct str all, line;
	size_t number = 0, at = 0;

	c->path = arena_dup(&c->arena, str_from(path)).ptr;
	got = file_read(AT_FDCWD, path, SIZE_MAX_CONF, &text, err);
	if (got == FILE_ABSENT && !is_named)
		return 0;
	if (got != FILE_READ) {
		if (got == FILE_ABSENT)
			error_errno(err, ENOENT, "cannot read the options that $BERTH_CONFIG names");
		return error_file(err, str_from(path));
	}
	if (owner_check(path, err) < 0)
		return -1;
	all = buf_str(&text);
	if (str_starts(all, STR("\xEF\xBB\xBF")))
		at = 3;
	while (str_next_part(all, '\n', &at, &line))
		if (add_line(c, line, ++number, err) < 0)
			return error_at_line(err, str_from(path), number);
	return 0;
}

/* --- giving --- */

/* An option and its contrary in one file. */
static int
check_contrary(const struct conf *c, const struct conf_line *line, const char *contrary, struct error *err)
{
	for (const struct conf_line *other = c->lines; other < line; other++)
		if (other->is_used && str_eq(other->name, str_from(contrary)))
			return error_set(err, "%.*s and the %s of line %zu exclude one another: drop one",
			    STR_ARG(line->name), contrary, other->number);
	return 0;
}

int
conf_apply(struct conf *c, const struct options *o, struct error *err)
{
	unsigned tools = tools_of(o->tool);

	for (size_t i = 0; i < c->count; i++) {
		struct conf_line *line = &c->lines[i];
		const struct setting *s = find_setting(line->name);
		const struct option *p = options_find(o, line->name);

		if (!s || !(s->tools & tools))
			continue;
		line->is_used = !s->contrary || !options_said(o, s->contrary);
		if ((line->is_used && s->contrary && check_contrary(c, line, s->contrary, err) < 0) ||
		    (line->is_used && p && options_take(o, p, line->value, &line->is_used, err) < 0))
			return error_at_line(err, str_from(c->path), line->number);
		line->is_overruled = !line->is_used;
	}
	return 0;
}

const struct conf_line *
conf_find_line(const struct conf *c, const char *value)
{
	for (size_t i = 0; i < c->count && value; i++)
		if (c->lines[i].value == value)
			return &c->lines[i];
	return NULL;
}

void
conf_release(struct conf *c)
{
	arena_release(&c->arena);
}
