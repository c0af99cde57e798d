/* rules: whether a row of a plan is one that plan could have written.
 * SPDX-License-Identifier: MIT */
#include "stream/rules.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "base/pattern.h"
#include "stream/change.h"

/* In any text: no control byte, so no second line and no terminal's escape. */
#define PLAIN "[^\\x00-\\x1f\\x7f]"
#define PORT "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
#define PORTS PORT "(?:-" PORT ")?"
/* What a variable may hold of a mapping: the host's port at least. */
#define MAPPING "(?:[0-9A-Fa-f.:\\[\\]]+:)?" PORTS "(?::" PORTS ")?(?:/[A-Za-z]+)?"
#define IPV4 "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}"
#define IPV6 "[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\\.[0-9]{1,3}){0,3}"
#define IP "(?:" IPV4 "|" IPV6 "|\\[" IPV6 "\\])"
#define EVERY "[0:.]+"
#define WORD "[A-Za-z0-9][A-Za-z0-9_.-]*"
#define VARIABLE "\\$\\{[A-Za-z_][A-Za-z0-9_]*(?::?-[A-Za-z0-9_.-]*)?\\}"
#define NAME "(?:[A-Za-z0-9_.-]|" VARIABLE ")+"
#define IMAGE \
	"[a-z0-9](?:[A-Za-z0-9._/:@-]|" \
	"\\$(?:[A-Za-z_][A-Za-z0-9_]*|\\{[A-Za-z_][A-Za-z0-9_]*(?::?[-?+][A-Za-z0-9 _.-]*)?\\}))*"
/* Somewhere in it a host and port. */
#define ADDRESS PLAIN "*(?:[A-Za-z0-9.\\]-]|\\}):" PORT "(?![0-9])" PLAIN "*"
#define URL "[a-z][a-z0-9+.-]*://" PLAIN "+"
/* As plan writes them into a scaffold. */
#define PLACEHOLDER \
	"\\{\\{(?:(?:COMPOSE_)?PROJECT_NAME\\}\\}[A-Za-z0-9_.-]*|[a-z_][a-z0-9_]*\\|" PORT "\\}\\})"
#define QUOTED(x) "(?:" x "|\"" x "\"|'" x "')"
/* A port in the flow sequence of an override file, as a short mapping or with all that its long form says. */
#define SHORT_PORT \
	"\"(?:(?:" IPV4 "|\\[" IPV6 "\\]):)?(?:[0-9]{0,5}(?:-[0-9]{1,5})?:)?[0-9]{1,5}(?:/(?:udp|sctp))?\""
#define LONG_PORT \
	"\\{target: [0-9]{1,10}(?:, (?:published|host_ip|protocol): \"[A-Za-z0-9.:+-]*\"" \
	"|, [A-Za-z0-9_.-]+: (?:[A-Za-z0-9_.-]+|\"[A-Za-z0-9_.-]+\"))*\\}"
#define PORT_LIST "\\[(?:" SHORT_PORT "|" LONG_PORT ")(?:, (?:" SHORT_PORT "|" LONG_PORT "))*+\\]"
#define SETS(x) "(?:export )?[A-Za-z_][A-Za-z0-9_.-]*=" QUOTED("(?:" x ")")

/* What a row with this action and reason may write, and over what. A row is right where one rule for its
 * action and reason takes it. */
static const struct {
	enum change_action action;
	enum change_reason reason;
	const char *new, *old;
} table[] = {
	{ CHANGE_REPLACE, REASON_PORT, QUOTED(PORTS), PLAIN "*" },
	/* an alias is replaced as a whole by its content, as one flow sequence, or by the anchor of a text
	 * that goes; what has the anchor by the text alone */
	{ CHANGE_REPLACE, REASON_PORT, "[\\x20-\\x7e]+", "[*&]" PLAIN "+" },
	/* a variable that gives more than the port, by what it gives */
	{ CHANGE_REPLACE, REASON_PORT, MAPPING, "\\$" PLAIN "+" },
	{ CHANGE_INSERT, REASON_PORT, SETS(MAPPING), "" },
	{ CHANGE_REPLACE, REASON_PORT, QUOTED(MAPPING), "" },
	{ CHANGE_REPLACE, REASON_CONTAINER_NAME, QUOTED(NAME), PLAIN "*" },
	{ CHANGE_REPLACE, REASON_CONTAINER_NAME, "&[\\x21-\\x7e]+[ \\t]+[\\x20-\\x7e]+",
	    "\\*" PLAIN "+" },
	{ CHANGE_INSERT, REASON_CONTAINER_NAME, SETS(WORD), "" },
	{ CHANGE_REPLACE, REASON_IMAGE, QUOTED(IMAGE), PLAIN "*" },
	{ CHANGE_REPLACE, REASON_PROJECT_NAME, QUOTED(NAME), PLAIN "*" },
	{ CHANGE_INSERT, REASON_PROJECT_NAME, SETS(WORD), "" },
	{ CHANGE_INSERT, REASON_PROJECT_NAME, "name: \"[a-z0-9][a-z0-9_-]*\"", "" },
	{ CHANGE_COPY, REASON_ENV_FILE, "", PLAIN "*" },
	{ CHANGE_CREATE, REASON_ENV_FILE, "", PLAIN "*" },
	{ CHANGE_REPLACE, REASON_REFERENCE, "(?:" PORTS "|" WORD "|" ADDRESS "|" URL ")", PLAIN "*" },
	{ CHANGE_INSERT, REASON_REFERENCE, SETS(ADDRESS "|" PORTS "|" WORD "|" URL), "" },
	{ CHANGE_REPLACE, REASON_EXAMPLE, QUOTED("(?:" PORTS "|" WORD "|" ADDRESS ")"), PLAIN "*" },
	{ CHANGE_INSERT, REASON_EXAMPLE, SETS(PORTS "|" WORD "|" ADDRESS), "" },
	{ CHANGE_REPLACE, REASON_TEMPLATE, QUOTED("(?:" PORTS "|" WORD "|" ADDRESS ")"),
	    PLAIN "*\\{\\{" PLAIN "+\\}\\}" PLAIN "*" },
	{ CHANGE_REPLACE, REASON_TEMPLATE, PLACEHOLDER, "[A-Za-z0-9_.-]+" },
	/* what stands around a default goes, the default stays */
	{ CHANGE_REPLACE, REASON_TEMPLATE, "",
	    "(?:\\{\\{ *[A-Za-z_][A-Za-z0-9_]* *\\|[ \\t]*(?:\\}\\})?|[ \\t]*\\}\\})" },
	/* an address that a port is published on, with what parts it from the ports, as a text of its own or
	 * in its key; where there were no quotes it may need some */
	{ CHANGE_REPLACE, REASON_ADDRESS,
	    "\"?" IP "::?|" QUOTED(IP) "|\"|\"" IP "|host_ip: " QUOTED(IP) ", ", "" },
	{ CHANGE_REPLACE, REASON_ADDRESS, "\"?" IP "|" QUOTED(IP),
	    "\\[?" EVERY "\\]?|\\$(?:[A-Za-z_][A-Za-z0-9_]*|\\{" PLAIN "+\\})" },
	{ CHANGE_INSERT, REASON_ADDRESS, " *host_ip: " QUOTED(IP), "" },
	{ CHANGE_CREATE, REASON_OVERRIDE, "", "" },
	{ CHANGE_INSERT, REASON_OVERRIDE, "# [a-z, ]+|---|services:|  \"[A-Za-z0-9._-]+\":", "" },
	{ CHANGE_INSERT, REASON_PORT, "    ports: !override " PORT_LIST, "" },
	{ CHANGE_INSERT, REASON_CONTAINER_NAME, "    container_name: \"" WORD "\"", "" },
	{ CHANGE_INSERT, REASON_TEMPLATE, SETS(PORTS "|" WORD "|" ADDRESS), "" },
};

enum { RULES = sizeof table / sizeof *table };

struct rules {
	struct pattern *new[RULES], *old[RULES];	/* NULL: not asked for yet, as most are never */
	struct match *match;
};

struct rules *
rules_open(void)
{
	struct rules *r = mem_zero(1, sizeof *r);

	r->match = match_open();
	return r;
}

void
rules_close(struct rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < RULES; i++) {
		pattern_close(r->new[i]);
		pattern_close(r->old[i]);
	}
	match_close(r->match);
	free(r);
}

static int
check_paths(const struct change *c, struct error *err)
{
	if (!str_eq(c->app, STR(".")) && !path_is_clean(c->app))
		return error_set(err, "the app's folder is no clean path below the root");
	if (!path_is_clean(c->file))
		return error_set(err, "the file is no clean path below the root");
	if (!path_is_below(c->file, c->app))
		return error_set(err, "the file is not in the app's own folder");
	return 0;
}

static bool
is_env(const struct change *c)
{
	struct str rest;

	return path_relative(c->file, c->app, &rest) && str_eq(rest, STR(".env"));
}

bool
rules_is_override(struct str file, struct str app)
{
	static const struct str names[] = { STR_OF("compose.override.yaml"), STR_OF("compose.override.yml"),
		STR_OF("docker-compose.override.yml"), STR_OF("docker-compose.override.yaml") };
	struct str rest;

	if (!path_relative(file, app, &rest))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq(rest, names[i]))
			return true;
	return false;
}

static int
check_shape(const struct change *c, struct error *err)
{
	bool makes = c->action == CHANGE_COPY || c->action == CHANGE_CREATE;

	if (makes && c->has_span)
		return error_set(err, "a %.*s has no offset", STR_ARG(change_action_name(c->action)));
	if (c->reason == REASON_OVERRIDE && !rules_is_override(c->file, c->app))
		return error_set(err, "the file is none that Compose reads by itself as an override");
	if (makes && c->reason != REASON_OVERRIDE && !is_env(c))
		return error_set(err, "only the .env and the override file of an app are ever made");
	if (!makes && !c->has_span)
		return error_set(err, "a %.*s needs an offset and a length",
		    STR_ARG(change_action_name(c->action)));
	if (c->action == CHANGE_COPY && !c->has_digest)
		return error_set(err, "a copy needs the digest of the .env.example");
	if (c->action == CHANGE_CREATE && c->has_digest)
		return error_set(err, "a file that is made from nothing has no digest");
	if (c->action == CHANGE_REPLACE && !c->has_digest)
		return error_set(err, "a replace needs the digest of its file");
	if (c->action == CHANGE_REPLACE && c->span.len != c->old.len)
		return error_set(err, "the length is %zu, but 'old' has %zu bytes", c->span.len, c->old.len);
	if (c->action == CHANGE_INSERT && c->span.len)
		return error_set(err, "an insert has a length");
	return 0;
}

/* Whether REGEX, compiled as *P, takes all of TEXT: 1, 0 or -1. */
static int
takes(const struct rules *r, struct pattern **p, const char *regex, struct str text, struct error *err)
{
	AUTO(buf) whole = BUF_INIT;

	if (!*p) {
		buf_printf(&whole, "(?:%s)\\z", regex);
		if (pattern_open(p, whole.ptr, PATTERN_ANCHORED, err) < 0)
			return -1;
	}
	return pattern_match(*p, r->match, text, 0, err);
}

static int
check_content(struct rules *r, const struct change *c, struct error *err)
{
	bool known = false;

	for (size_t i = 0; i < RULES; i++) {
		int new, old;

		if (table[i].action != c->action || table[i].reason != c->reason)
			continue;
		known = true;
		new = takes(r, &r->new[i], table[i].new, c->new, err);
		old = new > 0 ? takes(r, &r->old[i], table[i].old, c->old, err) : 0;
		if (new < 0 || old < 0)
			return -1;
		if (new > 0 && old > 0)
			return 0;
	}
	if (!known)
		return error_set(err, "a %.*s is never done for the reason '%.*s'",
		    STR_ARG(change_action_name(c->action)), STR_ARG(change_reason_name(c->reason)));
	return error_set(
	    err, "what it would write is not what its reason '%.*s' allows",
	    STR_ARG(change_reason_name(c->reason)));
}

int
rules_check(struct rules *r, const struct change *c, struct error *err)
{
	if (change_is_told(c->action))
		return 0;
	if (c->action == CHANGE_OTHER)
		return error_set(err, "an action that this version does not know");
	if (c->reason == REASON_OTHER || c->reason == REASON_NONE)
		return error_set(err, "a reason that this version does not know");
	if (check_paths(c, err) < 0 || check_shape(c, err) < 0)
		return -1;
	return check_content(r, c, err);
}
