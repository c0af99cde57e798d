/* options: one table that both parses the command line and prints the help.
 * SPDX-License-Identifier: MIT */
#include "system/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/quote.h"

static const struct option *
by_letter(const struct options *o, char letter)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->table[i].letter == letter && letter)
			return &o->table[i];
	return NULL;
}

static int
unknown_name(const struct options *o, const char *dashes, const char *name, struct error *err)
{
	const char **names = mem_zero(o->count + 2, sizeof *names);
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++)
		if (o->table[i].name)
			names[n++] = o->table[i].name;
	names[n++] = "help";
	names[n++] = "version";
	near = nearest_find(name, names, n);
	if (near)
		error_set(err, "no option %s%s; did you mean --%s? (--help lists them)", dashes, name, near);
	else
		error_set(err, "no option %s%s (--help lists them)", dashes, name);
	free(names);
	return -1;
}

const struct option *
options_find(const struct options *o, struct str name)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->table[i].name && str_eq(str_from(o->table[i].name), name))
			return &o->table[i];
	return NULL;
}

/* The option NAME (LEN bytes) means: exact, or the only one that begins so. NULL with the error set: none. */
static const struct option *
by_name(const struct options *o, const char *name, size_t len, struct error *err)
{
	struct str want = { name, len };
	const struct option *found = NULL;
	AUTO(buf) copy = BUF_INIT;

	for (size_t i = 0; i < o->count; i++) {
		const struct option *p = &o->table[i];

		if (!p->name || p->kind == OPTION_IS_HEADING || !str_starts(str_from(p->name), want))
			continue;
		if (strlen(p->name) == len)
			return p;
		if (found) {
			(void)error_set(
			    err, "--%.*s could be --%s or --%s", (int)len, name, found->name, p->name);
			return NULL;
		}
		found = p;
	}
	if (!found) {
		buf_add_str(&copy, want);
		(void)unknown_name(o, "--", copy.ptr, err);
	}
	return found;
}

/* Whether WORD is one of those that the option's value names, which bars part. */
static bool
is_word_of(const struct option *p, const char *word)
{
	struct str part;

	for (size_t at = 0; str_next_part(str_from(p->value), '|', &at, &part); )
		if (str_eq(part, str_from(word)))
			return true;
	return false;
}

static int
unknown_word(const struct option *p, const char *word, struct error *err)
{
	enum { WORDS = 8 };
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) list = BUF_INIT;
	struct str all = str_from(p->value), part;
	const char *words[WORDS], *near;
	size_t n = 0;

	for (size_t at = 0; n < WORDS && str_next_part(all, '|', &at, &part); ) {
		buf_add_str(&list, n == 0 ? STR("") : at > all.len ? STR(" or ") : STR(", "));
		buf_add_str(&list, part);
		words[n++] = arena_dup(&a, part).ptr;
	}
	near = nearest_find(word, words, n);
	return error_set(err, "--%s takes %s, not '%s'%s%s%s", p->name, list.ptr, word,
	    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static void
list_add(struct option_list *list, const char *word)
{
	MEM_GROW(list->items, list->count, list->cap);
	list->items[list->count++] = word;
}

void
option_list_move(struct option_list *to, struct option_list *from)
{
	for (size_t i = 0; i < from->count; i++)
		list_add(to, from->items[i]);
	option_list_release(from);
}

static int
store(const struct option *p, const char *value, struct error *err)
{
	switch (p->kind) {
	case OPTION_IS_FLAG:
	case OPTION_IS_NO_FLAG:
		*(bool *)p->target = p->kind == OPTION_IS_FLAG;
		return 0;
	case OPTION_IS_TEXT:
	case OPTION_IS_FOLDER:
	case OPTION_IS_OPTIONAL:
		*(const char **)p->target = value;
		return 0;
	case OPTION_IS_WORD:
		if (!is_word_of(p, value))
			return unknown_word(p, value, err);
		*(const char **)p->target = value;
		return 0;
	case OPTION_IS_LIST:
		list_add(p->target, value);
		return 0;
	case OPTION_IS_PASS:
	case OPTION_IS_PASS_FLAG:
		if (p->kind == OPTION_IS_PASS && strchr(p->value, '|') && !is_word_of(p, value))
			return unknown_word(p, value, err);
		list_add(p->target, p->name - 2);	/* the dashes stand before it */
		if (p->kind == OPTION_IS_PASS)
			list_add(p->target, value);
		return 0;
	case OPTION_IS_UINT: {
		uint64_t n;

		if (!str_to_uint(str_from(value), p->max, &n) || n < p->min)
			return error_set(err, "--%s takes a number from %llu to %llu, not '%s'", p->name,
			    (unsigned long long)p->min, (unsigned long long)p->max, value);
		*(uint64_t *)p->target = n;
		return 0;
	}
	case OPTION_IS_NO_CONFIG:	/* that it was said is all there is to it */
		return 0;
	case OPTION_IS_HEADING:
		break;
	}
	return error_set(err, "no such option");
}

static bool
takes_value(const struct option *p)
{
	return p->kind == OPTION_IS_TEXT || p->kind == OPTION_IS_FOLDER || p->kind == OPTION_IS_WORD ||
	    p->kind == OPTION_IS_LIST || p->kind == OPTION_IS_PASS || p->kind == OPTION_IS_UINT;
}

static void
note(const struct options *o, const struct option *p, enum option_said said)
{
	if (o->said)
		o->said[p - o->table] = (unsigned char)said;
}

/* The option that NAME is the contrary of (--no-X and --X), if a file of options may set it. */
static const struct option *
contrary_of(const struct options *o, struct str name)
{
	static const struct str no = STR_OF("no-");
	AUTO(buf) other = BUF_INIT;

	if (!o->may_drop || options_find(o, name))
		return NULL;
	if (!str_starts(name, no))
		buf_add_str(&other, no);
	buf_add_str(&other, str_starts(name, no) ? str_sub(name, no.len, name.len) : name);
	return o->may_drop(o->tool, buf_str(&other)) ? options_find(o, buf_str(&other)) : NULL;
}

/* Leaves out what a file of options says of P. WORD is how the command line says so. */
static void
drop(const struct options *o, const struct option *p, const char *word)
{
	note(o, p, OPTION_DROPPED);
	if (p->kind == OPTION_IS_FLAG || p->kind == OPTION_IS_NO_FLAG)
		*(bool *)p->target = p->kind == OPTION_IS_NO_FLAG;
	else if (p->kind == OPTION_IS_TEXT || p->kind == OPTION_IS_WORD)
		*(const char **)p->target = NULL;
	else if (p->kind == OPTION_IS_LIST)
		((struct option_list *)p->target)->count = 0;
	else if (p->kind == OPTION_IS_PASS || p->kind == OPTION_IS_PASS_FLAG)
		list_add(p->target, word);
}

/* --name, --name=value, --name value. *I is moved past a value that is a word of its own. */
static int
parse_long(
    const struct options *o, int argc, char **argv, int *i, enum options_outcome *outcome, struct error *err)
{
	const char *word = argv[*i] + 2, *eq = strchr(word, '=');
	size_t len = eq ? (size_t)(eq - word) : strlen(word);
	const struct option *p = NULL;

	if (len == 4 && memcmp(word, "help", 4) == 0) {
		*outcome = OPTIONS_HELP;
		return 0;
	}
	if (len == 7 && memcmp(word, "version", 7) == 0) {
		*outcome = OPTIONS_VERSION;
		return 0;
	}
	if (!eq && (p = contrary_of(o, (struct str){ word, len }))) {
		drop(o, p, argv[*i]);
		return 0;
	}
	if (!(p = by_name(o, word, len, err)))
		return -1;
	note(o, p, OPTION_SAID);
	if (p->kind == OPTION_IS_OPTIONAL)
		return store(p, eq ? eq + 1 : "", err);
	if (!takes_value(p))
		return eq ? error_set(err, "--%s takes no value", p->name) : store(p, NULL, err);
	if (eq)
		return store(p, eq + 1, err);
	if (*i + 1 >= argc)
		return error_set(err, "--%s needs a value: --%s %s", p->name, p->name, p->value);
	return store(p, argv[++*i], err);
}

static int
parse_short(
    const struct options *o, int argc, char **argv, int *i, enum options_outcome *outcome, struct error *err)
{
	const char *word = argv[*i];

	for (const char *c = word + 1; *c; c++) {
		const struct option *p = by_letter(o, *c);

		if (!p && *c == 'h') {
			*outcome = OPTIONS_HELP;
			return 0;
		}
		if (!p && c == word + 1 && c[1])	/* as -format for --format */
			return unknown_name(o, "-", c, err);
		if (!p)
			return error_set(err, "no option -%c (--help lists them)", *c);
		note(o, p, OPTION_SAID);
		if (!takes_value(p)) {
			if (store(p, "", err) < 0)
				return -1;
			continue;
		}
		if (c[1])
			return store(p, c + 1, err);
		if (*i + 1 >= argc)
			return error_set(err, "-%c needs a value: -%c %s", *c, *c, p->value);
		return store(p, argv[++*i], err);
	}
	return 0;
}

int
options_parse(const struct options *o, int argc, char **argv, enum options_outcome *ret_outcome,
    int *ret_operands, struct error *err)
{
	char **operands = mem_zero((size_t)argc + 1, sizeof *operands);
	int count = 0, result = 0;

	*ret_outcome = OPTIONS_RUN;
	for (int i = 1; i < argc && result == 0 && *ret_outcome == OPTIONS_RUN; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (++i < argc)
				operands[count++] = argv[i];
		} else if (argv[i][0] != '-' || argv[i][1] == '\0') {
			operands[count++] = argv[i];
		} else if (argv[i][1] == '-') {
			result = parse_long(o, argc, argv, &i, ret_outcome, err);
		} else {
			result = parse_short(o, argc, argv, &i, ret_outcome, err);
		}
	}
	if (count)
		memcpy(argv + argc - count, operands, (size_t)count * sizeof *operands);
	*ret_operands = argc - count;
	free(operands);
	return result;
}

int
options_take(
    const struct options *o, const struct option *p, const char *value, bool *ret_used, struct error *err)
{
	enum option_said said = o->said ? (enum option_said)o->said[p - o->table] : OPTION_UNSAID;

	if (takes_value(p) != (value != NULL))
		return value ? error_set(err, "%s takes no value", p->name)
			     : error_set(err, "%s needs a value: %s %s", p->name, p->name, p->value);
	*ret_used = said == OPTION_UNSAID || (said == OPTION_SAID && p->kind == OPTION_IS_LIST);
	return !*ret_used || p->kind == OPTION_IS_PASS || p->kind == OPTION_IS_PASS_FLAG
	    ? 0
	    : store(p, value, err);
}

bool
options_said(const struct options *o, const char *name)
{
	const struct option *p = options_find(o, str_from(name));

	return p && o->said && o->said[p - o->table] == OPTION_SAID;
}

enum { LABEL_MAX = 32 };

/* TEXT with each line after the first indented by INDENT. */
static void
put_lines(FILE *f, const char *text, int indent)
{
	for (; *text; text++) {
		(void)fputc(*text, f);		/* main checks the stream once, at its end */
		if (*text == '\n')
			(void)fprintf(f, "%*s", indent, "");
	}
	(void)fputc('\n', f);
}

static size_t
label(const struct option *p, char *to, size_t size)
{
	int n = p->letter ? snprintf(to, size, "-%c, --%s", p->letter, p->name)
			  : snprintf(to, size, "    --%s", p->name);

	if (n < 0 || (size_t)n >= size)
		return size;
	if (p->value) {
		int m = snprintf(
		    to + n, size - (size_t)n, p->kind == OPTION_IS_OPTIONAL ? "[=%s]" : " %s", p->value);

		n += m > 0 ? m : 0;
	}
	return (size_t)n;
}

void
options_help(const struct options *o, FILE *f)
{
	char text[128];
	size_t width = 0;

	(void)fprintf(f, "usage: berth %s ", o->tool);
	put_lines(f, o->usage, (int)(13 + strlen(o->tool)));
	(void)fprintf(f, "%s\n\n", o->purpose);
	for (size_t i = 0; i < o->count; i++)
		if (o->table[i].kind != OPTION_IS_HEADING) {
			size_t n = label(&o->table[i], text, sizeof text);

			width = n > width && n <= LABEL_MAX ? n : width;
		}
	for (size_t i = 0; i < o->count; i++) {
		if (o->table[i].kind == OPTION_IS_HEADING) {
			(void)fprintf(f, "%s%s:\n", i ? "\n" : "", o->table[i].help);
			continue;
		}
		if (label(&o->table[i], text, sizeof text) > width)	/* its help begins on the next line */
			(void)fprintf(f, "  %s\n%*s", text, (int)width + 4, "");
		else
			(void)fprintf(f, "  %-*s  ", (int)width, text);
		put_lines(f, o->table[i].help, (int)width + 4);
	}
	if (o->examples)
		(void)fprintf(f, "\nExamples:\n%s", o->examples);
	if (o->exits)
		(void)fprintf(f, "\nExit status:\n%s", o->exits);
}

const char *
options_folder(const struct options *o)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->table[i].kind == OPTION_IS_FOLDER)
			return *(const char **)o->table[i].target;
	return NULL;
}

void
option_list_release(struct option_list *l)
{
	free(l->items);
	*l = (struct option_list){ NULL, 0, 0 };
}

const char **
options_text(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->table[i].kind == OPTION_IS_TEXT && strcmp(o->table[i].name, name) == 0)
			return o->table[i].target;
	return NULL;
}

const char *
options_db(const char *given)
{
	const char *env = getenv("BERTH_DB");

	return given ? given : env && *env ? env : "berth.db";
}

const char *
options_host(const char *given)
{
	const char *env = getenv("BERTH_HOST");

	return given ? given : env ? env : "";
}

void
options_command(struct buf *b, const char *what, const char *db)
{
	buf_printf(b, "berth %s", what);
	if (strcmp(db, options_db(NULL)) == 0)
		return;
	buf_add_str(b, STR(" --db "));
	quote_add(b, str_from(db));
}
