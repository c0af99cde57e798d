/* internal: what the sources of this room share.
 * SPDX-License-Identifier: MIT
 *
 * A project is loaded as Compose loads it. variables.c reads the .env files, find.c finds the compose files,
 * and load.c reads them. Each YAML document becomes a tree of nodes, in which resolve.c replaces variables,
 * merge keys and tags. documents.c and extends.c add what it includes and extends, merge.c puts it onto the
 * model (the tree of all documents so far), and check.c says what Compose refuses. Of the whole model
 * services.c, names.c and resources.c then make a struct project. A mistake becomes a problem of the project,
 * and loading goes on. */
#ifndef BERTH_COMPOSE_INTERNAL_H
#define BERTH_COMPOSE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/dict.h"
#include "base/error.h"
#include "compose/project.h"
#include "syntax/cache.h"
#include "syntax/document.h"
#include "syntax/dotenv.h"
#include "syntax/env.h"
#include "syntax/interpolation.h"
#include "syntax/mapping.h"
#include "syntax/mount.h"
#include "syntax/node.h"
#include "system/file.h"

struct project_reader {
	int rootfd;
	struct arena arena;			/* of the current project */
	struct arena process_arena;
	const struct project_options *options;	/* as given to project_reader_open */
	struct env process;			/* the process environment, where it counts */
	bool counts_environ, links;
	bool fills;				/* see project_reader_fill */
	bool copies;				/* .env.example is read as if it were the .env */
	bool supplies;				/* what it sets is required of nobody any more */
	const struct project_way *way;		/* NULL: no more is said than the folder */
	struct str root;			/* absolute path of the root; empty: not known */
	struct cache *cache;			/* of documents */
	struct interpolation *interpolation;
	struct dotenv_reader *dotenv;
	struct mapping_parser *mapping;
	struct mount_parser *mount;
	struct buf bytes;			/* the file being read */
	/* of the current project; each has an index of lines to be freed */
	struct source **sources;
	size_t source_count, source_cap;
};

/* Where files are read from and with which variables: for the app's own project, or for one that it
 * includes. */
struct load_scope {
	struct str dir;				/* project folder, relative to the root */
	const struct env *env;
	/* of the project that includes this one; NULL: the app's own */
	const struct load_scope *outer;
	struct str file;			/* the file of the outer project that includes this one */
};

/* Two port items that Compose takes for one. */
struct repeat {
	struct node *kept, *dropped;
};

/* The keys that lead to a value tagged !reset or !override. */
struct reset {
	const struct str *keys;
	size_t count;
};

/* Those of a document. */
struct resets {
	struct reset *items;
	size_t count, cap;
};

/* The loading of one project. */
struct load {
	struct project_reader *reader;
	struct arena *arena;			/* the reader's */
	struct project *project;
	unsigned names;				/* as given to project_read */
	bool is_link;				/* the file that was read last is a symlink */
	bool is_below_link;			/* a symlink stands on the way to the app's folder */
	bool assumes_shell;			/* HOME and USER are taken for set, as in every shell */
	size_t files, settings, expansions, problems, warnings;	/* capacities of the project's arrays */
	struct repeat *repeats;
	size_t repeat_count, repeat_cap;
	struct source **env_sources;		/* the .env files read so far */
	size_t env_count, env_cap;
	struct dict unset;			/* the variables that a warning was given for */
	struct extended *extended;		/* the files that services were extended from */
	size_t extended_count, extended_cap;
	size_t depth;				/* of the include or extends at hand, within others */
	size_t loads;				/* files read so far, each as often as it was read */
	size_t bytes;				/* parsed so far, counted in the same way */
	size_t fed;				/* bytes of the files that were read */
	bool is_spent;				/* the project has had its memory */
	size_t ports;				/* made of short mappings so far */
	bool has_too_many_ports;		/* none of them is looked at */
	bool has_date;				/* in no quotes, where a text should be */
	struct anchored *anchored;		/* texts that aliases may give to several places */
	size_t anchored_count, anchored_cap;
	struct dict anchored_at;		/* the index of each by where it stands */
};

enum {
	LOAD_DEPTH_MAX = 100,			/* of includes and extends within one another */
	LOAD_FILES_MAX = 10000,			/* of a project, each as often as it is read */
	LOAD_BYTES_MAX = 256 << 20,		/* of these files */
	LOAD_FILES_LEAST = 1000, LOAD_READS_A_FILE = 30,	/* of a project with few files */
	LOAD_MEMORY_MAX = 128 << 20,		/* for what is made of them */
	LOAD_MEMORY_LEAST = 32 << 20, LOAD_MEMORY_A_BYTE = 300,	/* of a project with little in them */
	LOAD_PORTS_MAX = 70000,		/* made of short mappings, each as often as it is read */
	/* ports of a project: 49152 to 65535 for TCP and UDP, as relays have them, and some more */
	LOAD_PUBLISHED_MAX = 40000, LOAD_MAPPINGS_MAX = 4096,
	LOAD_ALIAS_MAX = 1024,			/* bytes that may stand for an alias, of each of its ports */
	LOAD_REPEATS_MAX = 1000,		/* what is beyond is not looked at */
	LOAD_MESSAGES_MAX = 1000		/* problems kept of a project, and as many warnings */
};

/* keypath.c */

/* Where a value stands in a model: the last key or index of the way to it, linked with those before it. NULL
 * stands for the model itself. */
struct keypath {
	const struct keypath *up;		/* NULL: an entry of the model itself */
	struct str key;				/* of an entry of a mapping */
	size_t index;				/* of an item of a list */
	bool is_index;
	unsigned depth;				/* 1 for the entries of the model itself */
};

/* The place of entry I of N, which itself stands at UP. */
static inline struct keypath
keypath_entry(const struct keypath *up, const struct node *n, size_t i)
{
	const struct node *key = n->entries[i].key;
	unsigned depth = up ? up->depth + 1 : 1;

	return (struct keypath){ up, key ? key->value : (struct str)STR_INIT, i, !key, depth };
}

/* The place of KEY below UP. */
static inline struct keypath
keypath_key(const struct keypath *up, struct str key)
{
	return (struct keypath){ up, key, 0, false, up ? up->depth + 1 : 1 };
}

/* The part of the path that is at DEPTH; NULL where the path is not that deep. */
const struct keypath *keypath_at(const struct keypath *, unsigned depth);
/* The path as Compose writes it, `services.web.ports[0]`, without its first FROM parts. */
struct str keypath_text(struct arena *, const struct keypath *, unsigned from);
/* The whole path, for a message. */
const char *keypath_name(struct arena *, const struct keypath *);
/* Whether the path is one of PATTERN, in which `*` stands for any key and `[]` for any index. */
bool keypath_matches(const struct keypath *, struct str pattern);

/* load.c */

/* Adds a problem or a warning, printed as printf prints it, with the place of AT (NULL: it has none). */
void load_problem(struct load *, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void load_problem_of(struct load *, enum project_message_kind, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void load_warning(struct load *, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* What tells problem M from the others of a project, however often that is read. */
struct str load_problem_key(struct arena *, const struct project_message *m);
/* Adds the problem that N was refused for the reason ERR, whose words show the text of N. Where N holds
 * variables they are not shown, as they may be secret: the words are then that it is no KIND (`mount`). */
void load_refused(struct load *, const struct node *n, const char *kind, const struct error *err);
/* Adds ERR as a problem, and releases it. */
void load_error(struct load *, struct error *err);
/* Adds the expansions that took place in the value at PATH (NULL: in a .env file), and a warning for each
 * variable that is not set. */
void load_expansions(struct load *, const struct expansions *, const struct keypath *path);

/* Whether the project has had the memory that one app gets, so that one does not keep all others from their
 * answer; that is then a problem of it. Whoever repeats what the files say asks before each time. */
bool load_is_spent(struct load *);
/* Reads the file at PATH, unless it was read before, and lists it among the project's files as ROLE. NULL
 * where it is not there or cannot be read: *ret_outcome says which, and with FILE_FAILED ERR says why. */
struct source *load_file(struct load *, struct str path, enum project_file_role role,
    enum file_outcome *ret_outcome, struct error *err);
/* The same for a file that is not to be listed, and that is read again each time. */
struct source *load_unlisted(
    struct load *, struct str path, bool is_env, enum file_outcome *ret_outcome, struct error *err);
/* Lists the file at PATH, unless it is listed, as one that was looked for and is not there. */
void load_absent(struct load *, struct str path, enum project_file_role role);
/* Marks SOURCE, an env file, as one in which nothing can be set. */
void load_broken(struct load *, const struct source *source);
/* Reads the YAML file at PATH and lists it as ROLE. Where it cannot be read *ret_source is NULL, and there is
 * a problem with the place of AT that begins with OPENING if the file is not there. */
struct document load_yaml(struct load *, struct str path, enum project_file_role role, const struct node *at,
    const char *opening, struct source **ret_source);
/* Whether PATH leads to what Compose fetches from elsewhere (git, OCI). */
bool load_is_remote(struct str path);

/* variables.c */

/* The variables that come before those of any .env: the process environment where it counts, and PWD. The
 * caller may add to them. */
struct env *variables_top(struct load *);
/* Reads the app's .env, or what COMPOSE_ENV_FILES names, into ENV below TOP. Also reads .env.example, whose
 * statements become settings of the project, but not variables. */
void variables_read(struct load *, struct env *env, const struct env *top);
/* Reads the .env at PATH into ENV, and its statements into the project's settings. False where there is no
 * such file. */
bool variables_read_file(struct load *, struct str path, struct env *env, bool is_example);

/* Whether T is made of HOME or USER, which were taken for set: what they hold is not known. */
bool variables_are_of_shell(const struct load *, struct trace t);
/* What T says with `~` for the home folder, where HOME was taken for set and T begins with it; T's text where
 * neither it nor USER is in T; else empty: it is not known. */
struct str variables_from_home(struct load *, struct trace t);
/* Whether HOME or USER, which were taken for set, decide a port or a name: then their value matters. */
bool variables_shell_decides(const struct project *);

/* copied.c */

/* Whether P has no .env, but a .env.example of which only a reading shows whether Compose would take it as
 * one. */
bool copied_may_be_refused(struct arena *, const struct project *p);
/* Whether P, read with the copy, has anything that Compose refuses, or that could not be read. */
bool copied_has_mistake(const struct project *p);
/* Adds to KNOWN, in the arena, what of P as it is now says nothing against a copy. */
void copied_know(struct dict *known, struct arena *, const struct project *p);
/* Why Compose would refuse the copy, with which P was read; empty: it would not. */
struct str copied_refusal(const struct dict *known, struct arena *, const struct project *p);

/* find.c */

struct found_files {
	/* relative to the root, in the order in which they are merged */
	struct str *paths;
	size_t count, cap;
	struct node said;		/* where a file says so; its source is NULL where none does */
	/* the override file that Compose would read, were it there; empty: it reads one, or looks for none */
	struct str absent;
};

/* The compose files of the app: those of COMPOSE_FILE, or else the best base file and the best override file
 * of its folder. It is a problem if there is none. */
struct found_files find_files(struct load *, const struct env *);
/* The next of the examples of a .env, beside .env.example, that are among the bits NAMES; NULL at the end.
 * *AT begins as 0. */
const char *find_example(unsigned names, unsigned *at);

/* value.c: what Compose takes a text for. *ret is only meaningful on true. */

/* A truth: true, yes, y, on (1) or false, no, n, off (0), in any case. */
bool value_truth(struct str s, int64_t *ret);
/* A decimal integer with or without a sign. */
bool value_integer(struct str s, int64_t *ret);
/* A finite decimal fraction as Go reads it: `_` may stand between two digits. */
bool value_fraction(struct str s, double *ret);
/* A duration: `1m30s`, `1.5h`, `0`. Its nanoseconds fit into 64 bits. */
bool value_is_duration(struct str s);
/* A size: `512m`, `1.5 GiB`, `64`. A blank may stand before the unit. */
bool value_is_size(struct str s);
/* What a shell would take apart into words: its quotes and brackets are closed. */
bool value_is_command(struct str s);
/* A number of N without a fraction: 2, or 2.0. */
bool value_whole(const struct node *n, int64_t *ret);

/* casts.c */

/* Makes N, a string that stands at PATH, a number or a truth where Compose does. */
void casts_apply(struct load *, struct node *n, const struct keypath *path);

/* resets.c */

void resets_add(struct resets *, struct arena *, const struct keypath *path);
/* MODEL without the values that the resets lead to. */
struct node *resets_apply(const struct resets *, struct arena *, struct node *model);
/* The same for SERVICE alone, which is called NAME. */
struct node *resets_apply_service(
    const struct resets *, struct arena *, struct node *service, struct str name);

/* resolve.c */

/* Makes of ROOT, the tree of one YAML document, what Compose makes of it before it includes: in place. False
 * where it is no mapping, which is a problem. */
bool resolve_document(struct load *, struct node *root, const struct env *env, struct resets *ret);

/* documents.c */

/* Merges DOCS of SOURCE onto MODEL, with what they include and extend. Returns the new model. */
struct node *documents_merge(struct load *, const struct load_scope *, struct source *source,
    struct document docs, struct node *model);

/* extends.c */

/* Merges each service of ROOT, a document of FILE, onto what it extends. */
void extends_apply(struct load *, const struct load_scope *, struct str file, struct node *root,
    const struct resets *);

/* merge.c */

/* OVER merged onto BASE: two models, or two values that stand at PATH. */
struct node *merge_models(struct load *, struct node *base, struct node *over);
struct node *merge_at(struct load *, struct node *base, struct node *over, const struct keypath *path);
/* Drops the ports and volumes of each service that a later one replaces. */
void merge_unique(struct load *, struct node *model);

/* ports.c */

/* Makes long ports of the short ones of each service. */
void ports_expand(struct load *, struct node *model);
/* The key by which Compose tells ports apart. */
struct str ports_key(struct load *, const struct node *item);
/* Before the first service is read: whether SERVICES publish more ports than are looked at. */
void ports_count(struct load *, const struct node *services);
/* Adds the ports of the service NODE. */
void ports_read(struct load *, struct project_service *, const struct node *node);
/* What stands in a file for the port ITEM: the scalar of a short form, or a long form's `published`. */
struct node *ports_scalar(struct node *item);

/* repeats.c */

/* Notes of the ports of a service, which is NODE, what other mappings give them too. */
void repeats_read(struct load *, struct project_service *, const struct node *node);
/* When all services are read: a text that gives a port of another service, too, is beside none. */
void repeats_settle(struct load *);

/* address.c */

/* Where the address of P stands, which the mapping SCALAR, or the long port ITEM, publishes. */
void address_of_short(struct load *, struct project_port *p, struct node *scalar);
void address_of_long(struct load *, struct project_port *p, const struct node *item);

/* anchors.c */

/* Notes which texts of DOCS, a file that has aliases, decide a port or a name, and what else they mean. */
void anchors_note(struct load *, const struct document *docs);
/* Where the text of scalar N means something else than what N stands for; empty: nowhere. */
struct str anchors_elsewhere(const struct load *, const struct node *n);
/* Fills *RET for scalar N, a short mapping if IS_MAPPING, of which the bytes SITE are what may be changed
 * (none where their length is 0). */
void anchors_read(
    struct load *, const struct node *n, struct span site, bool is_mapping, struct project_alias *ret);

/* mounts.c */

/* Takes what Compose refuses out of each service's volumes. */
void mounts_check(struct load *, struct node *model);
/* The key by which Compose tells mounts apart: the path that ITEM is mounted at; empty where it has none. */
struct str mounts_key(struct load *, const struct node *item);
/* The named volume that ITEM of a service's volumes mounts; empty where it mounts a path or names none. */
struct str mounts_volume(struct load *, const struct node *item);
/* Whether ITEM mounts the file NAME of the app's folder: itself, or a folder that it is in. */
bool mounts_path_holds(struct load *, const struct node *item, struct str name);
/* Where on the host TEXT leads that stands in a project of DIR: relative to the root where that is below it,
 * else absolute; below `~` where TEXT is. */
struct str mounts_path(struct load *, struct str dir, struct str text);
/* Notes in each of SERVICE's volumes that mounts a path of the host where that is: below DIR. What has a note
 * keeps it. */
void mounts_locate(struct load *, const struct node *service, struct str dir);
/* The scalar of ITEM that says which path of the host it mounts for writing; NULL where it mounts none. */
struct node *mounts_written(struct node *item);

/* env_files.c */

/* Notes where on the host the env_file and the mounts of each service are: below DIR. What has a note keeps
 * it. */
void env_files_locate(struct load *, const struct node *model, struct str dir);
/* Reads the env_file of the enabled services, for the mistakes that are in them. */
void env_files_check(struct load *, const struct node *model, const struct env *env);

/* The checks, each of what Compose checks at one time. */

/* check.c: after each document, and when all files of a project, or of an included one, are merged. */
void check_document(struct load *, const struct node *model);
void check_merged(struct load *, const struct node *model);
/* schema.c: which kinds of values may stand where. */
void schema_check(struct load *, const struct node *model);
/* Dates in no quotes that no later file has put a text in the place of. */
void schema_check_dates(struct load *, const struct node *model);
/* forms.c: durations, sizes and numbers, once all is merged. */
void forms_check(struct load *, const struct node *model);
/* consistency.c: whether the enabled services fit together, at the end. */
void consistency_check(struct load *, const struct node *model);

/* What the project takes from the model at the end. */

/* services.c: the services of MODEL; those are enabled that PROFILES (separated by commas) ask for. */
void services_read(struct load *, const struct node *model, struct str profiles);
/* follow.c: what stands at the places that the owner names. */
void follow_read(struct load *, struct node *model);
/* hosts.c: what SERVICE calls other containers, and is called by them. */
void hosts_read(struct load *, struct project_service *, const struct node *service);
/* names.c: the name of the project in DIR, from ENV, from DOCS or from the folder's name. */
void names_read(
    struct load *, const struct env *env, struct str dir, const struct document *docs, size_t doc_count);
/* resources.c: the volumes and networks of MODEL. The project has its name and its services. */
void resources_read(struct load *, const struct node *model);
/* Whether RESOURCE says that it is external: by `true`, or by a mapping of its own. */
bool resources_is_external(const struct node *resource);

#endif
