/* project: one Compose project, resolved as Docker Compose resolves it, every value with the text that
 * decides it.
 * SPDX-License-Identifier: MIT
 *
 * This follows the Compose specification as the 2026 line of Docker Compose implements it. A project lives in
 * its reader until the reader's next project_read. Nothing is written, and no process is started. */
#ifndef BERTH_COMPOSE_PROJECT_H
#define BERTH_COMPOSE_PROJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/place.h"
#include "base/port.h"
#include "syntax/dotenv.h"
#include "syntax/interpolation.h"
#include "syntax/trace.h"

struct error;
struct project_reader;

/* Where something stands. */
struct project_spot {
	struct source *source;		/* NULL: nowhere */
	size_t offset;
};

/* A value of a service's environment, build arguments or labels; of what it runs, KEY says what it is. */
struct project_text {
	struct str key;
	struct trace value;
	bool is_shared;			/* by an anchor the text decides a port or a name as well */
};

struct project_texts {
	struct project_text *items;
	size_t count;
};

struct project_words {
	struct str *items;
	size_t count, cap;
};

/* Of a text that decides a port or a name: what else it decides, and what may be written in its stead. All of
 * it stands in one file. */
struct project_alias {
	/* where the text means something else as well, so that it has to stay; empty: it does not */
	struct str elsewhere;
	/* The alias through which this claim alone has the text, or the list that it is in; or the anchored
	 * text itself, from its anchor on. Length 0: none. */
	struct span at;
	struct str text;		/* what may replace that, before variables are replaced */
	size_t site_at;			/* where in it the text stands whose change is wanted */
	/* where AT is an anchor: the alias that has to become AT's text then; length 0: none has to */
	struct span heir;
};

/* A published port: Compose has expanded ranges and dropped duplicates. */
/* How the address of a published port is written. */
enum project_address_form {
	PROJECT_ADDRESS_NOWHERE,	/* no one text of a file is it */
	PROJECT_ADDRESS_SHORT,		/* before the ports of a mapping: an IPv6 address in brackets */
	PROJECT_ADDRESS_LONG,		/* as a text of its own */
	PROJECT_ADDRESS_LINE		/* in a line of its own, before the one that begins at the span */
};

/* Where a port's address stands, or would, where none is given. */
struct project_address {
	enum project_address_form form;
	struct source *source;
	struct span span;		/* length 0: nothing stands there */
	struct str before, behind;	/* what goes with a new address that nothing stands for */
	struct span plain;		/* of a scalar without quotes: all of it; else length 0 */
	enum origin origin;		/* of the address that stands there */
	const struct trace_step *step;
	/* the `${…}` in a compose file that gives it and nothing else; length 0: none does */
	struct span expansion;
	struct source *expansion_source;
};

struct project_port {
	struct str host_ip;		/* empty: none is given */
	/* one, or a range of which Docker takes one; none: it takes any port */
	struct port_range host_port;
	/* digits; empty where Compose prints none (target 0 in the long form) */
	struct str container_port;
	struct str protocol;		/* of the short form in lower case, of the long form as written */
	/* as written, variables replaced; of a long form `published:target/protocol` */
	struct str mapping;
	struct trace host;		/* the host part, a port or a whole range, which decides host_port */
	struct trace container;		/* the container part */
	struct trace written;		/* the scalar of a short form, or `published`, with its variables */
	/* Where the host part of `written` stands (`${PORT:-80}` whole); length 0 where it is no span of its
	 * own. */
	struct span host_site;
	struct source *site_source;	/* the file of host_site */
	struct project_alias alias;	/* in site_source; of a list, that content is a flow sequence */
	/* what its long form says beside all that, as a flow mapping has it (`mode: host, name: "web"`), or
	 * `?`: more than can be repeated there. Empty: nothing */
	struct str rest;
	struct project_address address;	/* where that is asked for */
	/* another text gives this same port as well, and `also` is none: there is nothing to change */
	bool is_repeated;
	/* The other text that gives it, where both are one number, written alike, and no other service's: who
	 * changes both changes the port. Length 0: there is none. */
	struct span also;
	struct source *also_source;
	bool is_range;			/* one of the ports of a range, which share their spans */
};

/* A variable that a service's environment or build arguments name without a value, or that a config or secret
 * of it is: what it is set to goes to the container. */
struct project_bare {
	struct str variable;
	struct project_spot at;
	const char *way;		/* the service's key that brings it */
};

struct project_service {
	struct str name;
	bool enabled;			/* by the active profiles */
	struct str profiles;		/* joined by commas; empty: none */
	struct trace container_name;	/* text.len 0: none is given */
	struct span name_site;		/* its scalar before variables are replaced, without quotes */
	struct source *name_source;	/* the file of name_site */
	struct project_alias name_alias;	/* in name_source */
	struct str network_mode;
	uint64_t replicas;		/* of `scale` or `deploy.replicas`; 1 where neither is given */
	struct project_port *ports;
	size_t port_count;
	struct project_texts environment, args, labels;	/* args: of `build` */
	struct project_texts given;	/* what its `env_file` sets */
	struct project_bare *bare;
	size_t bare_count, bare_cap;
	struct str *expose;		/* its items as they are: `80`, `80/udp`, `80-82` */
	size_t expose_count;
	/* Where the service gets a whole .env of the project: by `env_file`; by a mount of it, or of a folder
	 * that it is in. */
	struct project_spot env_file_at, env_mount_at;
	/* each scalar of `command`, `entrypoint` and `healthcheck`, which is then its key */
	struct project_texts runs;
	/* the containers that `network_mode`, `pid`, `ipc`, `volumes_from` and `external_links` name as they
	 * are called on the host; the key is which */
	struct project_texts containers;
	struct str hostname;
	struct project_words aliases;	/* what its networks call it beside its name */
	struct trace image;		/* what it runs, built or not; text.len 0: Compose names it */
	struct span image_site;		/* its scalar, as name_site */
	struct source *image_source;	/* the file of image_site */
	struct str image_elsewhere;	/* as in project_alias */
	struct str build;		/* what it builds (folder, file, stage); empty: nothing */
	/* relative to the root; empty: it has none, or it stands elsewhere */
	struct str dockerfile;
	struct str dockerfile_inline;
	struct project_texts contexts;	/* `build.additional_contexts` */
	/* each network that it joins, with what that calls it: its name, and its aliases */
	struct project_joined *joined;
	size_t joined_count;
	/* the addresses that it asks for there: `alias` is one */
	struct project_joined *addresses;
	size_t address_count;
	/* what it alone resolves: by `links`, `external_links`, `extra_hosts` */
	struct project_words hosts;
	struct project_words gateways;	/* of these, what `extra_hosts` has for this host (`host-gateway`) */
	struct project_texts deploy_labels;
	struct project_texts logging;	/* the options of its log's driver, which the engine goes by */
	/* what else `build` has of images (`tags`, `cache_from`, `cache_to`): the key is which */
	struct project_texts built;
	/* the folders and files of the host that it mounts for writing: the key is where that is, relative to
	 * the root where it lies below that, else absolute or below `~`; the value what says so */
	struct project_texts mounts;
	/* the files and folders below the project's folder that its container gets: each that it mounts, and
	 * what it is built from */
	struct project_words sources;
};

struct project_joined {
	struct str network, alias;	/* the network's key */
	struct project_spot at;
};

/* A named volume or network. */
struct project_resource {
	struct str key;
	struct str name;		/* on the host: `<project>_<key>`, or what `name:` says */
	struct trace explicit_name;	/* text.len 0: derived from the project name */
	struct span name_site;		/* its scalar before variables are replaced, without quotes */
	struct source *name_source;	/* the file of name_site; NULL: not known */
	struct str subnets;		/* of a network, by commas; empty: the engine picks */
	struct str bound;		/* of a volume: the folder of the host that it is; empty: none */
	bool external;
	bool used;			/* by an enabled service, if only as the network `default` */
	struct source *source;
	size_t offset;
};

enum project_file_role {
	PROJECT_COMPOSE,
	PROJECT_OVERRIDE,
	PROJECT_BASE,			/* reached through `extends` */
	PROJECT_INCLUDE,		/* through `include` */
	PROJECT_ENV,
	PROJECT_EXAMPLE,		/* .env.example and its like, which Compose does not read */
	PROJECT_ENV_FILE		/* one that `env_file` of a service names */
};

struct project_file {
	enum project_file_role role;
	struct str path;		/* relative to the root */
	/* NULL: a .env or .env.example that was looked for and is not there, or the override file that would
	 * be read, were it there; that is listed only where other projects may read a file of this one's */
	struct source *source;
	bool is_folder;			/* a folder of that name, which Compose passes over */
	bool is_unreadable;		/* something stands there, and cannot be read */
	bool is_broken;			/* an env file in which nothing can be set: see dotenv */
	struct str target;		/* as of its source, where it has none */
};

enum project_message_kind {
	MESSAGE_PLAIN,
	MESSAGE_NO_ENV,			/* the app's own .env is missing, and a service's env_file names it */
	MESSAGE_NAME,			/* its project name cannot be one */
	MESSAGE_SUPPLIED,		/* it is none once .env.example, which sets it, is copied */
	MESSAGE_UNFILLED,		/* it is none once the placeholders in its .env are filled in */
	MESSAGE_UNREAD			/* the machine could not read a file now; the file may be well */
};

/* What Compose refuses, or what is odd. */
struct project_message {
	enum project_message_kind kind;
	struct str text;		/* what is wrong and what to do, in one line */
	struct str file;		/* relative to the root; empty: none */
	size_t line, column;		/* 0: not known */
};

struct project {
	struct str folder;		/* the app's, relative to the root */
	struct trace name;		/* the project name that Compose uses */
	bool name_is_explicit;		/* from COMPOSE_PROJECT_NAME or `name:`, not from the folder */
	/* where none says it: where a line `name:` may go, before the first key of the first file */
	struct project_spot name_line;
	struct str name_elsewhere;	/* as in project_alias, of the text of `name:` */
	struct project_file *files;
	size_t file_count;
	struct project_service *services;
	size_t service_count;
	struct project_resource *volumes, *networks;
	size_t volume_count, network_count;
	struct str other_env_file;	/* one that a service names and that is not the app's; empty: none */
	struct dotenv_statement *settings;	/* each `KEY=value` of .env and .env.example */
	size_t setting_count;
	bool has_odd_example;		/* an example of a .env has a line that a .env cannot have */
	/* what Compose would refuse, were .env.example copied to the .env that is missing; empty: nothing */
	struct str copy_refused;
	struct expansion *expansions;	/* in compose files and .env files */
	size_t expansion_count;
	/* the scalars at the places that the owner names, each with its path */
	struct project_texts followed;
	/* the numbers elsewhere below `x-…` of the project and of its services, and the content of configs,
	 * each with its path */
	struct project_texts extras;
	struct project_message *problems, *warnings;
	size_t problem_count, warning_count;
};

struct project_options {
	bool env;			/* the process environment counts, as it does for Compose */
	const char *const *environ;	/* `KEY=value`, NULL at the end; only read where env */
	/* the places that the owner names, `x-store.port`, in which `*` stands for any text of a key */
	const char *const *follow;
	size_t follow_count;
	bool links;			/* folders may be reached through symlinks */
	bool addresses;			/* each port says where its address stands */
};

/* What the command line of Compose says beside the folder: each list empty where it says nothing. */
struct project_way {
	struct str files;		/* -f, parted by PROJECT_WAY_SEPARATOR, as seen from the folder */
	struct str name;		/* -p */
	struct str env_files;		/* --env-file, parted by commas */
	struct str profiles;		/* --profile, likewise */
};

#define PROJECT_WAY_SEPARATOR '\x1f'

/* A reader serves one thread and keeps its memory from app to app. ROOTFD, the fleet's root, and the options
 * stay the caller's. */
int project_reader_open(
    struct project_reader **ret, int rootfd, const struct project_options *, struct error *);
void project_reader_close(struct project_reader *);

/* The bit of NAME among the names that a compose file may have, of which those of PROJECT_BASE_NAMES are no
 * overrides, or that an example of a .env may have. 0: it is none of them. */
unsigned project_name_bit(struct str name);
#define PROJECT_BASE_NAMES 0x0fu
#define PROJECT_COMPOSE_NAMES 0xffu		/* with the overrides */
#define PROJECT_LOOSE_NAME 0x40000000u		/* of a compose file that Compose reads where it is told to */
#define PROJECT_ENV_NAME 0x20000000u		/* of .env */
#define PROJECT_NAMES_UNKNOWN (~0u)

/* From now on projects are read as they are when run in this WAY, which is borrowed; NULL: by the folder
 * alone. */
void project_reader_way(struct project_reader *, const struct project_way *);
/* Whether projects are read from now on as they are once the placeholders for numbers are filled in that
 * are all of a value of their .env, and where they have none, once their .env.example supplies what is
 * required. What Compose would refuse as long as they are not is a problem all the same. */
void project_reader_fill(struct project_reader *, bool fills);
/* What the .env in the folder open at FD says of compose files (COMPOSE_FILE): 1 where it names one that is
 * there, -1 where it names some and none is, 0 where it names none. */
int project_named_by_env(int fd);

/* Reads the project in FOLDER (relative to the root, `.` for the root). NAMES: the bits of the compose files
 * in it, or PROJECT_NAMES_UNKNOWN if it was not listed. What Compose would refuse is a problem in the
 * project, which still holds whatever could be read; -1 only where FOLDER can be no path. */
int project_read(
    struct project_reader *, struct str folder, unsigned names, const struct project **ret, struct error *);
/* Whether P reads no .env, as there is none, and a .env.example stands there. */
bool project_awaits_copy(const struct project *p);
/* The arena of the current project, for what is to live as long. */
struct arena *project_arena(struct project_reader *);

MEM_AUTO_PTR(project_reader);

#endif
