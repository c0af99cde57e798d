/* setting: what an app's variables are set to, what for, and what is missing of them.
 * SPDX-License-Identifier: MIT
 *
 * The rows of .env and .env.example that findings depend on, the other uses of such variables, and the
 * gaps. No value leaves here but ports, names, addresses and placeholders. */
#ifndef BERTH_SCAN_SETTING_H
#define BERTH_SCAN_SETTING_H

#include "scan/places.h"
#include "scan/writer.h"
#include "scan/watch.h"

struct match;
struct placeholder_rule;

struct placeholder_finder {
	const struct placeholder_rule *rule;
	struct match *match;		/* the thread's */
};

/* Adds the keys of settings that hold a placeholder. */
void setting_watch_placeholders(const struct placeholder_finder *, const struct project *, struct watch *);
void setting_write_settings(struct writer *, const struct watch *);
/* PLACES tell what each expansion is for; each that has got its record is noted in them. */
void setting_write_uses(struct writer *, const struct watch *, struct places *);
/* Tells each key that an example of a .env sets and the .env, which is there, does not. */
void setting_write_missing(struct writer *);
/* TEMPLATE: it is a scaffold (scan --template), whose placeholders all count. */
void setting_write_gaps(struct writer *, const struct placeholder_finder *, bool template);

#endif
