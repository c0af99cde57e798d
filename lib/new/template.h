/* template: a folder that new apps are laid out from, and the placeholders in its files.
 * SPDX-License-Identifier: MIT
 *
 * A placeholder is {{KEY}} or {{key|default}}, its key in either case: PROJECT_NAME, COMPOSE_PROJECT_NAME,
 * BACKEND_PORT, FRONTEND_PORT, APP_NUM, MODEL. Any other key that names a port (names_is_port_key) and has a
 * number as its default gets that port where it is free, else the next one. In env and compose files every
 * placeholder is filled in: one of yet another key with its default, and one that has none is an error. In
 * other text files only known keys and ports without blanks count, so that what a page's own templates say
 * (`{{ title }}`) stays. */
#ifndef BERTH_NEW_TEMPLATE_H
#define BERTH_NEW_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "stream/identity.h"

struct buf;
struct error;
struct portmap;
struct template;

/* What an app gets; borrowed. */
struct template_values {
	struct identity id;
	uint16_t backend, frontend;
	struct str project;		/* PROJECT_NAME; COMPOSE_PROJECT_NAME is its lower case */
	struct portmap *free;		/* where the other ports are taken from */
};

/* Another port that the app got. */
struct template_port {
	struct str key;			/* lower case */
	uint16_t wanted, port;
};

int template_open(struct template **ret, const struct template_values *, struct error *);
void template_close(struct template *);

/* Whether a file of that name is one whose placeholders are all filled in. */
bool template_is_whole(struct str name);
/* Appends TEXT to RET, filled in; WHOLE: see above. -1: a placeholder without a value, with line and
 * column as place. */
int template_fill(struct template *, struct str text, bool whole, struct buf *ret, struct error *);
/* Appends TEXT, the filled env file NAME, to RET, and behind it each that it lacks of PROJECT_NAME,
 * COMPOSE_PROJECT_NAME and the pair's ports. One that it sets to something else stays and is a complaint. */
int template_complete(struct template *, const char *name, struct str text, struct buf *ret, struct error *);

/* The ports beside the pair, in the order in which they were met. */
size_t template_ports(const struct template *, const struct template_port **ret);
/* What the template sets by itself where the app's own value should be, a line each. */
size_t template_complaints(const struct template *, const struct str **ret);

MEM_AUTO_PTR(template);

#endif
