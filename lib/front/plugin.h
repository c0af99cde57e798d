/* plugin: berth as a plugin of the docker client (docker/cli, cli-plugins/metadata and manager).
 * SPDX-License-Identifier: MIT
 *
 * The client runs `docker-berth OPTIONS berth TOOL …`, OPTIONS being its own that were given before `berth`;
 * for completion `docker-berth OPTIONS __complete berth TOOL … WORD`. */
#ifndef BERTH_FRONT_PLUGIN_H
#define BERTH_FRONT_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct error;

/* Moves *I past the client's own options and `berth`, and sets the environment so that the clients that are
 * run later take them: --context, --host, --config and those of TLS. Those of logging say nothing to us. -1:
 * an option lacks its value. */
int plugin_take_options(int argc, char **argv, int *i, struct error *);

/* What may be said in place of a word: a tool, and what it is for. */
struct plugin_word {
	const char *name, *purpose;
};

/* Appends the answer to a completion to RET: a line for each word, and what the client is to do beside it.
 * WORDS are what stands behind `berth`, the last of them what is being typed. */
void plugin_complete(char *const *words, int count, const struct plugin_word *tools, size_t tool_count,
    struct buf *ret);

#endif
