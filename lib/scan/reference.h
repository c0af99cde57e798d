/* reference: texts of an app that name what an app has on the host.
 * SPDX-License-Identifier: MIT
 *
 * An app claims ports and names; a text that names one of them is a reference. port_reference.c and
 * name_reference.c know such a text, references.c goes through all that an app has. */
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
struct name_claims;
struct secrets;

struct reference {
	enum finding_claim claim;
	struct str service;		/* empty: in an env file */
	enum finding_role role;
	struct str other_role;		/* of ROLE_OTHER */
	/* of the environment entry, label, argument or setting in which it stands */
	struct str key;
	struct str value;		/* host and port, without user info; or the name */
	struct port_range host_port;
	struct trace text;		/* of a port its digits */
	/* of a name, and of what is only told: the text that gives it and nothing else where it is used
	 * (trace_written_part); of a port that several texts make: trace_written_somewhere */
	struct trace_decision written;
	enum finding_role used_as;	/* what it is there; role is what the text is that decides it */
	/* it is told, and changes, where it is used: what decides it means something else as well, or is
	 * several texts */
	bool is_at_use;
	/* the text that decides it is another reference's already: it is not told, unless where it is used */
	bool is_spare;
	/* the resolved default it stands in; empty: none, or it may not be shown */
	struct str whole;
	struct str doubt;		/* why it may mean something else as well; empty: it does not */
	/* it is made of the same variables as the name itself; of a port: the service listens on it because
	 * this text has it */
	bool follows;
	bool is_shared;			/* by an anchor its text decides a port or a name as well */
	struct source *source;		/* where to look, where no text decides it */
	size_t offset;
};

struct references {
	struct reference *items;
	size_t count, cap;
};

struct reference_search {
	struct address_finder *finder;
	const struct project *project;
	const struct secrets *secrets;	/* the project's */
	bool has_ways;			/* the app is run in several: its texts mean something in each */
	bool knows_readers;		/* private: PLACE_READ and PLACE_READ_AGAIN are added */
	struct arena *arena;
	/* PLACE_DECIDES and expansions are read; PLACE_ADDRESS, PLACE_IN_ADDRESS, PLACE_INSIDE and
	 * PLACE_REFERENCE added */
	struct places *places;
	struct watch *watch;		/* WATCH_ADDRESS is added */
	struct references found;
	const struct expansion *whole;	/* private: the last whose default was looked at for addresses */
	bool is_whole_plain;		/* private: and whether it is all addresses */
	const struct env *coming;	/* private: what a coming .env sets; NULL: none is to come */
	size_t coming_spent;		/* private: bytes of texts with that */
	struct env deciders;		/* private: variables whose default decides a port, with it */
	const struct name_claims *names;	/* private: those that the app has or reaches */
	/* private: what the services are called, in any case, and their fixed addresses; and, as network_mode
	 * has it, whose network that would be (their number) */
	struct dict called, networks;
	bool *published;		/* private: by number, as far as that was asked; NULL: it was not */
	/* private: the settings that are searched, and the number of each by its key in lower case */
	const struct project_texts *settings;
	struct dict setting_of;
	struct str before;		/* private: the text before the one that is searched, in its list */
	const struct project_service *service;	/* private: the one that is searched; NULL: env files are */
};

/* As coming_text of what the coming .env of the app sets. False as well once that has taken what an app
 * gets. */
bool reference_coming(struct reference_search *, struct trace text, struct trace *ret);
/* Whether REF stands in what a container runs: a command, an entrypoint or a health check. */
bool reference_is_run(const struct reference *ref);
/* Marks the expansions that T's text came through. */
void reference_mark(struct reference_search *, struct trace t, unsigned flags);
/* The same of NAME, which names something: to the variable of a port that is another use. */
void reference_mark_name(struct reference_search *r, struct trace name);
/* The text that decides REF; of a port that several texts make the one as which they are written. */
struct trace_decision reference_decide(const struct reference *ref);
/* Adds REF unless its text is known as one: then it is spare where it is written by itself. Whether it was
 * added as one that counts. */
bool reference_add(struct reference_search *, struct reference ref);
/* Whether VARIABLE is used where it is neither a name nor in an address, as far as is known by now. */
bool reference_has_other_use(const struct reference_search *, struct str variable);

#endif
