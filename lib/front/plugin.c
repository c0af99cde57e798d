/* plugin: berth as a plugin of the docker client.
 * SPDX-License-Identifier: MIT */
#include "front/plugin.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "system/process.h"

/* --- the client's options --- */

enum client_option { DEBUGGED, LOG_LEVEL, CONTEXT, HOST, CONFIG, TLS, TLS_VERIFY, TLS_FILE };

static const struct {
	const char *name;
	enum client_option option;
	char letter;		/* 0: none */
	bool has_value;
} options[] = {
	{ "config", CONFIG, 0, true }, { "context", CONTEXT, 'c', true }, { "debug", DEBUGGED, 'D', false },
	{ "host", HOST, 'H', true }, { "log-level", LOG_LEVEL, 'l', true }, { "tls", TLS, 0, false },
	{ "tlscacert", TLS_FILE, 0, true }, { "tlscert", TLS_FILE, 0, true }, { "tlskey", TLS_FILE, 0, true },
	{ "tlsverify", TLS_VERIFY, 0, false },
};

enum { OPTIONS = sizeof options / sizeof *options };

/* A name of the environment overrides the context that is asked for, and the other way round. */
static void
set(enum client_option option, const char *given)
{
	AUTO(arena) a = ARENA_INIT;
	const char *value = given ? given : "";	/* who takes one has been given one */

	switch (option) {
	case CONTEXT:
		(void)setenv("DOCKER_CONTEXT", value, 1);
		(void)unsetenv("DOCKER_HOST");
		break;
	case HOST:
		(void)setenv("DOCKER_HOST", value, 1);
		(void)unsetenv("DOCKER_CONTEXT");
		break;
	case CONFIG:
		(void)setenv("DOCKER_CONFIG", value, 1);
		break;
	case TLS:
		(void)setenv("DOCKER_TLS", "1", 1);
		break;
	case TLS_VERIFY:
		(void)setenv("DOCKER_TLS_VERIFY", "1", 1);
		break;
	case TLS_FILE:
		(void)setenv("DOCKER_CERT_PATH", arena_dup(&a, path_folder(str_from(value))).ptr, 1);
		break;
	case DEBUGGED:
	case LOG_LEVEL:
		break;
	}
}

/* Which option WORD is; OPTIONS: none of the client's. *ret_value: what follows its = or its letter, else
 * NULL. */
static size_t
option_of(const char *word, const char **ret_value)
{
	size_t i = 0;

	*ret_value = NULL;
	for (; i < OPTIONS; i++) {
		size_t len = strlen(options[i].name);

		if (strncmp(word, "--", 2) == 0 && strncmp(word + 2, options[i].name, len) == 0 &&
		    (word[2 + len] == '\0' || word[2 + len] == '=')) {
			*ret_value = word[2 + len] ? word + 3 + len : NULL;
			break;
		}
		if (options[i].letter && word[0] == '-' && word[1] == options[i].letter) {
			*ret_value = word[2] ? word + 2 + (word[2] == '=') : NULL;
			break;
		}
	}
	return i;
}

int
plugin_take_options(int argc, char **argv, int *i, struct error *err)
{
	const char *value = NULL;
	size_t option;

	for (; *i < argc && (option = option_of(argv[*i], &value)) < OPTIONS; ++*i) {
		if (options[option].has_value && !value && ++*i < argc)
			value = argv[*i];
		if (options[option].has_value && !value)
			return error_set(
			    err, "--%s of the docker client needs a value", options[option].name);
		set(options[option].option, value);
	}
	*i += *i < argc && strcmp(argv[*i], "berth") == 0;
	return 0;
}

/* --- completion --- */

enum { FILES_TOO = 0, NO_FILES = 4 };	/* what the client does with the answer: cobra's directives */

/* `  -q, --quiet    errors only` of a help gives `--quiet` and what it is for. */
static void
add_options(struct buf *ret, struct str help, struct str typed)
{
	struct str line;

	for (size_t at = 0; str_next_part(help, '\n', &at, &line); ) {
		struct str rest = str_sub(line, 6, line.len), name;
		size_t end;

		if (!str_starts(line, STR("  ")) || !str_starts(rest, STR("--")))
			continue;
		for (end = 0; end < rest.len && !str_has(STR(" =["), rest.ptr[end]); end++)
			;
		name = str_sub(rest, 0, end);
		if (str_starts(name, typed))
			buf_printf(ret, "%.*s\t%.*s\n", STR_ARG(name),
			    STR_ARG(str_trim(str_sub(rest, str_search(rest, end, STR("  ")), rest.len))));
	}
}

static void
complete_tool(const char *tool, struct str typed, struct buf *ret)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) path = BUF_INIT;

	process_args_add(&args, tool);
	process_args_add(&args, "--help");
	if (process_tool_path(tool, &path, &err) == 0 && process_ask(path.ptr, &args, &answer, &err) == 0)
		add_options(ret, buf_str(&answer.out), typed);
}

void
plugin_complete(char *const *words, int count, const struct plugin_word *tools, size_t tool_count,
    struct buf *ret)
{
	struct str typed = str_from(count ? words[count - 1] : "");
	bool is_option = str_starts(typed, STR("-"));

	for (size_t t = 0; t < tool_count; t++) {
		if (count > 1 && strcmp(words[0], tools[t].name) == 0 && is_option)
			complete_tool(tools[t].name, typed, ret);
		if (count <= 1 && str_starts(str_from(tools[t].name), typed))
			buf_printf(ret, "%s\t%s\n", tools[t].name, tools[t].purpose);
	}
	buf_printf(ret, ":%d\n", count > 1 && !is_option ? FILES_TOO : NO_FILES);
}
