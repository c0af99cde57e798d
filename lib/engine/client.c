/* client: asking the `docker` client, so that contexts and DOCKER_HOST count.
 * SPDX-License-Identifier: MIT */
#include "engine/client.h"

#include "base/buf.h"
#include "base/error.h"
#include "system/process.h"

int
client_ask_about(const char *const *words, const struct str *more, size_t count, struct process_answer *ret,
    struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };

	process_args_add(&args, "docker");
	for (; *words; words++)
		process_args_add(&args, *words);
	for (size_t i = 0; i < count; i++)
		process_args_add(&args, more[i].ptr);
	return process_ask("docker", &args, ret, err);
}

int
client_ask(const char *const *words, struct process_answer *ret, struct error *err)
{
	return client_ask_about(words, NULL, 0, ret, err);
}

bool
client_is_elsewhere(struct error *err)
{
	static const char *const words[] = { "context", "inspect", "--format", "{{.Endpoints.docker.Host}}",
		NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct str host;

	if (client_ask(words, &answer, err) < 0 || answer.end.status != 0) {
		error_release(err);
		return false;
	}
	host = str_trim(buf_str(&answer.out));
	return host.len && !str_starts(host, STR("unix:")) && !str_starts(host, STR("fd:")) &&
	    !str_starts(host, STR("npipe:"));
}

struct str
client_reason(const struct process_answer *a)
{
	static const struct str prefixes[] = { STR_OF("docker: "), STR_OF("Error response from daemon: "),
		STR_OF("Error: ") };
	struct str s = STR_INIT, line;

	for (size_t at = 0; str_next_part(buf_str(&a->why), '\n', &at, &line); )
		if (str_trim(line).len && !str_starts(line, STR("Run 'docker")))
			s = str_trim(line);
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (str_starts(s, prefixes[i]))
			s = str_sub(s, prefixes[i].len, s.len);
	return s;
}
