/* template: the placeholders in a template's files.
 * SPDX-License-Identifier: MIT */
#include "new/template.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/pattern.h"
#include "base/text.h"
#include "fleet/names.h"
#include "fleet/portmap.h"
#include "syntax/dotenv.h"
#include "syntax/env.h"
#include "syntax/interpolation.h"
#include "syntax/placeholder.h"

enum { KEYS = 6, PAIR_KEYS = 4 };

struct template {
	struct str keys[KEYS], values[KEYS];	/* those of a .env first */
	struct placeholder_rule *placeholders;
	struct match *match;
	struct interpolation *ip;
	struct dotenv_reader *reader;
	struct portmap *free;
	struct template_port *ports;
	size_t port_count, port_cap;
	struct str *complaints;
	size_t complaint_count, complaint_cap;
	struct arena arena;
};

int
template_open(struct template **ret, const struct template_values *v, struct error *err)
{
	struct template *t = mem_zero(1, sizeof *t);
	struct arena *a = &t->arena;
	const struct str keys[KEYS] = { STR("PROJECT_NAME"), STR("BACKEND_PORT"), STR("FRONTEND_PORT"),
		STR("COMPOSE_PROJECT_NAME"), STR("APP_NUM"), STR("MODEL") };
	const struct str values[KEYS] = { arena_dup(a, v->project), arena_printf(a, "%u", v->backend),
		arena_printf(a, "%u", v->frontend), names_lower(a, v->project),
		arena_printf(a, "%llu", (unsigned long long)v->id.app_num), arena_dup(a, v->id.model) };

	memcpy(t->keys, keys, sizeof keys);
	memcpy(t->values, values, sizeof values);
	t->free = v->free;
	t->match = match_open();
	if (placeholder_rule_open(&t->placeholders, err) < 0 ||
	    interpolation_open(&t->ip, err) < 0 || dotenv_reader_open(&t->reader, t->ip, err) < 0) {
		template_close(t);
		return -1;
	}
	*ret = t;
	return 0;
}

void
template_close(struct template *t)
{
	if (!t)
		return;
	dotenv_reader_close(t->reader);
	interpolation_close(t->ip);
	placeholder_rule_close(t->placeholders);
	match_close(t->match);
	arena_release(&t->arena);
	free(t);
}

bool
template_is_whole(struct str name)
{
	bool is_yaml = str_ends(name, STR(".yml")) || str_ends(name, STR(".yaml"));

	return str_eq(name, STR(".env")) || str_starts(name, STR(".env.")) ||
	    (is_yaml && str_search(name, 0, STR("compose")) < name.len);
}

static bool
find_value(const struct template *t, struct str key, struct str *ret)
{
	for (size_t i = 0; i < KEYS; i++)
		if (str_eq_fold(key, t->keys[i])) {
			*ret = t->values[i];
			return true;
		}
	return false;
}

/* The port for WANTED: itself where nobody has it, else the first free one that plan would move it to. 0:
 * none is left. */
static uint16_t
take_port(struct portmap *m, uint16_t wanted)
{
	uint32_t from = wanted < 1024 ? 8000U + wanted : wanted + 1U;
	uint16_t port = wanted;

	if (m->state[wanted] != PORT_FREE && m->state[wanted] != PORT_LOW)
		port = portmap_find(m, from, 1);
	if (!port)
		port = portmap_find(m, 1, 1);
	if (port) {
		portmap_take(m, port, PORTMAP_NOBODY);
		m->state[port] = PORT_TAKEN;	/* a low one too */
	}
	return port;
}

/* The port of a placeholder that names one; *ret stays empty where KEY names none. -1: none is left. */
static int
find_port(struct template *t, struct str key, struct str fallback, struct str *ret, struct error *err)
{
	struct template_port *port = NULL;
	uint64_t wanted;

	if (!t->free || !names_is_port_key(key) || !str_to_uint(str_trim(fallback), UINT16_MAX, &wanted) ||
	    !wanted)
		return 0;
	for (size_t i = 0; i < t->port_count; i++)
		if (str_eq_fold(t->ports[i].key, key))
			port = &t->ports[i];
	if (!port) {
		ARENA_GROW(&t->arena, t->ports, t->port_count, t->port_cap);
		port = &t->ports[t->port_count++];
		*port = (struct template_port){ names_lower(&t->arena, key), (uint16_t)wanted,
			take_port(t->free, (uint16_t)wanted) };
	}
	if (!port->port)
		return error_set(err, "no free port is left for {{%.*s|%u}}", STR_ARG(key), port->wanted);
	*ret = arena_printf(&t->arena, "%u", port->port);
	return 0;
}

size_t
template_ports(const struct template *t, const struct template_port **ret)
{
	*ret = t->ports;
	return t->port_count;
}

static int
no_value(struct str text, size_t at, struct str key, struct error *err)
{
	size_t line = 1, start = 0;

	for (size_t end; (end = str_find(text, start, '\n')) < at; start = end + 1)
		line++;
	error_set(err, "{{%.*s}} is no key that is known and has no default: write {{%.*s|default}}",
	    STR_ARG(key), STR_ARG(key));
	return error_place(err, (struct str)STR_INIT, line, at - start + 1);
}

/* What the placeholder P of TEXT becomes: itself where it is none of ours. */
static int
find_text(struct template *t, struct str text, const struct placeholder *p, bool whole, struct str *ret,
    struct error *err)
{
	struct str port = STR_INIT;

	*ret = str_sub(text, p->all.off, p->all.len);
	if (!whole && text.ptr[p->all.off + 2] == ' ')
		return 0;
	if (find_value(t, p->key, ret))
		return 0;
	if (find_port(t, p->key, p->fallback, &port, err) < 0)
		return -1;
	if (port.len)
		*ret = port;
	else if (whole && !p->has_default)
		return no_value(text, p->all.off, p->key, err);
	else if (whole)
		*ret = str_trim(p->fallback);
	return 0;
}

int
template_fill(struct template *t, struct str text, bool whole, struct buf *ret, struct error *err)
{
	struct placeholder p;
	size_t done = 0;
	int found;

	while ((found = placeholder_find(t->placeholders, t->match, text, done, &p, err)) > 0) {
		struct str value;

		if (find_text(t, text, &p, whole, &value, err) < 0)
			return -1;
		buf_add_str(ret, str_sub(text, done, p.all.off - done));
		buf_add_str(ret, value);
		done = span_end(p.all);
	}
	buf_add_str(ret, str_sub(text, done, text.len));
	return found;
}

static void
complain(struct template *t, const char *name, struct str key, struct str found)
{
	ARENA_GROW(&t->arena, t->complaints, t->complaint_count, t->complaint_cap);
	t->complaints[t->complaint_count++] = arena_printf(&t->arena,
	    "%s has %.*s=%.*s from the template: make it a "
	    "placeholder there (berth scan --template DIR | berth plan | berth apply)",
	    name, STR_ARG(key), STR_ARG(found));
}

int
template_complete(struct template *t, const char *name, struct str text, struct buf *ret, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct source source = { .path = STR(".env"), .text = TEXT_INIT, .is_env = true };
	bool crlf = str_search(text, 0, STR("\r\n")) < text.len;
	struct dotenv file = DOTENV_INIT;
	struct env env;
	int result = 0;

	text_copy(&source.text, text);
	env_init(&env, &a, NULL);
	interpolation_reset(t->ip, &a);
	dotenv_read(t->reader, &source, &env, &file);
	buf_add_str(ret, text);
	if (file.problem_count) {
		error_set(err, "%.*s", STR_ARG(file.problems[0].text));
		result = error_place(err, str_from(name), file.problems[0].line, file.problems[0].column);
	}
	for (size_t i = 0; i < PAIR_KEYS && result == 0; i++) {
		struct trace found;

		if (env_get_own(&env, t->keys[i], &found)) {
			if (!str_eq(found.text, t->values[i]))
				complain(t, name, t->keys[i], found.text);
			continue;
		}
		if (ret->len && ret->ptr[ret->len - 1] != '\n')
			buf_add_str(ret, crlf ? STR("\r\n") : STR("\n"));
		buf_printf(
		    ret, "%.*s=%.*s%s", STR_ARG(t->keys[i]), STR_ARG(t->values[i]), crlf ? "\r\n" : "\n");
	}
	text_release(&source.text);
	return result;
}

size_t
template_complaints(const struct template *t, const struct str **ret)
{
	*ret = t->complaints;
	return t->complaint_count;
}
