/* values: the texts and numbers of a service that Compose decodes: durations, sizes, truths, counts.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum form { FORM_DURATION, FORM_SIZE, FORM_TRUTH, FORM_FRACTION, FORM_INTEGER, FORM_NATURAL, FORM_WHOLE };

/* By path below a service; `[]` is any item. */
#define ROW(path, form) { { path, sizeof (path) - 1 }, form }
static const struct {
	struct str path;
	enum form form;
} rows[] = {
	ROW("stop_grace_period", FORM_DURATION),
	ROW("healthcheck.interval", FORM_DURATION),
	ROW("healthcheck.timeout", FORM_DURATION),
	ROW("healthcheck.start_period", FORM_DURATION),
	ROW("healthcheck.start_interval", FORM_DURATION),
	ROW("deploy.update_config.delay", FORM_DURATION),
	ROW("deploy.update_config.monitor", FORM_DURATION),
	ROW("deploy.rollback_config.delay", FORM_DURATION),
	ROW("deploy.rollback_config.monitor", FORM_DURATION),
	ROW("deploy.restart_policy.delay", FORM_DURATION),
	ROW("deploy.restart_policy.window", FORM_DURATION),
	ROW("mem_limit", FORM_SIZE),
	ROW("mem_reservation", FORM_SIZE),
	ROW("memswap_limit", FORM_SIZE),
	ROW("mem_swappiness", FORM_SIZE),
	ROW("shm_size", FORM_SIZE),
	ROW("build.shm_size", FORM_SIZE),
	ROW("deploy.resources.limits.memory", FORM_SIZE),
	ROW("deploy.resources.reservations.memory", FORM_SIZE),
	ROW("volumes.[].tmpfs.size", FORM_SIZE),
	ROW("attach", FORM_TRUTH),
	ROW("build.no_cache", FORM_TRUTH),
	ROW("build.pull", FORM_TRUTH),
	ROW("build.privileged", FORM_TRUTH),
	ROW("volumes.[].bind.create_host_path", FORM_TRUTH),
	ROW("env_file.[].required", FORM_TRUTH),
	ROW("deploy.resources.limits.cpus", FORM_FRACTION),
	ROW("deploy.resources.reservations.cpus", FORM_FRACTION),
	ROW("deploy.resources.limits.pids", FORM_INTEGER),
	ROW("healthcheck.retries", FORM_NATURAL),
	ROW("deploy.restart_policy.max_attempts", FORM_NATURAL),
	ROW("deploy.update_config.parallelism", FORM_NATURAL),
	ROW("deploy.rollback_config.parallelism", FORM_NATURAL),
	ROW("deploy.placement.max_replicas_per_node", FORM_NATURAL),
	ROW("volumes.[].tmpfs.mode", FORM_NATURAL),
	ROW("expose.[]", FORM_WHOLE),
	ROW("ulimits.*", FORM_WHOLE),
	ROW("ulimits.*.soft", FORM_WHOLE),
	ROW("ulimits.*.hard", FORM_WHOLE),
};
#undef ROW

/* As the language of Compose reads a decimal fraction: `_` may stand between digits. */
bool
value_fraction(struct str s, double *ret)
{
	char text[400], *end;
	size_t len = 0;

	if (s.len == 0 || s.len >= sizeof text)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool between = i > 0 && i + 1 < s.len && s.ptr[i - 1] >= '0' && s.ptr[i - 1] <= '9' &&
		    s.ptr[i + 1] >= '0' && s.ptr[i + 1] <= '9';

		if (s.ptr[i] == '_' && between)
			continue;
		if (!memchr("0123456789.eE+-", s.ptr[i], 15))
			return false;
		text[len++] = s.ptr[i];
	}
	text[len] = '\0';
	*ret = strtod(text, &end);
	return end == text + len && isfinite(*ret);
}

/* The nanoseconds of the unit that S begins with, and how long its name is; 0: none. */
static uint64_t
unit_at(struct str s, size_t *ret_len)
{
	static const struct { struct str name; uint64_t ns; } units[] = {
		{ { "ns", 2 }, 1 }, { { "us", 2 }, 1000 }, { { "\xc2\xb5s", 3 }, 1000 },
		{ { "\xce\xbcs", 3 }, 1000 },
		{ { "ms", 2 }, 1000000 }, { { "s", 1 }, 1000000000 }, { { "m", 1 }, 60000000000 },
		{ { "h", 1 }, 3600000000000 },
		{ { "d", 1 }, 86400000000000 }, { { "w", 1 }, 604800000000000 },
	};

	for (*ret_len = 0; *ret_len < s.len && !memchr("0123456789.", s.ptr[*ret_len], 11);)
		++*ret_len;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (str_eq(str_sub(s, 0, *ret_len), units[i].name))
			return units[i].ns;
	return 0;
}

/* `1m30s`, `1.5h`, `0`: numbers with a unit each, together less than 64 bits of nanoseconds. */
static bool
is_duration(struct str s)
{
	double sum = 0;
	size_t at = s.len > 0 && (s.ptr[0] == '+' || s.ptr[0] == '-');

	if (at == s.len || str_eq(str_sub(s, at, s.len), STR("0")))
		return at < s.len;
	while (at < s.len) {
		size_t from = at, len;
		uint64_t unit;
		double v;

		while (at < s.len && memchr("0123456789.", s.ptr[at], 11))
			at++;
		if (!value_fraction(str_sub(s, from, at - from), &v))
			return false;
		unit = unit_at(str_sub(s, at, s.len), &len);
		if (unit == 0)
			return false;
		at += len;
		sum += v * (double)unit;
		/* as a double the next number above; whoever is that near is let by */
		if (sum > 9223372036854775807.0)
			return false;
	}
	return true;
}

/* `512m`, `1.5 GiB`, `64`: a number, maybe a blank, maybe one of b k m g t p with b or ib behind all but
 * b. */
static bool
is_size(struct str s)
{
	size_t digits = s.len;
	struct str unit;
	double v;

	while (digits > 0 && !memchr("0123456789. ", s.ptr[digits - 1], 12))
		digits--;
	unit = str_sub(s, digits, s.len);
	if (digits > 0 && s.ptr[digits - 1] == ' ')
		digits--;
	if (!value_fraction(str_sub(s, 0, digits), &v) || v < 0)
		return false;
	if (unit.len == 0 || str_eq_fold(unit, STR("b")))
		return true;
	return memchr("kmgtpKMGTP", unit.ptr[0], 10) &&
	    (unit.len == 1 || str_eq_fold(str_sub(unit, 1, unit.len), STR("b")) ||
		str_eq_fold(str_sub(unit, 1, unit.len), STR("ib")));
}

static bool
is_of_form(const struct node *n, enum form form)
{
	bool is_string = n->type == NODE_STRING;
	int64_t whole;
	double v;

	switch (form) {
	case FORM_DURATION:
		return !is_string || is_duration(n->value);
	case FORM_SIZE:
		return !is_string || is_size(n->value);
	case FORM_TRUTH:
		return !is_string || value_truth(n->value, &whole);
	case FORM_FRACTION:
		return !is_string || value_fraction(n->value, &v);
	case FORM_INTEGER:
		return !is_string || value_integer(n->value, &whole);
	case FORM_NATURAL:
		if (n->type == NODE_FLOAT)
			return !value_fraction(n->value, &v) || v >= 0;
		return !is_string && (n->type != NODE_INT || n->number >= 0);
	default:
		return n->type != NODE_FLOAT;
	}
}

static const char *
form_name(enum form form)
{
	static const char *const names[] = { "a duration, as 1m30s is", "a size, as 512m is", "true or false",
		"a number", "an integer", "a number from 0 up", "an integer" };

	return names[form];
}

/* Checks what stands at PATH below N, which is at WHERE. */
static void
check(struct load *l, const struct node *n, struct str path, enum form form, const struct path *where)
{
	size_t dot = str_find(path, 0, '.');
	struct str key = str_sub(path, 0, dot), rest = str_sub(path, dot + 1, path.len);
	bool is_item = str_eq(key, STR("[]"));

	if (path.len == 0) {
		if (n->kind == NODE_SCALAR && n->type != NODE_NULL && !is_of_form(n, form))
			load_problem(l, n, "%.*s: '%.*s' is not %s", STR_ARG(path_text(l->arena, where, 0)),
			    STR_ARG(node_as_written(n)->value), form_name(form));
		return;
	}
	if (n->kind != (is_item ? NODE_SEQUENCE : NODE_MAPPING))
		return;
	for (size_t i = 0; i < n->count; i++) {
		struct path at = { where, is_item ? (struct str)STR_INIT : n->entries[i].key->value, i,
			is_item, where->depth + 1 };

		if (is_item || str_eq(key, STR("*")) || str_eq(key, at.key))
			check(l, n->entries[i].value, rest, form, &at);
	}
}

void
values_check(struct load *l, const struct node *dict)
{
	const struct node *services = node_get(dict, STR("services"));
	struct path top = { NULL, STR("services"), 0, false, 1 };

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++) {
		struct path at = { &top, services->entries[i].key->value, 0, false, 2 };

		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
			check(l, services->entries[i].value, rows[k].path, rows[k].form, &at);
	}
}
