/* client: asking the `docker` client, so that contexts and DOCKER_HOST count.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_ENGINE_CLIENT_H
#define BERTH_ENGINE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct error;
struct process_answer;

/* Runs `docker WORDS…`, the last of which is NULL. -1: the client could not be started. */
int client_ask(const char *const *words, struct process_answer *ret, struct error *);
/* The same, with COUNT further words behind those. */
int client_ask_about(const char *const *words, const struct str *more, size_t count,
    struct process_answer *ret, struct error *);
/* Whether the client's engine is reached over a network. */
bool client_is_elsewhere(struct error *);
/* What the client had to say about a failure: its last line, without what it begins with. */
struct str client_reason(const struct process_answer *);

#endif
