/* scaffold: a folder outside the layout that apps are laid out from: no app of its own.
 * SPDX-License-Identifier: MIT */
#include "scan/scaffold.h"

#include <assert.h>

#include "base/error.h"
#include "base/quote.h"
#include "scan/apps.h"
#include "syntax/placeholder.h"

static bool
has_braces(struct str s)
{
	return str_search(s, 0, STR("{{")) < s.len;
}

static void
set_place(struct scaffold_sign *ret, struct source *source, size_t offset)
{
	ret->file = source->path;
	text_position(&source->text, offset, &ret->line, &ret->column);
}

/* Whether T, the text of a port or a name, has a placeholder in it. */
static bool
is_sign(struct trace t, struct scaffold_sign *ret)
{
	if (!has_braces(t.text))
		return false;
	if (t.count && t.pieces->source)
		set_place(ret, t.pieces->source, t.pieces->raw.off);
	return true;
}

static bool
is_sign_of_service(const struct project_service *s, struct scaffold_sign *ret)
{
	if (is_sign(s->container_name, ret))
		return true;
	for (size_t i = 0; i < s->port_count; i++)
		if (is_sign(s->ports[i].host, ret) || is_sign(s->ports[i].container, ret))
			return true;
	return false;
}

/* The project's name, of which Compose keeps the letters alone: as it stands in the file. */
static bool
is_sign_of_name(const struct project *p, struct scaffold_sign *ret)
{
	struct trace_decision d = trace_decide(p->name);

	if (!p->name_is_explicit || !d.known || !has_braces(text_span(&d.source->text, d.span)))
		return false;
	set_place(ret, d.source, d.span.off);
	return true;
}

static const struct source *
source_of(const struct project *p, struct str path)
{
	for (size_t i = 0; i < p->file_count; i++)
		if (str_eq(p->files[i].path, path))
			return p->files[i].source;
	return NULL;
}

static struct str
line_of(const struct source *s, size_t line)
{
	struct str text = text_str(&s->text);
	size_t from = 0;

	while (line-- > 1 && from < text.len)
		from = str_find(text, from, '\n') + 1;
	return str_sub(text, from, str_find(text, from, '\n') - from);
}

static bool
is_of_word(char c)
{
	return c == '_' || (str_lower(c) >= 'a' && str_lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* The word of LINE before byte AT, signs and blanks between passed over, and variables with them. */
static struct str
word_before(struct str line, size_t at)
{
	size_t start;

	assert(line.ptr || at == 0);
	do {
		while (at > 0 && str_has(STR(" \t\"'0123456789.:[]-{}"), line.ptr[at - 1]))
			at--;
		for (start = at; start > 0 && is_of_word(line.ptr[start - 1]); )
			start--;
		if (start < 2 || !str_eq(str_sub(line, start - 2, 2), STR("${")))
			break;
		at = start - 2;
	} while (at > 0);
	return str_sub(line, start, at - start);
}

/* Whether a port or a name belongs where LINE has its first placeholder: behind the key of one, or in an item
 * of a list, with nothing but numbers between. A label or a variable that somebody forgot to quote is a
 * mistake. */
static bool
is_line_of_one(struct str line)
{
	static const char *const keys[] = { "container_name", "name", "image", "ports", "published", "target",
		NULL };
	size_t at = str_search(line, 0, STR("{{"));
	struct str word = word_before(line, at);

	if (at == line.len)
		return false;
	return word.len ? str_is_one_of(word, keys)
			: word.ptr == line.ptr && str_starts(str_trim(line), STR("-"));
}

/* Compose takes no placeholder for a port, and YAML none for a text: what it refuses stands on a line with
 * one, or with a statement of a template's program. */
static bool
is_sign_of_problem(const struct project *p, const struct project_message *m, struct scaffold_sign *ret)
{
	const struct source *s = m->line ? source_of(p, m->file) : NULL;
	struct str line = s ? line_of(s, m->line) : (struct str)STR_INIT;

	if (!is_line_of_one(line) && str_search(line, 0, STR("{%")) == line.len)
		return false;
	*ret = (struct scaffold_sign){ m->file, m->line, m->column };
	return true;
}

static bool
has_env(const struct project *p)
{
	for (size_t i = 0; i < p->file_count; i++)
		if (p->files[i].role == PROJECT_ENV && p->files[i].source)
			return true;
	return false;
}

/* Whether a port or a name depends on VARIABLE. A mapping that Compose refuses is none of the ports: of that
 * it counts where the expansion stands. */
static bool
gives_port_or_name(const struct project *p, const struct watch *watch, struct str variable)
{
	if (watch_flags(watch, variable) & (WATCH_PORT | WATCH_NAME))
		return true;
	for (size_t i = 0; i < p->expansion_count; i++) {
		const struct expansion *e = &p->expansions[i];

		if (e->service.len && str_starts(e->path, STR("ports")) && str_eq(e->variable, variable))
			return true;
	}
	return false;
}

static bool
is_sign_of_setting(const struct project *p, const struct dotenv_statement *s, const struct watch *watch,
    const struct placeholder_finder *f, struct scaffold_sign *ret)
{
	AUTO(error) ignored = ERROR_INIT;	/* too intricate a text has no placeholder */
	struct str value = text_span(&s->source->text, s->value);
	struct placeholder found;

	if (placeholder_find(f->rule, f->match, value, 0, &found, &ignored) <= 0 ||
	    !gives_port_or_name(p, watch, s->key))
		return false;
	set_place(ret, s->source, s->value.off);
	return true;
}

bool
scaffold_found(const struct writer *w, const struct watch *watch, const struct placeholder_finder *f,
    struct scaffold_sign *ret)
{
	const struct project *p = w->project;
	bool has_own = has_env(p);

	*ret = (struct scaffold_sign){ .line = 0 };
	if (w->app->in_layout || w->app->twin.len)
		return false;
	if (has_braces(w->app->folder) || is_sign_of_name(p, ret))
		return true;
	for (size_t i = 0; i < p->service_count; i++)
		if (is_sign_of_service(&p->services[i], ret))
			return true;
	for (size_t i = 0; i < p->setting_count; i++)
		if (!(has_own && p->settings[i].source->is_example) &&
		    is_sign_of_setting(p, &p->settings[i], watch, f, ret))
			return true;
	for (size_t i = 0; i < p->problem_count; i++)
		if (is_sign_of_problem(p, &p->problems[i], ret))
			return true;
	return false;
}

/* Whether what stands on the line of SIGN is no placeholder that `berth new` fills in (`{{ recipe.port }}`,
 * `{% if x %}`). */
static bool
is_foreign(const struct project *p, const struct scaffold_sign *sign, const struct placeholder_finder *f)
{
	AUTO(error) ignored = ERROR_INIT;	/* too intricate a text has no placeholder */
	const struct source *s = sign->line ? source_of(p, sign->file) : NULL;
	struct str line = s ? line_of(s, sign->line) : (struct str)STR_INIT;
	struct placeholder found;

	return s && placeholder_find(f->rule, f->match, line, 0, &found, &ignored) <= 0;
}

void
scaffold_write(struct writer *w, const struct scaffold_sign *sign, const struct placeholder_finder *finder)
{
	struct finding f = writer_finding(w, FINDING_GAP);
	bool foreign = is_foreign(w->project, sign, finder);

	f.role = ROLE_SCAFFOLD;
	f.place.file = sign->file;
	f.place.line = sign->line;
	f.place.column = sign->column;
	f.value = arena_printf(w->arena,
	    "a scaffold: placeholders stand where its ports and names belong, so it counts as no app and "
	    "stays as it is; %s%.*s%s", foreign ? "the program that they are of lays out apps from it"
						: "berth new --template ",
	    STR_ARG(foreign ? STR("") : quote_in(w->arena, w->app->folder.ptr)),
	    foreign ? "" : " MODEL/appN FOLDER lays out an app from it");
	writer_write(w, &f);
}
