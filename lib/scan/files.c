/* files: the files that were read for an app or looked for, as findings.
 * SPDX-License-Identifier: MIT */
#include "scan/files.h"

#include <string.h>

#include "base/path.h"
#include "scan/writer.h"

/* Whether T is UTF-16, into which no line of ours fits. */
static bool
is_utf16(const struct text *t)
{
	return str_starts(text_str(t), STR("\xFE\xFF")) || str_starts(text_str(t), STR("\xFF\xFE"));
}

static bool
is_open(const struct text *t)
{
	return t->len > 0 && t->ptr[t->len - 1] != '\n';
}

/* How the lines of T end (`lf`, `crlf`, `mixed` or `none`), whether the last one is left open, and
 * whether there is a byte order mark. */
static struct str
line_ends(struct arena *a, const struct text *t)
{
	size_t lf = 0, crlf = 0;

	for (const char *p = t->ptr, *end = t->ptr + t->len;
	     p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		if (p > t->ptr && p[-1] == '\r')
			crlf++;
		else
			lf++;
	const char *kind = lf && crlf ? "mixed" : crlf ? "crlf" : lf ? "lf" : "none";
	bool has_bom = text_bom(t) > 0;

	if (!has_bom && !is_open(t))
		return str_from(kind);
	return arena_printf(a, "%s%s%s", kind, is_open(t) ? ",no-final-newline" : "", has_bom ? ",bom" : "");
}

/* How many keys SOURCE, an env file, sets. */
static size_t
count_keys(const struct project *p, const struct source *source)
{
	size_t n = 0;

	for (size_t i = 0; i < p->setting_count && source; i++)
		n += p->settings[i].source == source && !p->settings[i].overridden;
	return n;
}

/* Why FILE, an example, can be no .env of the app; empty: it can be, or is not to be one. */
static struct str
refusal_of(const struct writer *w, const struct project_file *file)
{
	const struct project *p = w->project;

	return p->copy_refused.len && file->role == PROJECT_EXAMPLE &&
		str_eq(path_name(file->path), STR(".env.example"))
	    ? secrets_mask(&w->secrets, w->arena, p->copy_refused)
	    : (struct str)STR_INIT;
}

void
files_write(struct writer *w)
{
	static const enum finding_role roles[] = {
		[PROJECT_COMPOSE] = ROLE_COMPOSE, [PROJECT_OVERRIDE] = ROLE_OVERRIDE,
		[PROJECT_BASE] = ROLE_BASE, [PROJECT_INCLUDE] = ROLE_INCLUDE,
		[PROJECT_ENV] = ROLE_ENV, [PROJECT_EXAMPLE] = ROLE_EXAMPLE,
		[PROJECT_ENV_FILE] = ROLE_ENV_FILE,
	};

	for (size_t i = 0; i < w->project->file_count; i++) {
		const struct project_file *file = &w->project->files[i];
		struct finding f = writer_finding(w, FINDING_FILE);

		if (w->claims && file->role != PROJECT_INCLUDE)
			continue;
		f.role = roles[file->role];
		f.place.file = file->path;
		f.is_folder = file->is_folder;
		f.is_unreadable = file->is_unreadable || file->is_broken ||
		    (file->source && is_utf16(&file->source->text));
		f.target = file->source ? file->source->target : file->target;
		f.doubt = refusal_of(w, file);
		f.keys = file->role == PROJECT_EXAMPLE ? count_keys(w->project, file->source) : 0;
		if (file->source) {
			f.place.known = true;	/* of which a file has the length alone */
			f.place.span.len = file->source->text.len;
			f.has_digest = true;
			f.digest = file->source->digest;
			f.is_open = is_open(&file->source->text);
			f.detail = line_ends(w->arena, &file->source->text);
		} else if (file->is_folder) {
			f.detail = STR("folder");
		}
		writer_write(w, &f);
	}
}
