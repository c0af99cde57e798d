/* known: what the registry knows when a plan begins.
 * SPDX-License-Identifier: MIT */
#include "plan/known.h"

int
known_read(struct known *k, struct store *s, struct arena *a, struct error *err)
{
	if (store_pairs(s, a, &k->pairs, &k->pair_count, err) < 0 ||
	    store_ports(s, a, &k->ports, &k->port_count, err) < 0 ||
	    store_former(s, a, &k->former, &k->former_count, err) < 0 ||
	    store_names(s, a, &k->names, &k->name_count, err) < 0 ||
	    store_apps(s, a, &k->apps, &k->app_count, err) < 0)
		return -1;
	while (k->apps_in_layout < k->app_count && k->apps[k->apps_in_layout].in_layout)
		k->apps_in_layout++;
	return 0;
}

const struct store_pair *
known_pair(const struct known *k, struct identity id)
{
	size_t at = k->pair_count ? identity_find(&k->pairs->id, sizeof *k->pairs, k->pair_count, id) : 0;

	return at < k->pair_count ? &k->pairs[at] : NULL;
}

const struct store_app *
known_app(const struct known *k, struct identity id)
{
	size_t count = k->apps_in_layout;
	size_t at = count ? identity_find(&k->apps->id, sizeof *k->apps, count, id) : 0;

	return at < count ? &k->apps[at] : NULL;
}
