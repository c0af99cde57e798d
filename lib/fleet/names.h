/* names: project and container names: what Compose and Docker allow, and that no two fold into one.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_NAMES_H
#define BERTH_FLEET_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/dict.h"
#include "base/str.h"
#include "stream/identity.h"

/* The project name of an app in the layout: its model with everything but letters and digits made `-`, then
 * `-app{N}`; case is kept (COMPOSE_PROJECT_NAME is names_lower of it). */
struct str names_of_model(struct arena *, struct identity id);
/* A project name after a path: lower case, what Compose does not allow made `-`, no `-` or `_` in front;
 * never empty. */
struct str names_of_path(struct arena *, struct str path);
struct str names_lower(struct arena *, struct str name);
/* How many of a service's replicas have their names looked at: a few bytes may ask for any number. As in
 * reports/names.sql. */
enum { NAMES_REPLICAS_MAX = 100 };

/* One after the other, the containers of a project that Compose names itself. */
struct names_made {
	struct str service;
	unsigned number;		/* of its replica, from 1 */
	unsigned replicas;		/* of the service */
	struct str rest;		/* private */
};

/* LIST: the services that have no container_name, joined by commas, those with several replicas as
 * `web:3`. */
#define NAMES_MADE_INIT(list) { .rest = (list) }

bool names_made_next(struct names_made *);
/* What Compose calls it in PROJECT: `<project>-<service>-<number>`. */
struct str names_of_container(struct arena *, struct str project, const struct names_made *);
/* Whether NAME is that of a container of PROJECT's LIST; *ret is which. */
bool names_is_made(struct str name, struct str project, struct str list, struct names_made *ret);
/* Where the tag or digest of IMAGE begins, with its `:` or `@`; its length where it has none. */
size_t names_tag_at(struct str image);
/* IMAGE as the engine files it: `shop/api` is docker.io/shop/api:latest, here without docker.io. */
struct str names_of_tag(struct arena *, struct str image);
/* IMAGE, which has no tag, as one of PROJECT's SERVICE: what stands behind its last `/` is replaced. */
struct str names_of_image(struct arena *, struct str image, struct str project, struct str service);
/* Whether Docker takes it as a container's name. */
bool names_is_container(struct str name);
/* Whether the key of a placeholder says that its number is a port: `port` is one of its words (`db_port`,
 * `PORT`, `web_port_80`, `port2`). */
bool names_is_port_key(struct str key);
/* Whether at KEYPATH (`services.web.volumes[0]`) Compose has the path of a file or folder, or a mount of
 * one. */
bool names_is_path_key(struct str keypath);
/* Whether a variable of that name holds a secret: `password` or `secret` stands in it, or `token`, `key` or
 * the like is one of its words. */
bool names_is_secret_key(struct str key);
/* Whether the tag of an image tells nothing: a word that many use (`latest`), or a version, as `16`,
 * `v1.27.0`, `3-alpine3.19` or `3.12-slim-bookworm`, of numbers of four digits at most. Any other may be a
 * secret. */
bool names_is_common_tag(struct str tag);

/* Names that are taken, and the number of who has each. Those that differ only in case are one, as in
 * projects; or two, as in containers. */
struct names {
	struct dict owners;		/* private */
	struct arena arena;		/* private */
};

#define NAMES_INIT { { .folds = true }, ARENA_INIT }
#define NAMES_EXACT_INIT { { .folds = false }, ARENA_INIT }
#define NAMES_NOBODY DICT_NONE

/* Who has NAME, or NAMES_NOBODY. */
uint32_t names_owner(const struct names *, struct str name);
/* Gives NAME to OWNER. False where another has it; true where OWNER has it already. */
bool names_take(struct names *, struct str name, uint32_t owner);
/* Takes for OWNER the first of BASE, BASE-2, BASE-3 … that is free or OWNER's; returns it, in ARENA. */
struct str names_take_unique(struct names *, struct arena *, struct str base, uint32_t owner);
void names_release(struct names *);

MEM_AUTO(names);

#endif
