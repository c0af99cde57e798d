/* shared: secrets of an app as digests, by which those are found that several apps share.
 * SPDX-License-Identifier: MIT */
#include "scan/shared.h"

#include <inttypes.h>

#include "fleet/names.h"

/* Shorter ones are switches and numbers. */
enum { SHORTEST = 4 };

struct shared {
	struct writer *writer;
	const struct siphash_key *key;
	struct dict told;		/* values of the app: each once */
};

static void
tell(struct shared *s, struct str service, struct str variable, struct trace value, struct place place)
{
	struct writer *w = s->writer;
	struct finding f = writer_finding(w, FINDING_SECRET);
	size_t before = s->told.count;

	if (value.text.len < SHORTEST || !names_is_secret_key(variable))
		return;
	(void)dict_add(&s->told, value.text, 0);
	if (s->told.count == before)
		return;
	f.service = service;
	f.variable = variable;
	f.place = place;
	f.place.known = false;	/* nobody edits it */
	f.value = arena_printf(w->arena, "%016" PRIx64, siphash(s->key, value.text));
	writer_write(w, &f);
}

void
shared_write(struct writer *w, const struct siphash_key *key)
{
	const struct project *p = w->project;
	struct shared s = { w, key, DICT_IN(w->arena) };

	for (size_t i = 0; i < p->setting_count; i++) {
		const struct dotenv_statement *d = &p->settings[i];

		if (!d->source->is_example && !d->overridden)
			tell(&s, (struct str)STR_INIT, d->key, d->resolved,
			    writer_spot(d->source, d->value.off));
	}
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].environment.count; k++) {
			const struct project_text *t = &p->services[i].environment.items[k];

			if (t->value.count)
				tell(&s, p->services[i].name, t->key, t->value,
				    writer_spot(t->value.pieces[0].source, t->value.pieces[0].raw.off));
		}
}
