/* reference: texts of an app that name one of its own published host ports as an address.
 * SPDX-License-Identifier: MIT
 *
 * Looked for in the values of .env and .env.example and in environment, build arguments and labels.
 * Healthchecks, commands and entrypoints run inside the container, where the host's ports are not, unless it
 * is on the host's network; and so does what listens. A text that is an address there stays, wherever else it
 * is used. */
#ifndef BERTH_SCAN_REFERENCE_H
#define BERTH_SCAN_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "syntax/env.h"
#include "scan/places.h"
#include "compose/project.h"
#include "stream/finding.h"
#include "scan/watch.h"

struct address_finder;

struct reference {
	struct str service;		/* empty: in an env file */
	enum finding_role role;
	/* of the environment entry, label, argument or setting in which it stands */
	struct str key;
	struct str value;		/* host and port, without user info */
	struct port_range host_port;
	struct trace digits;
	/* the resolved default it stands in; empty: none, or it may not be shown */
	struct str whole;
	struct str doubt;		/* why it may mean something else as well; empty: it does not */
};

struct references {
	struct reference *items;
	size_t count, cap;
};

/* Port numbers as bits. */
struct port_set {
	uint64_t bits[65536 / 64];
};

/* Whether PORT is in the set; any number may be asked for. */
bool port_set_has(const struct port_set *, uint64_t port);
/* Puts the host ports that PROJECT publishes now in the set, or takes them out again. */
void port_set_put_project(struct port_set *, const struct project *, bool there);

struct reference_search {
	struct address_finder *finder;
	struct port_set *set;		/* to work in: all zero before and after */
	const struct project *project;
	struct arena *arena;
	/* PLACE_DECIDES and expansions are read; PLACE_ADDRESS and PLACE_REFERENCE added */
	struct places *places;
	struct watch *watch;		/* WATCH_ADDRESS is added */
	struct references found;
	const struct project_service *service;	/* private: the one that is searched; NULL: env files are */
	struct env deciders;		/* private: variables whose default decides a port, with it */
};

void reference_collect(struct reference_search *);

#endif
