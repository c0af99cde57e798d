/* forms: the texts and numbers of a service that Compose decodes: durations, sizes, truths, counts.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

enum form { FORM_DURATION, FORM_SIZE, FORM_TRUTH, FORM_FRACTION, FORM_INTEGER, FORM_NATURAL, FORM_WHOLE,
	FORM_COMMAND, FORM_HOST, FORM_SETTING, FORM_COUNT };

/* For messages; by enum form. */
static const char *const form_names[] = { "a duration, as 1m30s is", "a size, as 512m is", "true or false",
	"a number", "an integer", "a number from 0 up", "an integer",
	"a command with all its quotes and brackets closed", "a host with its address, as host:1.2.3.4 is",
	"a variable without a blank behind its name", "a count, or all" };

/* By the pattern of a path below a service: `*` is any key, `[]` any item. */
static const struct {
	struct str pattern;
	enum form form;
} rows[] = {
	{ STR_OF("stop_grace_period"), FORM_DURATION },
	{ STR_OF("healthcheck.interval"), FORM_DURATION },
	{ STR_OF("healthcheck.timeout"), FORM_DURATION },
	{ STR_OF("healthcheck.start_period"), FORM_DURATION },
	{ STR_OF("healthcheck.start_interval"), FORM_DURATION },
	{ STR_OF("deploy.update_config.delay"), FORM_DURATION },
	{ STR_OF("deploy.update_config.monitor"), FORM_DURATION },
	{ STR_OF("deploy.rollback_config.delay"), FORM_DURATION },
	{ STR_OF("deploy.rollback_config.monitor"), FORM_DURATION },
	{ STR_OF("deploy.restart_policy.delay"), FORM_DURATION },
	{ STR_OF("deploy.restart_policy.window"), FORM_DURATION },
	{ STR_OF("mem_limit"), FORM_SIZE },
	{ STR_OF("mem_reservation"), FORM_SIZE },
	{ STR_OF("memswap_limit"), FORM_SIZE },
	{ STR_OF("mem_swappiness"), FORM_SIZE },
	{ STR_OF("shm_size"), FORM_SIZE },
	{ STR_OF("build.shm_size"), FORM_SIZE },
	{ STR_OF("deploy.resources.limits.memory"), FORM_SIZE },
	{ STR_OF("deploy.resources.reservations.memory"), FORM_SIZE },
	{ STR_OF("volumes.[].tmpfs.size"), FORM_SIZE },
	{ STR_OF("attach"), FORM_TRUTH },
	{ STR_OF("build.no_cache"), FORM_TRUTH },
	{ STR_OF("build.pull"), FORM_TRUTH },
	{ STR_OF("build.privileged"), FORM_TRUTH },
	{ STR_OF("volumes.[].bind.create_host_path"), FORM_TRUTH },
	{ STR_OF("env_file.[].required"), FORM_TRUTH },
	{ STR_OF("deploy.resources.limits.cpus"), FORM_FRACTION },
	{ STR_OF("deploy.resources.reservations.cpus"), FORM_FRACTION },
	{ STR_OF("deploy.resources.limits.pids"), FORM_INTEGER },
	{ STR_OF("healthcheck.retries"), FORM_NATURAL },
	{ STR_OF("deploy.restart_policy.max_attempts"), FORM_NATURAL },
	{ STR_OF("deploy.update_config.parallelism"), FORM_NATURAL },
	{ STR_OF("deploy.rollback_config.parallelism"), FORM_NATURAL },
	{ STR_OF("deploy.placement.max_replicas_per_node"), FORM_NATURAL },
	{ STR_OF("volumes.[].tmpfs.mode"), FORM_NATURAL },
	{ STR_OF("expose.[]"), FORM_WHOLE },
	{ STR_OF("ulimits.*"), FORM_WHOLE },
	{ STR_OF("ulimits.*.soft"), FORM_WHOLE },
	{ STR_OF("ulimits.*.hard"), FORM_WHOLE },
	{ STR_OF("group_add.[]"), FORM_WHOLE },
	{ STR_OF("blkio_config.weight"), FORM_NATURAL },
	{ STR_OF("gpus.[].count"), FORM_COUNT },
	{ STR_OF("deploy.resources.reservations.devices.[].count"), FORM_COUNT },
	{ STR_OF("post_start.[].privileged"), FORM_TRUTH },
	{ STR_OF("pre_stop.[].privileged"), FORM_TRUTH },
	{ STR_OF("command"), FORM_COMMAND },
	{ STR_OF("entrypoint"), FORM_COMMAND },
	{ STR_OF("post_start.[].command"), FORM_COMMAND },
	{ STR_OF("pre_stop.[].command"), FORM_COMMAND },
	{ STR_OF("extra_hosts.[]"), FORM_HOST },
	{ STR_OF("build.extra_hosts.[]"), FORM_HOST },
	{ STR_OF("environment.[]"), FORM_SETTING },
	{ STR_OF("build.args.[]"), FORM_SETTING },
};

/* `host:address` or `host=address`; the address may be empty. */
static bool
is_host(struct str s)
{
	size_t equals = str_find(s, 0, '='), end = equals < s.len ? equals : str_find(s, 0, ':');

	return end > 0 && end < s.len && !str_has(str_sub(s, 0, end), ':');
}

/* Whether a blank ends S. */
static bool
has_blank_end(struct str s)
{
	static const char *const wide[] = { "\xc2\x85", "\xc2\xa0", "\xe3\x80\x80" };

	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (str_ends(s, str_from(wide[i])))
			return true;
	return s.len > 0 && str_has(STR(" \t\n\v\f\r"), s.ptr[s.len - 1]);
}

static bool
is_of_form(const struct node *n, enum form form)
{
	bool is_string = n->type == NODE_STRING;
	int64_t whole;
	double v;

	switch (form) {
	case FORM_DURATION:
		return !is_string || value_is_duration(n->value);
	case FORM_SIZE:
		return !is_string || value_is_size(n->value);
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
	case FORM_COUNT:
		return is_string ? str_eq(n->value, STR("all")) || value_integer(n->value, &whole)
				 : n->type == NODE_INT;
	case FORM_COMMAND:
		return !is_string || value_is_command(n->value);
	case FORM_HOST:
		return !is_string || is_host(n->value);
	case FORM_SETTING:
		return !is_string || !has_blank_end(str_sub(n->value, 0, str_find(n->value, 0, '=')));
	default:
		return n->type != NODE_FLOAT;
	}
}

/* Checks what stands where PATTERN leads to below N, which stands at WHERE. */
static void
check(struct load *l, const struct node *n, struct str pattern, enum form form, const struct keypath *where)
{
	size_t dot = str_find(pattern, 0, '.');
	struct str key = str_sub(pattern, 0, dot), rest = str_sub(pattern, dot + 1, pattern.len);
	bool is_item = str_eq(key, STR("[]"));

	if (pattern.len == 0) {
		if (n->kind == NODE_SCALAR && n->type != NODE_NULL && !is_of_form(n, form))
			load_problem(l, n, "%s: '%.*s' is not %s", keypath_name(l->arena, where),
			    STR_ARG(node_as_written(n)->value), form_names[form]);
		return;
	}
	for (size_t i = 0; i < node_count(n, is_item ? NODE_SEQUENCE : NODE_MAPPING); i++) {
		struct keypath at = keypath_entry(where, n, i);

		if (is_item || str_eq(key, STR("*")) || str_eq(key, at.key))
			check(l, n->entries[i].value, rest, form, &at);
	}
}

/* A number of how a key begins; no key of the rows is shorter than four bytes. */
static unsigned
beginning(struct str key)
{
	const unsigned char *p = (const unsigned char *)key.ptr;

	return key.len < 4 ? 0 : (p[0] + 3u * p[1] + 5u * p[2] + 7u * p[3]) % 256;
}

/* Checks SERVICE, which stands at WHERE. Most rows have no key here. */
static void
check_service(struct load *l, const struct node *service, const struct keypath *where)
{
	size_t found[256] = { 0 };	/* by how a key begins: its entry + 1 */

	for (size_t i = 0; i < node_count(service, NODE_MAPPING); i++)
		found[beginning(service->entries[i].key->value)] = i + 1;
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		struct str pattern = rows[k].pattern, key;
		size_t i = found[beginning(pattern)];

		if (i == 0)
			continue;
		key = service->entries[i - 1].key->value;
		if (str_starts(pattern, key) && pattern.len > key.len && pattern.ptr[key.len] == '.') {
			struct keypath at = keypath_entry(where, service, i - 1);

			check(l, service->entries[i - 1].value, str_sub(pattern, key.len + 1, pattern.len),
			    rows[k].form, &at);
		} else {
			check(l, service, pattern, rows[k].form, where);
		}
	}
}

void
forms_check(struct load *l, const struct node *model)
{
	const struct node *services = node_get(model, STR("services"));
	struct keypath top = keypath_key(NULL, STR("services"));

	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		struct keypath at = keypath_entry(&top, services, i);

		check_service(l, services->entries[i].value, &at);
	}
}
