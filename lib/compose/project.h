/* project: one Compose project, resolved as Docker Compose resolves it, every value with the text that
 * decides it.
 * SPDX-License-Identifier: MIT
 *
 * Follows the Compose specification (compose-spec) as the 2026 line of Docker Compose implements it. A
 * project lives in its reader until the reader's next project_read. Nothing is written and no process is
 * started. */
#ifndef BERTH_COMPOSE_PROJECT_H
#define BERTH_COMPOSE_PROJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/place.h"
#include "syntax/trace.h"

struct error;
struct project_reader;

/* A text of the project that scan looks at: a value in environment, labels, args, command … */
struct project_text {
	/* of a mapping or KEY=value item; empty for a plain list item or scalar */
	struct str key;
	struct trace value;		/* the value alone, without KEY= */
	struct trace whole;		/* the scalar as a whole (KEY=value for a list item) */
};

struct project_texts {
	struct project_text *items;
	size_t count;
};

/* One published port after Compose's expansion of ranges and its dropping of duplicates. */
struct project_port {
	struct str host_ip;		/* empty: none given */
	/* digits, or a range as written where one mapping may take any of it; empty: ephemeral */
	struct str host_port;
	struct str container_port;	/* digits; empty where Compose prints none (long form, target 0) */
	struct str protocol;		/* lower case for the short form; as written in the long form */
	/* the whole mapping as written, resolved; of a long form `published:target/protocol` */
	struct str mapping;
	/* host part (a port or a whole range); its place decides host_port. Empty: ephemeral */
	struct trace host;
	struct trace container;		/* container part, likewise */
	/* the scalar of a short form, of `published` in a long one, before interpolation: identity pieces
	 * of the compose file */
	struct trace written;
	/* host part as it stands before interpolation (`${PORT:-80}` whole) within the file of written's
	 * pieces; length 0 where it is no span of its own (see detail) */
	struct span host_site;
	struct source *site_source;	/* the file of host_site */
	/* the alias through which this service alone reaches the mapping, or its list of mappings, and
	 * which its content may replace; in site_source. Length 0: none */
	struct span alias;
	/* that content, as one flow sequence or quoted scalar, before interpolation */
	struct str alias_text;
	size_t alias_at;		/* where in it host_site's bytes stand */
	/* other mappings give this same port too, decided elsewhere: host's place does not decide it
	 * alone, and it has no host_site */
	bool is_repeated;
	/* one of several ports that one mapping publishes: they share the span */
	bool is_range;
};

struct project_service {
	struct str name;
	struct source *source;		/* where the service's key stands first, for messages */
	size_t offset;
	bool enabled;			/* by the active profiles */
	struct str profiles;		/* joined by commas; empty: none */
	struct trace container_name;	/* text.len 0: none (an explicit empty one is a problem) */
	/* the scalar of container_name before interpolation, without quotes */
	struct span name_site;
	struct source *name_source;
	struct str network_mode;
	uint64_t replicas;		/* scale or deploy.replicas; 1 where neither is given */
	struct project_port *ports;
	size_t port_count;
	struct project_texts environment, args, labels;	/* args: build.args */
	/* every other string of the service that has an expansion or an address: image, command,
	 * entrypoint, healthcheck, volumes …; key is its path (`healthcheck.test`) */
	struct project_texts others;
};

struct project_resource {		/* a named volume or network */
	struct str key;
	struct str name;		/* real name on the host: `<project>_<key>` unless `name:` */
	struct trace explicit_name;	/* text.len 0: derived from the project name */
	bool external;
	bool used;			/* by an enabled service (or the implicit default network) */
	struct source *source;
	size_t offset;
};

enum project_file_role { PROJECT_COMPOSE, PROJECT_OVERRIDE, PROJECT_BASE, PROJECT_ENV, PROJECT_EXAMPLE };

struct project_file {
	enum project_file_role role;	/* BASE: reached through extends or include */
	struct str path;		/* relative to the root */
	struct source *source;		/* NULL: looked for and not there (.env, .env.example) */
	bool is_folder;			/* what Compose passes over as if it were not there */
};

/* A KEY=value statement of .env or .env.example. */
struct project_setting {
	struct str key;
	struct source *source;
	size_t offset;			/* where the statement's line begins */
	/* the raw value without quotes; length 0 (with the right offset) where it is empty */
	struct span value;
	struct trace resolved;		/* as Compose reads it */
	char quote;			/* ' or " or 0 */
	bool overridden;		/* a later statement of the same file sets the key again */
	bool is_example;		/* of .env.example, which Compose does not read */
};

/* One `$VAR` or `${VAR…}` that Compose expands. */
struct project_expansion {
	struct str variable;
	struct source *source;
	struct span span;		/* of the expansion; length 0: not known */
	bool is_set;			/* the variable has a value (maybe empty) */
	bool used_default;		/* its `-` or `:-` text took effect */
	bool has_default;
	struct trace fallback;		/* the default's text, resolved, where used_default */
	struct str service;		/* empty: outside services */
	/* within the service or file: `ports[0]`, `environment.CORS_ORIGINS`, `image` */
	struct str path;
};

/* Odd or refused. */
struct project_message {
	struct str text;		/* what is wrong and what to do; one line */
	struct str file;		/* relative to the root; empty: none */
	size_t line, column;		/* 0: not known */
};

struct project {
	struct str folder;		/* the app's folder relative to the root */
	struct trace name;		/* the project name Compose would use */
	bool name_is_explicit;		/* from COMPOSE_PROJECT_NAME or `name:`, not from the folder */
	struct project_file *files;
	size_t file_count;
	struct project_service *services;
	size_t service_count;
	struct project_resource *volumes, *networks;
	size_t volume_count, network_count;
	/* one that a service's env_file names beside the app's .env; empty: none */
	struct str other_env_file;
	/* every statement of the .env files read and of .env.example */
	struct project_setting *settings;
	size_t setting_count;
	struct project_expansion *expansions;
	size_t expansion_count;
	struct project_message *problems, *warnings;
	size_t problem_count, warning_count;
};

struct project_options {
	bool env;			/* --env: the process environment counts, as for Compose */
	const char *const *environ;	/* `KEY=value`, NULL at the end; read only where env */
};

/* A reader serves one thread and keeps its memory from app to app. ROOTFD is the fleet's root and stays
 * the caller's. */
int project_reader_open(
    struct project_reader **ret, int rootfd, const struct project_options *, struct error *);
void project_reader_close(struct project_reader *);
/* Reads the project in FOLDER (relative to the root, "." for the root). What Compose would refuse is a
 * problem in the project, which still holds whatever could be read; -1 only for what no project can be read
 * after (none known today). NAMES: which of the compose files' names are in the folder (project_name_bit),
 * where it was listed already, or
 * PROJECT_NAMES_UNKNOWN. *ret is the reader's, good until its next project_read. */
int project_read(
    struct project_reader *, struct str folder, unsigned names, const struct project **ret, struct error *);
/* The arena of the current project, for what shall live as long. */
struct arena *project_arena(struct project_reader *);
/* The bit of NAME among the four names of a base compose file (of PROJECT_BASE_NAMES) and the four of an
 * override; 0: it is none of them. */
unsigned project_name_bit(struct str name);
#define PROJECT_BASE_NAMES 0x0fu
#define PROJECT_NAMES_UNKNOWN (~0u)

MEM_AUTO_PTR(project_reader);

#endif
