/* finding: one fact of a fleet, with the place that decides it; the stream that scan writes and plan and
 * report read.
 * SPDX-License-Identifier: MIT
 *
 * docs/streams.md is the reference of the columns. A finding here is a value: its strs are borrowed, from
 * whoever filled it, or from the reader until the next finding.
 *
 * What a record carries beside model, app_num and app, as far as plan relies on it. `place` is the text that
 * decides the value, digest that of place.file. Spans are of the file's bytes, quotes left out.
 *   app        value: the folder. role: `layout` where the identity came from the layout pattern, else empty.
 *              No two apps of a stream bear the same identity: of two folders that the layout gives one, the
 *              first by path has it; the other is outside the layout, and the first is its twin (so that plan
 *              can let its database decide). role `template`: a scaffold, no app yet (`scan
 *              --template`): its names and ports are to become placeholders. Every app of such a stream has
 *              it. The other records are as of any app, read as it stands: what is a placeholder already has
 *              its `gap`, and what Compose does not take because of it (`{{backend_port|5000}}` is no port)
 *              its `problem`. role `scaffold`: it was met in a fleet; it has one more record, a gap of that
 *              role. role `fragment`: a part of another app; likewise.
 *   file       place.file; role: compose, override, base, include, env, env-file, example. Where it exists:
 *              digest, span.len its size. A file that several apps read has a record for each of them.
 *              `.env` and `.env.example` beside the compose file have one always.
 *   port       service, role (`backend`, `frontend` or empty: at most one published mapping of an app bears
 *              each, but all ports of a range and tcp and udp of one mapping number may), host_ip, host_port,
 *              container_port, protocol, value, variable (whose text decides: the innermost), origin,
 *              profile, network_mode, replicas. place: decides the host port; of a range that whole range
 *              (`8000-8005`), shared by its records. site: the host part (a range as a whole) as it stands in
 *              the compose file, before interpolation. place unknown, site known: no one span decides it, but
 *              a literal can replace the site. A variable that nothing sets makes a mapping Docker's to pick
 *              a port for; variable and whole say which (plan gives it a number where a coming .env does).
 *   name       service, value, variable, origin, place, site: the whole container_name scalar. Of
 *              `${PROJECT_NAME:-app}_backend` place is unknown, variable is PROJECT_NAME (the first),
 *              site.raw the text as written.
 *   project    value; origin none where the folder's name gave it; else place: the value of
 *              COMPOSE_PROJECT_NAME or `name:`; no place, but elsewhere, where -p or the environment gives
 *              it. unnamed: the services that have no container_name, joined by commas, with `:3` behind one
 *              of three replicas (their containers are called `<project>-<service>-1` and on, which may
 *              clash too).
 *   volume, network   value: the real name; variable: its key in the project; origin none where it is
 *              `<project>_<key>` (role `derived`); else place of `name:`'s text, and site its scalar, by
 *              which it is known what it is made of. role `external`: one that the app does not make.
 *   setting    role `env` or `example`; variable: the key; place: the value's span (length 0 where it is
 *              empty); value and place.raw only of ports, names and addresses. Only the last statement of a
 *              key, the one that counts. Of PROJECT_NAME, COMPOSE_PROJECT_NAME, of each variable that a port,
 *              name or reference depends on (set in the compose file or not), and of keys whose value holds a
 *              reference or a `{{placeholder}}`. site: where its statement's line begins, as a span
 *              of length 0.
 *   use        variable; another expansion of a variable that decides a host port. role says what for:
 *              `host-port` and `address` (the port of host:port text) do not mind another value; any other
 *              (`name`, `container-port`, `image`, `environment`, `command`, `env`, …) does. value: the path
 *              (`services.web.image`). place: the `${…}` itself. key: the key of the environment or args
 *              entry that it stands in. role `container`: not an expansion but the container side of a
 *              mapping with the host's own number, which variable decides: container_port, protocol, place
 *              and origin are its; follows: nothing else names the number, so that it can move along.
 *              role `handed`: no expansion either: services get the variable as it stands in .env, by
 *              `env_file`, by its name alone in environment or args, or by a mount of it: handed_to. place:
 *              the first such spot. container_port: its number, where a container of the app listens on
 *              that. follows: its name says that it is the app's own host port.
 *              Expansions within an env file have role `env` or, as part of an address, `address`; place.file
 *              says which, and site where the statement's line begins (what sets the variable must stand
 *              before it).
 *   reference  role: `env`, `example`, `environment`, `args`, `labels`, `mention` (any other file of the
 *              app, or one of a folder that belongs to none), and of what reaches the host from inside
 *              `command`, `entrypoint`, `healthcheck`.
 *              variable: the key (of a setting, an environment entry …) that holds it; host_port: the
 *              port; value: `localhost:8003`; place: its digits. origin default: the text stands in the
 *              default of ${variable:-…} and whole is that default, resolved. One whose digits are themselves
 *              the text of a variable that decides the port needs no record of its own, nor one from the
 *              default of a variable whose default is the port: these are `use`s with role address.
 *              The port may be of the app, of another one or of none.
 *              claim container, host, network, volume: value and place are of its name; role may also be
 *              `external` or the key that names a container. doubt: nobody edits it. follows: it is made
 *              of the same variables as the name itself; to a port: the service listens on that by it.
 *   gap        what is missing. role `env`: no `.env`, though the compose file uses variables without a
 *              value (place.file: the path it would have). role `variable`: variable has no value and no
 *              default. role `placeholder`: place: the `{{KEY}}` or `{{key|default}}`, raw and value: that
 *              text; variable: the key whose value it stands in, or empty. Where the default may be a
 *              secret value is `{{key|...}}`, raw empty, site what stands before the default and whole
 *              what stands behind it.
 *   alias      a name that other containers on a network ask for: of each service on one that other projects
 *              can join (an external one, or one with a name of its own). value: the name; variable: the
 *              network's name on the host.
 *   image      a tag that the app builds (`image` beside `build`), of each service that builds or runs it.
 *              value: the tag; whole: what it is built from (folder, file, stage), empty of who only runs it;
 *              site: the scalar; elsewhere: where the app names it as well, so that it is not changed.
 *   address    an address that a service asks for on a network that other projects can join. value: the
 *              address; variable: the network's name on the host.
 *   route      a name that a label gives to a router or a service of Traefik. role: `router`, `service`;
 *              protocol: `http`, `tcp`, `udp`; whole: the router's entry points, by commas (empty: all).
 *   mount      a folder or file of the host that the app mounts for writing. value: where that is, relative
 *              to the root where it lies below it, else absolute, or below `~`.
 *   open       with `scan --addresses`: a published mapping that listens on all addresses. place: the text
 *              that an address would go to, of length 0 where there is none yet (not known: detail says
 *              why); role: how it is written there: `short` (IPv6 in brackets), `long`, `line` (a line of its
 *              own, before the one at the place). before and behind: what goes with it. site: the scalar
 *              that it stands in, where that has no quotes.
 *   missing    a key that an example of a .env sets and the app's .env does not. variable: the key; place:
 *              the value in the example, with no text. role: `variable` where a compose file uses it.
 *   secret     with `scan --secrets`: a value whose variable says that it is one. variable: that; value: a
 *              digest under a key that is of this scan alone; place: where to look, with no span.
 *   held       what the host holds beside the fleet (`scan --host`): no app's, and of no file. role `port`:
 *              a port that a container of somebody else publishes, or is to publish when it is started;
 *              `listener`: one that something else listens on; `socket`: likewise, but of an engine that
 *              could not be asked, so that it may be the fleet's own where the fleet publishes that port.
 *              host_ip, host_port, protocol; value: the number. role `container`, `project`, `network`,
 *              `volume`: value: the name;
 *              of a network whole: its subnets, joined by commas. detail: whose, as a noun (`container web of
 *              /srv/web`, `the process nginx on this host`). role `pool`: value: how many networks
 *              the engine's own address pools hold, where they are not Docker's. */
#ifndef BERTH_STREAM_FINDING_H
#define BERTH_STREAM_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "stream/csv.h"
#include "stream/identity.h"
#include "base/place.h"
#include "base/port.h"

struct column_table;
struct error;

enum finding_record {
	FINDING_FLEET,
	FINDING_APP,
	FINDING_FILE,
	FINDING_PORT,
	FINDING_NAME,
	FINDING_PROJECT,
	FINDING_VOLUME,
	FINDING_NETWORK,
	FINDING_ALIAS,
	FINDING_IMAGE,
	FINDING_ADDRESS,
	FINDING_ROUTE,
	FINDING_MOUNT,
	FINDING_OPEN,
	FINDING_MISSING,
	FINDING_SECRET,
	FINDING_SETTING,
	FINDING_USE,
	FINDING_REFERENCE,
	FINDING_GAP,
	FINDING_HELD,
	FINDING_WARNING,
	FINDING_PROBLEM,
	FINDING_END,
	FINDING_OTHER /* read only: a record of a later version; passed over */
};

/* The value of a setting that is not shown, as it may be a secret, and that no port can be made of. */
#define FINDING_NO_PORT "<no port>"

/* What a record is to its app: see the column `role` in docs/streams.md. They stand in the order of their
 * words, which is the order that items are sorted in. */
enum finding_role {
	ROLE_NONE,
	ROLE_ADDRESS,
	ROLE_ARGS,
	ROLE_BACKEND,
	ROLE_BASE,
	ROLE_COMMAND,
	ROLE_COMPOSE,
	ROLE_CONTAINER,
	ROLE_CONTAINER_PORT,
	ROLE_DERIVED,
	ROLE_ENTRYPOINT,
	ROLE_ENV,
	ROLE_ENV_FILE,
	ROLE_ENVIRONMENT,
	ROLE_EXAMPLE,
	ROLE_EXPLICIT,
	ROLE_FILE,
	ROLE_FRAGMENT,
	ROLE_FRONTEND,
	ROLE_HANDED,
	ROLE_HEALTHCHECK,
	ROLE_HOST_PORT,
	ROLE_IMAGE,
	ROLE_INCLUDE,
	ROLE_LABELS,
	ROLE_LAYOUT,
	ROLE_LINE,
	ROLE_LISTENER,
	ROLE_LOGGING,
	ROLE_LONG,
	ROLE_MENTION,
	ROLE_NAME,
	ROLE_NETWORK,
	ROLE_OVERRIDE,
	ROLE_PLACEHOLDER,
	ROLE_POOL,
	ROLE_PORT,
	ROLE_PROJECT,
	ROLE_ROUTER,
	ROLE_SCAFFOLD,
	ROLE_SERVICE,
	ROLE_SHORT,
	ROLE_SOCKET,
	ROLE_TEMPLATE,
	ROLE_VARIABLE,
	ROLE_VOLUME,
	ROLE_OTHER /* the role of a `use` may be any key of a compose file */
};

/* What the detail of an app that has a twin begins with; the twin's folder follows. */
#define FINDING_TWIN "same identity as "

/* What a reference names: see the column `claim`. */
enum finding_claim {
	CLAIM_PORT,		/* one that is published on the host */
	CLAIM_CONTAINER,	/* a container, as the host calls it */
	CLAIM_HOST,		/* a container, as the network resolves it */
	CLAIM_NETWORK,
	CLAIM_VOLUME,
	CLAIM_OTHER		/* read only: a claim of a later version */
};

struct finding {
	enum finding_record record;
	struct identity id;
	struct str app;			/* the app's folder relative to the root, "." for the root itself */
	struct str service;
	enum finding_role role;
	struct str other_role;		/* its word, where role is ROLE_OTHER */
	struct str host_ip;
	struct port_range host_port;
	struct str container_port;	/* no number of a port alone: Compose takes up to 32 bits */
	struct str protocol;
	struct str value;
	struct str variable;
	enum origin origin;
	struct place place;
	bool has_digest;
	bool is_folder;			/* of a file: a folder stands there */
	bool is_unreadable;		/* of a file: something stands there and cannot be read */
	bool is_open;			/* of a file: its last line has no end */
	bool follows;			/* of a use of role container or handed, and of a reference */
	uint64_t digest;		/* of the whole of place.file */
	struct str profile;		/* the service's profiles, joined by commas */
	struct str network_mode;
	struct str detail;
	/* Columns of ours behind the contract's: */
	/* where the value comes from: `8003 <- .env:6 FRONTEND_PORT <- docker-compose.yml:36` */
	struct str chain;
	/* the text in the compose file that the value stands at: of a port the host part of its mapping as
	 * written (`${PORT:-80}`), of a name or address the scalar's part */
	struct place site;
	/* of a reference whose origin is default: the variable's whole default, resolved, where it bears
	 * no user info; of a port: the whole mapping's raw text */
	struct str whole;
	struct str replicas;		/* the service's scale or deploy.replicas where it is not 1 */
	struct str serves;		/* of a port: what it is for others, who look for it there (`dns`) */
	/* of a port: what its long form says beside its numbers, address and protocol (`mode: "host"`); `?`:
	 * more than a flow mapping could repeat */
	struct str rest;
	/* of a port or name: the YAML alias through which its service alone reaches the mapping, or the list
	 * of mappings, or the name, where its content could stand in its place; raw: `*name`. Or the text
	 * itself from its anchor on (`&name web`), where it has to part from that */
	struct place alias;
	/* that content: a quoted mapping, a flow sequence of them, or the scalar, as they are written */
	struct str alias_text;
	size_t alias_at;		/* where in alias_text the bytes of site.raw stand */
	struct str twin;	/* of an app: the folder with the identity that its own path would give it */
	struct str unnamed;	/* of a project */
	struct str key;		/* of a use */
	/* of a reference: why it may as well mean something else, so that nobody edits it; empty: it is
	 * certain. Of an example of a .env: why Compose would refuse the app with a copy of it as its .env */
	struct str doubt;
	/* of a port, name or project: where the text that stands in the compose file means something else as
	 * well, by an anchor, so that it may not be changed */
	struct str elsewhere;
	/* of a port or name whose alias is its anchor: the alias that becomes alias.raw when the anchor goes;
	 * in the same file */
	struct place heir;
	/* of a port: a second text that gives it, as Compose takes two mappings for one: both change */
	struct place also;
	struct str root_id;	/* of the fleet: which folder its root is, as folder_id writes it */
	/* of the fleet: why apps below the root may be missing: `listed`, `unread`; empty: none is */
	struct str part;
	enum finding_claim claim;	/* of a reference */
	struct str handed_to;	/* of a use with role `handed`: the services, joined by commas */
	/* of a port that a default decides which holds more than its number (`127.0.0.1:7654`): what stands
	 * there before and behind it */
	struct str before, behind;
	size_t keys;		/* of a file of role example: how many keys it sets */
	/* of a file: where a symlink on its path leads, relative to the root where it leads below it */
	struct str target;
	/* of the fleet: what its host is called, and when it was scanned; empty where nobody said the name */
	struct str host, scanned;
	/* of the fleet: the options of scan that add records (`--secrets`), parted by blanks */
	struct str asked;
};

extern const struct column_table finding_table;
/* Sets twin, is_folder, unnamed, key and follows from the detail, which was all that said so before they had
 * columns: in streams of an older scan, and in the registry. */
void finding_read_detail(struct finding *);
/* FINDING_OTHER where the word is none of ours. */
enum finding_record finding_record_of(struct str word);
/* Its word. */
struct str finding_record_name(enum finding_record);
/* The word of a role; that of ROLE_OTHER is empty. */
struct str finding_role_name(enum finding_role);
/* ROLE_OTHER where the word is none of ours. */
enum finding_role finding_role_of(struct str word);
/* The word that the record has in the column. */
struct str finding_role_word(const struct finding *);

/* Whether F is a volume or a network that its app only uses. */
bool finding_is_external(const struct finding *f);
/* Whether a service whose network_mode is MODE publishes none of its ports: it has the host's network, none,
 * or another container's. */
bool finding_mode_publishes_nothing(struct str mode);

/* A writer on OUT, or in memory where that is NULL. */
struct stream_writer *finding_writer_open(FILE *out);
void finding_write_header(struct stream_writer *);
void finding_write(struct stream_writer *, const struct finding *);

/* Reads a stream of findings and holds it to the contract: the header's columns, the opening fleet record
 * (with an absolute root), the closing end record and its count. Strs of a finding are good until the next
 * call. */
struct finding_reader;

/* What a reader TAKES beside whole findings. */
enum finding_takes {
	FINDING_TAKES_PARTIAL = 1,	/* an absent end record and a count that differs */
	FINDING_TAKES_CLAIMS = 2	/* findings of `scan --claims`, which say only what can clash */
};

/* -1 where the header lacks a column that is needed or the first record is not fleet: the message names what
 * program's output was expected; and where the findings are none that it TAKES. */
int finding_reader_open(
    struct finding_reader **ret, int fd, const char *name, unsigned takes, struct error *);
/* Reads many streams, one behind the other, as `cat` puts them together; finding_reader_restart opens the
 * first one, too. */
void finding_reader_open_many(struct finding_reader **ret, int fd, const char *name, unsigned takes);
/* Of many: opens the next stream, wherever this one has come to: one that was cut short costs no other. 1; 0:
 * there is none; -1 as finding_reader_open, and the next call goes on behind it. */
int finding_reader_restart(struct finding_reader *, struct error *);
void finding_reader_close(struct finding_reader *);
/* The root of the fleet record; NUL behind it; lives as long as the reader. Which folder that was; empty in a
 * stream of an older scan. And the stream's version text. */
struct str finding_reader_root(const struct finding_reader *);
struct str finding_reader_root_id(const struct finding_reader *);
struct str finding_reader_version(const struct finding_reader *);
/* The host whose fleet it is and when it was scanned; empty where scan was not told. */
struct str finding_reader_host(const struct finding_reader *);
struct str finding_reader_scanned(const struct finding_reader *);
/* The options of scan that add records or leave some out (`--addresses --secrets`). */
struct str finding_reader_asked(const struct finding_reader *);
/* Whether OPTION is one of those that ASKED has. */
bool finding_was_asked(struct str asked, struct str option);
/* Whether apps below the root may be missing, so that none can be said to be gone. */
bool finding_reader_is_part(const struct finding_reader *);
/* 1 and the next finding (neither fleet nor end nor other are given out); 0 after the stream's end; -1 on
 * damage or early end. */
int finding_next(struct finding_reader *, struct finding *ret, struct error *);

MEM_AUTO_PTR(finding_reader);

#endif
