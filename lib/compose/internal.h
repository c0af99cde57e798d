/* internal: what the sources of project share. Nobody else includes it.
 * SPDX-License-Identifier: MIT
 *
 * A project is loaded as Compose loads it: per file and per YAML document the tree is resolved
 * (project_resolve.c: merge keys, !reset and !override, interpolation, casts), included and extended
 * (project_load.c), merged onto what came before (project_merge.c), its short ports made long ones
 * (project_ports.c) and checked (project_check.c). What comes of all files is then read into a struct
 * project (project_service.c, project_name.c). A mistake is noted and the rest goes on. */
#ifndef BERTH_COMPOSE_INTERNAL_H
#define BERTH_COMPOSE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "syntax/document.h"
#include "syntax/dotenv.h"
#include "syntax/env.h"
#include "base/error.h"
#include "system/file.h"
#include "syntax/interpolation.h"
#include "syntax/mapping.h"
#include "syntax/mount.h"
#include "compose/project.h"

struct project_reader {
	int rootfd;
	bool env;
	struct arena arena;			/* of the current project */
	struct arena process_arena;
	struct env process;			/* the process environment, where it counts */
	struct str root;			/* absolute path of the root; empty: not known */
	struct interpolation *interpolation;
	struct dotenv_reader *dotenv;
	struct mapping_parser *mapping;
	struct mount_parser *mount;
	struct buf bytes;			/* the file being read */
	struct source **sources;		/* whose line indexes are to be released */
	size_t source_count, source_cap;
};

/* One project: the app's own, or one that it includes. */
struct scope {
	struct str dir;				/* project folder, relative to the root */
	const struct env *env;
	const struct scope *outer;		/* the including one */
	struct str file;			/* of an including scope: the file that includes */
	enum project_file_role role;		/* of the files read in it */
};

/* Two port items that are one to Compose. */
struct repeat {
	struct node *kept, *dropped;
};

/* The paths of a document's !reset and !override. */
struct reset {
	const struct str *keys;
	size_t count;
};

struct resets {
	struct reset *items;
	size_t count, cap;
};

/* The services of a file that something extends, as loaded with the variables of ENV. */
struct extended {
	struct str path;
	const struct env *env;
	struct node *services;
	struct resets resets;
};

struct load {
	struct project_reader *reader;
	struct arena *arena;
	struct project *project;
	/* compose files in the app's folder, as bits, or PROJECT_NAMES_UNKNOWN */
	unsigned names;
	int folderfd;				/* of the app's folder; -1: none */
	size_t files, settings, expansions, problems, warnings;	/* capacities of the project's arrays */
	struct repeat *repeats;
	size_t repeat_count, repeat_cap;
	struct source **env_sources;		/* the .env files read so far */
	size_t env_count, env_cap;
	struct env unset;			/* the variables that were warned of */
	size_t depth;				/* of includes and extends in one another */
	struct extended *extended;		/* the files that services were extended from */
	size_t extended_count, extended_cap;
	size_t bytes;				/* parsed so far, again and again counted */
	size_t ports;				/* made of short mappings so far */
	size_t loads;				/* files read so far, again and again counted */
};

enum {
	LOAD_DEPTH_MAX = 100,			/* includes in includes, extends of extends */
	LOAD_FILES_MAX = 10000,			/* of one project, each time counted */
	LOAD_BYTES_MAX = 256 << 20,		/* of files, each time counted that one is read */
	LOAD_PORTS_MAX = 200000,		/* of one project: all of TCP and UDP, and some */
	/* ports that are given twice; of more, the rest keep their places */
	LOAD_REPEATS_MAX = 1000,
	LOAD_MESSAGES_MAX = 1000		/* problems, and warnings, that are kept */
};

/* Where a value stands in a model: the last key or index of the way to it, linked with those before it. NULL
 * stands for the model itself. */
struct keypath {
	const struct keypath *up;		/* NULL: an entry of the model itself */
	struct str key;				/* of an entry of a mapping */
	size_t index;				/* of an item of a list */
	bool is_index;
	unsigned depth;				/* 1 for the entries of the model itself */
};

/* keypath.c */

/* The place of entry I of N, which itself stands at UP. */
static inline struct keypath
keypath_entry(const struct keypath *up, const struct node *n, size_t i)
{
	const struct node *key = n->entries[i].key;

	return (struct keypath){ up, key ? key->value : (struct str)STR_INIT, i, !key, up ? up->depth + 1 : 1 };
}

/* The place of KEY below UP, and of item INDEX of a list that stands at UP. */
static inline struct keypath
keypath_key(const struct keypath *up, struct str key)
{
	return (struct keypath){ up, key, 0, false, up ? up->depth + 1 : 1 };
}

static inline struct keypath
keypath_item(const struct keypath *up, size_t index)
{
	return (struct keypath){ up, STR_INIT, index, true, up ? up->depth + 1 : 1 };
}

/* The part of the path that is at DEPTH; NULL where the path is not that deep. */
const struct keypath *keypath_at(const struct keypath *, unsigned depth);
/* The path as Compose writes it, `services.web.ports[0]`, without its first FROM parts. */
struct str keypath_text(struct arena *, const struct keypath *, unsigned from);
/* Whether the path is one of PATTERN, in which `*` stands for any key and `[]` for any index. */
bool keypath_matches(const struct keypath *, struct str pattern);

/* value.c: each says whether S is such a text, and some hand out the value. */

/* A truth: true, yes, y, on (1) or false, no, n, off (0), in any case. */
bool value_truth(struct str s, int64_t *ret);
/* A decimal integer with or without a sign. */
bool value_integer(struct str s, int64_t *ret);
/* A finite decimal fraction as Go reads it: `_` may stand between two digits. */
bool value_fraction(struct str s, double *ret);
/* A duration: `1m30s`, `1.5h`, `0`. Its nanoseconds fit 64 bits. */
bool value_is_duration(struct str s);
/* A size: `512m`, `1.5 GiB`, `64`. A blank may stand before the unit. */
bool value_is_size(struct str s);

/* Messages. AT: the node that is wrong, or NULL. */
void load_problem(struct load *, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* N, a KIND of text, is refused by ERR, whose words show it; only as it is written where variables are in
 * it. */
void load_refused(struct load *, const struct node *n, const char *kind, const struct error *err);
void load_warning(struct load *, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Makes a problem of ERR and clears it. */
void load_error(struct load *, struct error *err);

/* project.c: folder DIR with NAME behind it, both relative to the root, `.` and `..` done away with; an
 * absolute NAME stays. */
struct str load_join(struct arena *, struct str dir, struct str name);
/* The folder of a path; `.` where it has none. */
struct str load_dirname(struct str path);
/* The file at PATH, listed as ROLE; NULL where it is not there or can't be read (*ret_outcome). ERR may be
 * set with FILE_FAILED. */
/* A file that is not listed; known ones are found by their path. As load_source. */
struct source *load_bytes(
    struct load *, struct str path, bool is_env, enum file_outcome *ret, struct error *);
struct source *load_source(
    struct load *, struct str path, enum project_file_role role, enum file_outcome *ret, struct error *);

/* project_env.c */
/* Reads the .env at PATH into ENV, its statements into the project's settings. False where it is not
 * there. */
bool load_env_file(struct load *, struct str path, struct env *env, bool is_example);
/* Notes in the services of DICT where their env_file stand, whose paths are relative to DIR; what is noted
 * stays. */
void env_files_place(struct load *, const struct node *dict, struct str dir);
/* Reads the env_file of the enabled services, for the mistakes that are in them. */
void env_files_check(struct load *, const struct node *dict, const struct env *env);
void load_expansions(struct load *, const struct expansions *, size_t from, const struct keypath *path);

/* project_resolve.c */
/* Makes the tree of one YAML document what Compose makes of it before includes: in place. False: not a
 * mapping. */
bool resolve_document(struct load *, struct node *root, const struct env *env, struct resets *ret);
/* DICT without what RESETS name. */
struct node *resets_apply(struct load *, struct node *dict, const struct resets *);
/* Service NAME, which is NODE, likewise. */
struct node *resets_apply_service(struct load *, struct node *node, struct str name, const struct resets *);

/* project_load.c */
/* Merges DOCS of file SOURCE onto DICT. */
struct node *load_documents(struct load *, const struct scope *, struct source *source, struct document docs,
    struct node *dict);
/* project_merge.c */
struct node *merge_models(struct load *, struct node *base, struct node *over);
struct node *merge_at(struct load *, struct node *base, struct node *over, const struct keypath *path);
/* Drops duplicate items where Compose does. */
void merge_unique(struct load *, struct node *dict);

/* project_ports.c */
/* A long port made from a short one: a mapping node whose `written` is the short one's scalar. */
struct short_port {
	struct node node;
	struct node *scalar;
	struct mapping mapping;
};

/* Short ports of each service become long ones. */
void ports_canonical(struct load *, struct node *dict);
/* The key by which Compose tells ports apart. */
struct str ports_key(struct load *, const struct node *item);
void ports_read(struct load *, struct project_service *, const struct node *node);

/* project_mounts.c */
/* Takes what is no mount out of each service's volumes. */
void mounts_check(struct load *, struct node *dict);
/* The key by which Compose tells mounts apart: the path that ITEM is mounted at; empty: none. */
struct str mounts_key(struct load *, const struct node *item);
/* The named volume that ITEM of a service's volumes mounts; empty where it is a path or has no name. */
struct str mounts_volume(struct load *, const struct node *item);

/* project_check.c */
/* Whether Compose takes S as a container_name. */
bool check_container_name(struct str s);
/* What Compose's schema says of what berth reads; after each document. */
void check_schema(struct load *, const struct node *dict);
/* What it checks once all files of a project, or of an included one, are merged. */
void check_finish(struct load *, const struct node *dict);

/* project_service.c */
void services_read(struct load *, const struct node *dict, struct str profiles);

/* forms.c */
/* What Compose decodes of all services when all is merged. */
void forms_check(struct load *, const struct node *dict);

/* project_consistency.c */
/* What it checks of the enabled services at the end. */
void check_project(struct load *, const struct node *dict);

/* project_schema.c */
void schema_check(struct load *, const struct node *dict);

/* project_name.c */
/* Lower case, only what Compose lets stand in a project name. */
struct trace name_normal(struct arena *, struct trace t);
void names_read(
    struct load *, const struct env *env, struct str dir, const struct document *docs, size_t doc_count);
void resources_read(struct load *, const struct node *dict);

#endif
