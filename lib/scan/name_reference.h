/* name_reference: texts of an app that name a container, a network or a volume as the host calls it.
 * SPDX-License-Identifier: MIT
 *
 * Its own containers are looked for in every text. Other apps' are told where the text can only be one
 * (`network_mode: container:x`, an external network), and hosts in an app that shares a network with others.
 * What the app itself calls a service, or by an alias, is that service and no container. */
#ifndef BERTH_SCAN_NAME_REFERENCE_H
#define BERTH_SCAN_NAME_REFERENCE_H

#include "scan/reference.h"

/* A text to be searched, and where it stands. */
struct name_text {
	struct reference like;
	struct trace text;
	struct str before, behind;	/* of a list: the items next to it; empty: none */
};

/* Finds the names that the app has or reaches: before any search. */
void name_reference_gather(struct reference_search *);
/* Adds what is one in T. */
void name_reference_search(struct reference_search *, const struct name_text *t);
/* Adds what names another container, network or volume by its key. */
void name_reference_declared(struct reference_search *);
/* At the end: what a name's variable is used for beside names is left alone. */
void name_reference_doubt(struct reference_search *);

#endif
