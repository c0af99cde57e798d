/* inside: settings in which an address is the container's own, and no address of the host.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_INSIDE_H
#define BERTH_SCAN_INSIDE_H

#include <stdbool.h>

#include "base/str.h"
#include "compose/project.h"

enum inside {
	INSIDE_NOT,		/* it is an address of the host */
	INSIDE_MAYBE,		/* the container may listen on it: a person has to look */
	INSIDE_SURE		/* the container itself is meant */
};

/* What an address of HOST with PORT means in VALUE, what KEY is set to in SERVICE (NULL: in .env, for any of
 * the project's services). HOST is one that is this machine, or this container. */
enum inside inside_judge(const struct project *, const struct project_service *service, struct str key,
    struct str value, struct str host, struct str port);
/* Whether HOST with PORT, in KEY of the settings of a service that shares the network of OWNER
 * (`network_mode: service:db`), may be what a program there listens on: all are one another's localhost. */
bool inside_may_be_beside(
    const struct project_service *owner, struct str key, struct str host, struct str port);
/* The same as inside_judge in what SERVICE runs, whatever the port. */
enum inside inside_judge_run(const struct project_service *service, struct str host);
/* Whether HOST with PORT in what SERVICE runs, behind OPTION, may be what clients are told, though it is that
 * container there (`--public-url http://localhost:8003`): the project publishes PORT, and the container has
 * it not inside, or OPTION has a word that says so, and none of what is listened on. */
bool inside_may_be_told(const struct project *, const struct project_service *service, struct str option,
    struct str host, unsigned port);
/* The service whose container gets the file PATH, by a mount or as part of what it is built from, and has
 * PORT: there `localhost` may be the container. NULL: none, or the file is for people (README, Makefile). */
const struct project_service *inside_reader(const struct project *, struct str path, struct str port);
/* Whether what KEY is set to says by its name that it is listened on. */
bool inside_is_listened_on(struct str key);
/* Whether SERVICE (NULL: any), which publishes it, has PORT in its container. */
bool inside_has_port(const struct project *, const struct project_service *service, struct str port);

#endif
