/* volumes: what volumes hold is carried over, and nothing that one holds is ever written over.
 * SPDX-License-Identifier: MIT
 *
 * Compose makes the volumes, so that their labels, driver and options are its own. Where the engine is on
 * this machine and may be looked into, a copy is made beside the empty volume's folder and renamed over
 * it, which the kernel refuses where it is not empty; so a volume is empty or filled, and never in
 * between. Elsewhere a container of the app's own image copies, by the image's own cp, or is not started and
 * takes an archive: while it is there, by its name the volume is known to be half filled, and is made anew.
 * Neither needs a network or another image. */
#include "cutover/internal.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "engine/client.h"
#include "system/folder.h"

static const char doing[] = "cannot find out which volumes there are";

#define PLACES \
	"from=$(docker volume inspect --format '{{.Mountpoint}}' \"$1\") && " \
	"to=$(docker volume inspect --format '{{.Mountpoint}}' \"$2\") && "

/* $1 into $2, which is empty. */
static const char fill_here[] = PLACES
    "rm -rf \"$to.berth\" && cp -a \"$from\" \"$to.berth\" && mv -T \"$to.berth\" \"$to\"";
/* $1 into $2, whose content goes to $3, which is made. */
static const char replace_here[] = PLACES
    "docker volume create \"$3\" >/dev/null && "
    "beside=$(docker volume inspect --format '{{.Mountpoint}}' \"$3\") && "
    "rm -rf \"$to.berth\" && cp -a \"$from\" \"$to.berth\" && mv -T \"$to\" \"$beside\" && "
    "mv -T \"$to.berth\" \"$to\"";
/* $1 in $2's place, which a container that never ran has of its image. */
static const char exchange_here[] = PLACES
    "if [ ! -d \"$to\" ]; then mv -T \"$to.image\" \"$to\"; fi && rm -rf \"$to.berth\" \"$to.image\" && "
    "cp -a \"$from\" \"$to.berth\" && mv -T \"$to\" \"$to.image\" && mv -T \"$to.berth\" \"$to\" && "
    "rm -rf \"$to.image\"";
/* $1 into $2 through containers of image $3: by a cp of its own that keeps all there is, as GNU's does, else
 * as an archive, as then is said. The engine locks one while it reads or writes it, so it takes two. */
static const char fill_there[] =
    "docker rm -v \"berth-read-$2\" \"berth-fill-$2\" >/dev/null 2>&1; "
    "docker create --name \"berth-fill-$2\" --label com.docker.compose.project= --network none --user 0:0 "
    "--entrypoint cp -v \"$2:/to/berth\" -v \"$1:/from/berth:ro\" \"$3\" "
    "-a --preserve=all --sparse=auto /from/berth/. /to/berth/ >/dev/null || exit; "
    "docker start --attach \"berth-fill-$2\" >/dev/null 2>&1 || { "
    "docker create --name \"berth-read-$2\" --label com.docker.compose.project= "
    "-v \"$1:/from/berth:ro\" \"$3\" true >/dev/null && "
    "no=$({ { docker cp \"berth-read-$2:/from/berth\" - || echo no >&3; } | "
    "docker cp - \"berth-fill-$2:/to\" >/dev/null || echo no; } 3>&1); [ -z \"$no\" ] && "
    "docker rm -v \"berth-read-$2\" >/dev/null && echo archive; } && "
    "docker rm -v \"berth-fill-$2\" >/dev/null";
/* One volume to be filled. */
struct carry {
	struct str volume, source, image;
	struct str label; /* what it is called; of an anonymous one where it is mounted */
	bool is_elsewhere;
	struct str from, to; /* where the engine has them; empty: not known */
	bool is_here; /* both can be reached as folders of this machine */
	bool is_gone; /* in a dry run it would have been taken away */
	bool was_empty; /* of one that is put aside: there was nothing to put */
	bool is_half; /* of the same: copying it was broken off */
};

/* --- looking --- */

/* Where the engine has VOLUME; empty: there is no such volume. */
static struct str
mountpoint(struct cutover *c, struct str volume)
{
	static const char *const words[] = { "volume", "inspect", "--format", "{{.Mountpoint}}", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;

	return command_ask(c, NULL, words, &volume, 1, &answer)
	    ? arena_dup(&c->arena, str_trim(buf_str(&answer.out)))
	    : STR("");
}

/* The same of one that is there, but in a dry run. That the engine does not say where is told: what one holds
 * would be taken for nothing. */
static struct str
place_of(struct cutover *c, struct cutover_app *app, struct str volume)
{
	struct str place = mountpoint(c, volume);

	if (!place.len && !c->options->dry_run && !c->outcome->heard)
		command_tell(c, app, "volumes", COMMAND_FAILED, "the engine does not say where %.*s is",
		    STR_ARG(volume));
	return place;
}

/* Whether the engine's folders are this machine's, which may well have volumes of the same names itself: the
 * notes of APP, whose name nobody else has, lie in one of them. In a dry run there are none. 1, 0; -1. */
static int
is_engine_here(struct cutover *c, struct cutover_app *app, struct error *err)
{
	struct cutover_texts notes = { NULL, 0, 0 };

	if (geteuid() != 0 || client_is_elsewhere(err))
		return 0;
	if (c->options->dry_run)
		return 1;
	if (gather_texts(c, "SELECT name FROM records JOIN apps USING (folder) WHERE id = ?1", app, &notes,
		err) < 0)
		return -1;
	return notes.count && folder_is(place_of(c, app, notes.items[0]).ptr);
}

/* Finds out where the two are: 1; 0 where that is not known, or we are to end; -1. */
static int
locate(struct cutover *c, struct cutover_app *app, struct carry *v, struct error *err)
{
	int is_here = is_engine_here(c, app, err);

	if (is_here < 0)
		return -1;
	v->from = place_of(c, app, v->source);
	v->to = place_of(c, app, v->volume);
	v->is_here = is_here && (!v->from.len || folder_is(v->from.ptr)) &&
	    folder_is(arena_dup(&c->arena, path_folder(v->to)).ptr);
	/* whoever asks us to end may ask the client as well, which then did not answer */
	return !app->has_failed && !c->outcome->heard;
}

static void
look(struct cutover *c, const struct carry *v, bool at_source, struct contents *ret)
{
	struct str where = at_source ? v->from : v->to;

	if (!where.len) /* there is none yet, and looking would make it */
		*ret = (struct contents){ .is_known = true };
	else if (!v->is_here)
		contents_elsewhere(c, at_source ? v->source : v->volume, v->image, ret);
	else if (folder_is(where.ptr))
		contents_of_folder(where.ptr, &c->arena, ret);
	else /* a copy was about to be put in its place */
		*ret = (struct contents){ .is_known = true };
}

/* The text of the first row; empty where there is none. */
static int
first_text(struct cutover *c, struct sql_query *q, struct str *ret)
{
	int got = sql_next(q);

	*ret = got > 0 ? sql_column_copy(q, 0, &c->arena) : (struct str)STR_INIT;
	return got < 0 ? -1 : 0;
}

/* Who uses VOLUME while it is to be written; empty: nobody. */
static int
user_of(struct cutover *c, struct str volume, struct str *ret, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT name FROM containers JOIN mounts USING (id)"
	    " WHERE volume = ?1 AND is_running LIMIT 1",
	    doing, err);

	sql_bind_str(&q, volume);
	return first_text(c, &q, ret);
}

/* `; a, b had it too`: the other apps that had the source; and volumes of earlier names of the project, which
 * stay as they are. */
static int
others(struct cutover *c, const struct cutover_app *app, const struct carry *v, struct str *ret,
    struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT coalesce('; ' || (SELECT group_concat(app, ', ') FROM (SELECT DISTINCT a.app"
	    " FROM sources s JOIN apps a ON a.id = s.app WHERE s.volume = ?1 AND s.app <> ?2))"
	    " || ' had it too', '') || coalesce('; ' || (SELECT group_concat(name, ', ')"
	    " FROM (SELECT DISTINCT v.name FROM targets t"
	    " JOIN apps a ON a.id = t.app JOIN formers f ON f.folder = a.folder AND f.project <> a.project"
	    " JOIN volumes v ON v.project = f.project AND v.key = t.key WHERE t.app = ?2 AND t.volume = ?3"
	    " AND v.name NOT IN (?1, ?3))) || ', of an earlier name of the project, stays as it is', '')",
	    doing, err);

	sql_bind_str(&q, v->source);
	sql_bind_int(&q, app->id);
	sql_bind_str(&q, v->volume);
	return first_text(c, &q, ret);
}

/* --- filling --- */

static bool
is_to_be_replaced(const struct cutover *c, struct str volume)
{
	for (size_t i = 0; i < c->options->replace_count; i++)
		if (str_eq(volume, str_from(c->options->replace[i])))
			return true;
	return false;
}

/* Runs SCRIPT for the volume and holds what it has then against what it was to get. */
static void
copy(struct cutover *c, struct cutover_app *app, const struct carry *v, const char *script, struct str third,
    struct str note)
{
	const struct str arguments[] = { v->source, v->volume, third };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct contents from, to;
	bool is_archive;
	struct str reason = arena_printf(&c->arena, "%.*s: what %.*s holds goes into %.*s", STR_ARG(app->app),
	    STR_ARG(v->source), STR_ARG(v->volume));

	if (!command_shell(c, reason.ptr, script, arguments, third.len ? 3 : 2, &answer)) {
		command_tell(c, app, "volumes", COMMAND_FAILED, "%.*s could not be filled from %.*s: %.*s",
		    STR_ARG(v->volume), STR_ARG(v->source), STR_ARG(client_reason(&answer)));
		return;
	}
	if (c->options->dry_run)
		return;
	is_archive = str_eq(str_trim(buf_str(&answer.out)), STR("archive"));
	look(c, v, true, &from);
	look(c, v, false, &to);
	if (!from.is_known || !to.is_known || from.digest != to.digest)
		command_tell(c, app, "volumes", COMMAND_FAILED, "%.*s is not what %.*s is: %.*s, and %.*s",
		    STR_ARG(v->volume), STR_ARG(v->source), STR_ARG(contents_text(&c->arena, &to)),
		    STR_ARG(contents_text(&c->arena, &from)));
	else
		command_tell(c, app, "volumes", COMMAND_DONE, "%.*s is filled from %.*s: %.*s%.*s%s",
		    STR_ARG(v->label), STR_ARG(v->source), STR_ARG(contents_text(&c->arena, &to)),
		    STR_ARG(note),
		    is_archive ? "; as an archive, which keeps no extended attributes and fills holes up"
			       : "");
}

/* A name that no volume has yet for what VOLUME holds. */
static struct str
name_beside(struct cutover *c, struct str volume)
{
	struct str first = arena_printf(&c->arena, "%.*s.berth-%lld", STR_ARG(volume), (long long)c->run);
	struct str name = first;

	for (int i = 2; i < 1000 && mountpoint(c, name).len; i++)
		name = arena_printf(&c->arena, "%.*s-%d", STR_ARG(first), i);
	return name;
}

/* Fills the empty volume V, by the script HERE where it can be reached. */
static void
fill(struct cutover *c, struct cutover_app *app, const struct carry *v, const char *here, struct str note)
{
	copy(c, app, v, v->is_here ? here : fill_there, v->is_here ? (struct str)STR_INIT : v->image, note);
}

static void
replace(struct cutover *c, struct cutover_app *app, const struct carry *v)
{
	struct str beside = name_beside(c, v->volume);

	if (v->is_here)
		copy(c, app, v, replace_here, beside,
		    arena_printf(&c->arena, "; what it had is in %.*s", STR_ARG(beside)));
	else {
		app->is_open = true;
		command_tell(c, app, "volumes", COMMAND_PROBLEM,
		    "%.*s can only be replaced on the engine's own machine, as root", STR_ARG(v->volume));
	}
}

/* Two volumes that both hold something; the second is in use by USER, unless that is empty. */
static void
tell_both(struct cutover *c, struct cutover_app *app, const struct carry *v, const struct contents *from,
    const struct contents *to, struct str user)
{
	if (from->is_known && to->is_known && from->digest == to->digest)
		command_tell(c, app, "volumes", COMMAND_NOTHING, "%.*s holds what %.*s does",
		    STR_ARG(v->volume), STR_ARG(v->source));
	else if (is_to_be_replaced(c, v->volume) && !user.len)
		replace(c, app, v);
	else {
		app->is_open = true;
		command_tell(c, app, "volumes", COMMAND_PROBLEM,
		    "%.*s stays as it is, as it is not empty: it holds %.*s; %.*s, which the app had, holds "
		    "%.*s; --replace %.*s takes the latter and keeps the former beside; without the one or "
		    "the other volume there is nothing to decide",
		    STR_ARG(v->volume), STR_ARG(contents_text(&c->arena, to)), STR_ARG(v->source),
		    STR_ARG(contents_text(&c->arena, from)), STR_ARG(v->volume));
	}
}

static int
carry(struct cutover *c, struct cutover_app *app, struct carry *v, struct error *err)
{
	struct contents from, to = { .is_known = true };
	struct str user, note;
	int got;

	if (v->is_elsewhere) {
		command_tell(c, app, "volumes", COMMAND_NOTHING,
		    "%.*s is not filled from %.*s: by its options it lies elsewhere", STR_ARG(v->volume),
		    STR_ARG(v->source));
		return 0;
	}
	if (user_of(c, v->volume, &user, err) < 0 || others(c, app, v, &note, err) < 0)
		return -1;
	got = locate(c, app, v, err);
	if (got <= 0)
		return got;
	if (v->is_gone)
		v->to = (struct str)STR_INIT;
	if (v->to.len) /* else it is still to be made, in a dry run */
		look(c, v, false, &to);
	/* of a volume that is in use there is nothing to do, and still something to say */
	if (!to.is_known)
		command_tell(c, app, "volumes", COMMAND_FAILED, "what %.*s holds cannot be seen",
		    STR_ARG(v->volume));
	else if (to.files) {
		look(c, v, true, &from);
		tell_both(c, app, v, &from, &to, user);
	} else if (user.len) {
		app->is_open = true;
		command_tell(c, app, "volumes", COMMAND_PROBLEM,
		    "%.*s is not filled from %.*s: container %.*s uses it", STR_ARG(v->volume),
		    STR_ARG(v->source), STR_ARG(user));
	} else
		fill(c, app, v, fill_here, note);
	return 0;
}

/* --- putting aside --- */

/* Makes the volume *RET for what VOLUME holds, of which it is known as long as APP is not over. Where that
 * fails it is told. */
static int
make_beside(struct cutover *c, struct cutover_app *app, struct str volume, bool is_empty, struct str *ret,
    struct error *err)
{
	static const char *const words[] = { "volume", "create", NULL };
	AUTO(sql_query) put = sql_prepare(c->sql,
	    "INSERT INTO volumes (name, labels) VALUES (?1, json_object("
	    "'org.berth.kept', ?2, 'org.berth.note', ?3, 'org.berth.empty', ?4))",
	    doing, err);
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct cutover_texts notes = { NULL, 0, 0 };
	struct str name = name_beside(c, volume), nothing = STR_INIT;
	struct str empty = is_empty ? STR("yes") : STR("no");
	struct arena *a = &c->arena;

	if (gather_texts(c, "SELECT name FROM records JOIN apps USING (folder) WHERE id = ?1", app, &notes,
		err) < 0)
		return -1;
	*ret = name;
	if (!command_docker(c, NULL, "for what is in the way", words, (struct str[]){
	    STR("--label"), arena_cat(a, STR("org.berth.kept="), volume),
	    STR("--label"), arena_cat(a, STR("org.berth.note="), notes.count ? notes.items[0] : nothing),
	    STR("--label"), arena_cat(a, STR("org.berth.empty="), empty), name }, 7, &answer)) {
		command_tell(c, app, "volumes", COMMAND_FAILED, "%.*s cannot be put aside: %.*s",
		    STR_ARG(volume), STR_ARG(client_reason(&answer)));
		return 0;
	}
	SQL_BIND_STRS(&put, name, volume, notes.count ? notes.items[0] : nothing, empty);
	return sql_run(&put);
}

/* Takes VOLUME away, for that REASON. The engine refuses where any container has it. */
static int
drop(struct cutover *c, struct cutover_app *app, struct str volume, const char *reason, struct error *err)
{
	static const char *const words[] = { "volume", "rm", NULL };
	AUTO(sql_query) gone = sql_prepare(c->sql, "DELETE FROM volumes WHERE name = ?1", doing, err);
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;

	if (!command_docker(c, NULL, reason, words, &volume, 1, &answer))
		command_tell(c, app, "volumes", COMMAND_FAILED, "%.*s cannot be made anew: %.*s",
		    STR_ARG(volume), STR_ARG(client_reason(&answer)));
	sql_bind_str(&gone, volume);
	return sql_run(&gone);
}

/* A copy through archives that was broken off leaves its containers and a part of the content. */
static int
drop_half_filled(struct cutover *c, struct cutover_app *app, struct str volume, struct error *err)
{
	static const char reason[] = "a copy that was broken off";
	static const char *const remove[] = { "rm", "-v", NULL };
	const struct str copier = arena_cat(&c->arena, STR("berth-fill-"), volume),
			 reader = arena_cat(&c->arena, STR("berth-read-"), volume);
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;

	/* it may not have been made yet; what cannot be taken away keeps the volume, which is told then */
	(void)command_docker(c, NULL, reason, remove, &reader, 1, &answer);
	(void)command_docker(c, NULL, reason, remove, &copier, 1, &answer);
	return drop(c, app, volume, "what it left", err);
}

/* Puts aside what V's source, a volume that APP is to get, holds of another app's. */
static int
put_aside(struct cutover *c, struct cutover_app *app, struct carry *v, struct error *err)
{
	bool is_dry = c->options->dry_run, is_begun = v->volume.len && !v->is_half;
	struct contents from, to;
	int got;

	if (v->is_half && drop_half_filled(c, app, v->volume, err) < 0)
		return -1;
	if (app->has_failed)
		return 0;
	if (!is_begun)
		v->volume = v->source; /* which is as far away */
	got = locate(c, app, v, err);
	if (got <= 0)
		return got;
	look(c, v, true, &from);
	if (!is_dry && !from.is_known) {
		command_tell(c, app, "volumes", COMMAND_FAILED, "what %.*s holds cannot be seen",
		    STR_ARG(v->source));
		return 0;
	}
	if (!is_begun) {
		v->was_empty = !is_dry && !from.files;
		if (make_beside(c, app, v->source, v->was_empty, &v->volume, err) < 0)
			return -1;
		v->label = v->volume;
	}
	if (app->has_failed || v->was_empty)
		return 0;
	got = is_begun ? 1 : locate(c, app, v, err);
	if (got <= 0)
		return got;
	look(c, v, false, &to);
	if (is_dry || (from.files && !to.files))
		fill(c, app, v, fill_here, STR("; it is another app's and was in the way"));
	look(c, v, false, &to);
	if (!app->has_failed && (is_dry || (from.files && from.digest == to.digest)))
		return drop(c, app, v->source, "what it held is put aside", err);
	return 0; /* it is made anew already */
}

int
volumes_put_aside(struct cutover *c, struct cutover_app *app, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT d.volume, d.image_id, k.name, json_extract(v.labels, '$.\"org.berth.empty\"') = 'yes',"
	    " EXISTS (SELECT 1 FROM containers WHERE name = 'berth-fill-' || k.name)"
	    " FROM displaced d LEFT JOIN kept k ON k.volume = d.volume LEFT JOIN volumes v ON v.name = k.name"
	    " WHERE d.app = ?1 AND d.volume IN (SELECT name FROM volumes) AND NOT EXISTS ("
	    "  SELECT 1 FROM mounts m JOIN containers c USING (id) WHERE m.volume = d.volume"
	    "  AND c.name NOT IN ('berth-look-' || d.volume, coalesce('berth-fill-' || k.name, ''),"
	    "   coalesce('berth-read-' || k.name, ''))) GROUP BY d.volume",
	    doing, err);
	struct carry *all = NULL;
	size_t count = 0, cap = 0;
	int got;

	sql_bind_int(&q, app->id);
	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(&c->arena, all, count, cap);
		all[count++] = (struct carry){ .source = sql_column_copy(&q, 0, &c->arena),
			.image = sql_column_copy(&q, 1, &c->arena),
			.volume = sql_column_copy(&q, 2, &c->arena),
			.label = sql_column_copy(&q, 2, &c->arena),
			.was_empty = sql_column_int(&q, 3) != 0,
			.is_half = sql_column_int(&q, 4) != 0 };
	}
	for (size_t i = 0; i < count && got == 0; i++)
		if (!app->has_failed && !c->outcome->heard)
			got = put_aside(c, app, &all[i], err);
	return got;
}

/* --- making --- */

static int
drop_all_half_filled(struct cutover *c, struct cutover_app *app, struct error *err)
{
	struct cutover_texts volumes = { NULL, 0, 0 };

	if (gather_texts(c,
		"SELECT volume FROM carried JOIN containers c"
		" ON c.name = 'berth-fill-' || volume WHERE app = ?1",
		app, &volumes, err) < 0)
		return -1;
	for (size_t i = 0; i < volumes.count; i++)
		if (drop_half_filled(c, app, volumes.items[i], err) < 0)
			return -1;
	return 0;
}

/* Has Compose make the volumes to be filled that are not there, and no container: each service that has
 * one is scaled to none, of which there is none yet. */
static int
make(struct cutover *c, struct cutover_app *app, struct error *err)
{
	static const char *const words[] = { "{compose}", "up", "--no-start", "--no-deps", "--no-build",
		NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	struct cutover_texts services = { NULL, 0, 0 }, more = { NULL, 0, 0 };

	if (gather_texts(c,
		"SELECT DISTINCT service FROM targets t WHERE app = ?1 AND volume IN ("
		" SELECT volume FROM carried WHERE app = ?1 AND volume <> source)"
		" AND volume NOT IN (SELECT name FROM volumes)",
		app, &services, err) < 0)
		return -1;
	for (size_t i = 0; i < services.count; i++) {
		gather_add(c, &more, STR("--scale"));
		gather_add(c, &more, arena_cat(&c->arena, services.items[i], STR("=0")));
	}
	for (size_t i = 0; i < services.count; i++)
		gather_add(c, &more, services.items[i]);
	if (more.count &&
	    !command_docker(c, app, "Compose makes the volumes, and no container yet", words, more.items,
		more.count, &answer))
		command_tell(c, app, "volumes", COMMAND_FAILED, "Compose could not make them: %.*s",
		    STR_ARG(client_reason(&answer)));
	return 0;
}

int
volumes_carry(struct cutover *c, struct cutover_app *app, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT volume, source, image_id, is_elsewhere,"
	    " volume NOT IN (SELECT name FROM volumes) FROM carried"
	    " WHERE app = ?1 AND volume <> source ORDER BY volume",
	    doing, err);
	int got;

	if (drop_all_half_filled(c, app, err) < 0 || make(c, app, err) < 0)
		return -1;
	sql_bind_int(&q, app->id);
	while ((got = sql_next(&q)) > 0) {
		struct carry v = { .volume = sql_column_copy(&q, 0, &c->arena),
			.source = sql_column_copy(&q, 1, &c->arena),
			.image = sql_column_copy(&q, 2, &c->arena),
			.label = sql_column_copy(&q, 0, &c->arena),
			.is_elsewhere = sql_column_int(&q, 3) != 0,
			.is_gone = c->options->dry_run && sql_column_int(&q, 4) != 0 };

		if (!app->has_failed && !c->outcome->heard && carry(c, app, &v, err) < 0)
			return -1;
	}
	return got;
}

/* --- anonymous volumes --- */

int
volumes_carry_unnamed(struct cutover *c, struct cutover_app *app, struct str inspected, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql,
	    "SELECT json_extract(m.value, '$.Name'), s.volume, s.image_id,"
	    " 'the anonymous volume at ' || s.destination || ' of ' || s.service"
	    " FROM json_each(?2) x, json_each(x.value, '$.Mounts') m JOIN sources s ON s.app = ?1"
	    " AND s.service = json_extract(x.value, '$.Config.Labels.\"com.docker.compose.service\"')"
	    " AND s.number = json_extract(x.value, '$.Config.Labels.\"com.docker.compose.container-number\"')"
	    " AND s.destination = json_extract(m.value, '$.Destination')"
	    " WHERE json_extract(m.value, '$.Type') = 'volume'"
	    " AND json_extract(m.value, '$.Name') <> s.volume"
	    " AND json_extract(x.value, '$.State.StartedAt') LIKE '0001-%'"
	    " AND NOT EXISTS (SELECT 1 FROM targets t WHERE t.app = ?1 AND t.service = s.service"
	    "  AND t.destination = s.destination AND t.volume <> '')",
	    doing, err);
	int got;

	sql_bind_int(&q, app->id);
	sql_bind_str(&q, inspected);
	while ((got = sql_next(&q)) > 0) {
		struct carry v = { .volume = sql_column_copy(&q, 0, &c->arena),
			.source = sql_column_copy(&q, 1, &c->arena),
			.image = sql_column_copy(&q, 2, &c->arena),
			.label = sql_column_copy(&q, 3, &c->arena) };
		int is_known = app->has_failed ? 0 : locate(c, app, &v, err);

		if (is_known < 0)
			return -1;
		if (is_known)
			fill(c, app, &v, exchange_here, (struct str)STR_INIT);
	}
	return got;
}
