/* host: words of a text, and whether what it says of one is that it is the name of a host or container.
 * SPDX-License-Identifier: MIT */
#include "scan/host.h"

#define DIGITS "0123456789"

/* A port below this is rather the version of an image: `postgres:15`. */
enum { PORT_MIN = 80 };

/* Parts of a key, between what is no letter, that say what it holds: of a host the last one. */
static const char *const hosts[] = { "host", "hosts", "hostname", "hostnames", "server", "servers", "addr",
	"addrs", "address", "addresses", "endpoint", "endpoints", "upstream", "upstreams", "broker",
	"brokers", "node", "nodes", "peer", "peers", "seeds", "sentinel", "sentinels", "url", "urls", "uri",
	"dsn", NULL };
static const char *const containers[] = { "container", "containers", "depends", NULL };
static const char *const networks[] = { "network", "networks", NULL };
static const char *const volumes[] = { "volume", "volumes", NULL };
static const char *const images[] = { "image", "images", "tag", "tags", "version", "from", NULL };
/* What the last part of a key may be that holds the name of one of these. */
static const char *const named[] = { "container", "containers", "network", "networks", "volume", "volumes",
	"name", "names", "on", "list", "target", "targets", NULL };
/* What is called like the app often enough, and is no host; nor may these be shown. */
static const char *const others[] = { "name", "user", "username", "db", "database", "dbname", "schema",
	"title", "pass", "password", "passwd", "pwd", "secret", "key", "token", "bucket", "realm", "prefix",
	"topic", "queue", "index", "namespace", "virtual", "letsencrypt", "domain", "path", "dir", "role",
	"type", "mode", "env", "group", "owner", "id", "project", "app", "site", NULL };

/* What holds a user with a password, which may be a number: `shop:8080`. */
static const char *const credentials[] = { "auth", "credential", "credentials", "login", "user", "users",
	"username", "pass", "password", "passwd", "secret", "token", NULL };
/* Schemes behind which no host stands, but a bucket, a file, an image or whatever else. */
static const char *const unreached[] = { "s3", "s3a", "s3n", "gs", "gcs", "abfs", "abfss", "wasb", "wasbs",
	"az", "azblob", "b2", "oss", "cos", "r2", "swift", "sqs", "sns", "dynamodb", "kinesis", "file",
	"sqlite", "sqlite3", "duckdb", "memory", "mem", "docker", "oci", "image", "vault", "secret",
	"secrets", "ssm", "env", "otpauth", "data", "urn", "arn", "app", "android", "mailto", "tel",
	NULL };

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_alnum(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static bool
is_of_word(char c)
{
	return is_alnum(c) || c == '_' || c == '.' || c == '-';
}

/* Behind the word that goes on at FROM. */
static size_t
word_end(struct str text, size_t from)
{
	while (from < text.len && is_of_word(text.ptr[from]))
		from++;
	return from;
}

static bool
is_one_of(struct str part, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_fold(part, str_from(*words)))
			return true;
	return false;
}

/* The next part of KEY from *AT on: letters alone, up to where lower case turns into upper case. */
static bool
next_part(struct str key, size_t *at, struct str *ret)
{
	size_t start = *at, end;

	while (start < key.len && !is_letter(key.ptr[start]))
		start++;
	for (end = start; end < key.len && is_letter(key.ptr[end]); end++)
		if (end > start && key.ptr[end] <= 'Z' && key.ptr[end - 1] >= 'a')
			break;
	*ret = str_sub(key, start, end - start);
	*at = end;
	return end > start;
}

static bool
has_part(struct str key, const char *const *words)
{
	struct str part;

	for (size_t at = 0; next_part(key, &at, &part); )
		if (is_one_of(part, words))
			return true;
	return false;
}

static bool
last_part_is(struct str key, const char *const *words)
{
	struct str part, last = STR_INIT;

	for (size_t at = 0; next_part(key, &at, &part); )
		last = part;
	return is_one_of(last, words);
}

/* Whether KEY holds names of WHAT: `NETWORK`, `network_name`. */
static bool
holds_names(struct str key, const char *const *what)
{
	return has_part(key, what) && last_part_is(key, named);
}

static bool
ends_as_host(struct str key)
{
	static const struct str ends[] = { STR_OF("host"), STR_OF("server"), STR_OF("addr") };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (key.len >= ends[i].len &&
		    str_eq_fold(str_sub(key, key.len - ends[i].len, ends[i].len), ends[i]))
			return true;
	return false;
}

/* Whether KEY holds hosts: its words say so, and none says otherwise. */
static bool
holds_hosts(struct str key)
{
	static const char *const not[] = { "virtual", "letsencrypt", "name", "key", "secret", "token", "pass",
		"password", NULL };

	return (last_part_is(key, hosts) || ends_as_host(key)) && !has_part(key, not);
}

bool
host_next_word(struct str text, size_t *at, struct span *ret)
{
	size_t start = *at, end;

	while (start < text.len && !is_alnum(text.ptr[start]))
		start++;
	end = word_end(text, start);
	*at = end;
	while (end > start && !is_alnum(text.ptr[end - 1]))
		end--;
	*ret = (struct span){ start, end - start };
	return end > start;
}

bool
host_is_word(struct str text, struct span at)
{
	size_t end = span_end(at);

	return (at.off == 0 || !is_of_word(text.ptr[at.off - 1])) &&
	    (end >= text.len || !is_of_word(text.ptr[end]));
}

static char
char_at(struct str s, size_t at)
{
	return at < s.len ? s.ptr[at] : '\0';
}

/* Where the colon behind END is, which may have a backslash before it; END: none is there. */
static size_t
colon_behind(struct str text, size_t end)
{
	return str_starts(str_sub(text, end, 2), STR("\\:")) ? end + 1 : end;
}

/* The port behind a word that ends at END: `:5432`; 0: there is none. */
static uint64_t
port_behind(struct str text, size_t end)
{
	size_t colon = colon_behind(text, end), digits = colon + 1, last;
	uint64_t port;

	if (char_at(text, colon) != ':')
		return 0;
	last = str_skip(text, digits, STR(DIGITS));
	if (last == digits || is_of_word(char_at(text, last)) ||
	    !str_to_uint(str_sub(text, digits, last - digits), 65535, &port))
		return 0;
	return port;
}

/* Bytes of a user with a password that are looked through. */
enum { USER_MAX = 512 };

/* Whether the word is a user, as an `@` is still to come in the address that it stands in. */
static bool
is_user(struct str text, struct span w)
{
	static const struct str ends = STR_OF("/?#&,;|()<>\"' \t\r\n");
	size_t at = span_end(w), last = at + USER_MAX;

	while (at < text.len && at < last && text.ptr[at] != '@' && !str_has(ends, text.ptr[at]))
		at++;
	return char_at(text, at) == '@';
}

/* Whether the word is the host of an address with a scheme or a user: `//word`, `user:pw@word:1`. */
static bool
stands_in_url(struct str text, struct span w)
{
	char behind = char_at(text, colon_behind(text, span_end(w)));
	bool ends = !behind || str_has(STR(":/,?#; \t\n\"')|"), behind);

	if (w.off >= 2 && str_eq(str_sub(text, w.off - 2, 2), STR("//")))
		return ends;
	return w.off >= 2 && text.ptr[w.off - 1] == '@' && ends &&
	    (str_search(text, 0, STR("://")) < w.off || port_behind(text, span_end(w)));
}

/* The scheme of the address that the word stands in: what is before the last `://` before it. */
static struct str
scheme_before(struct str text, size_t at)
{
	size_t end = at, start, first = at > USER_MAX ? at - USER_MAX : 0;

	while (end > first && !str_starts(str_sub(text, end, 3), STR("://")))
		end--;
	start = end;
	while (start > 0 && (is_of_word(text.ptr[start - 1]) || text.ptr[start - 1] == '+'))
		start--;
	return str_sub(text, start, end - start);
}

/* Whether nothing but separators stands next to the word. */
static bool
stands_free(struct str text, struct span w)
{
	return w.off == 0 || str_has(STR(" \t\n,;=([{\"'|<>"), text.ptr[w.off - 1]);
}

/* The word before the one at AT, where `=` or `:` stands between the two (`host=db`, `"host": "db"`), or
 * nothing but blanks behind an option (`-h db`); empty: none is. With its dashes. */
static struct str
key_before(struct str text, size_t at)
{
	size_t end = at, start;
	bool binds = false;

	while (end > 0 && str_has(STR(" \t\"'=:"), text.ptr[end - 1])) {
		end--;
		binds = binds || text.ptr[end] == '=' || text.ptr[end] == ':';
	}
	for (start = end; start > 0 && is_of_word(text.ptr[start - 1]); )
		start--;
	if (start == end || (!binds && text.ptr[start] != '-'))
		return (struct str)STR_INIT;
	return str_sub(text, start, end - start);
}

static bool
is_option_of_host(struct str option)
{
	if (!str_starts(option, STR("-")))
		return false;
	return str_eq(option, STR("-h")) || str_eq(option, STR("-H")) || holds_hosts(option);
}

static bool
is_number(struct str s)
{
	return s.len && str_is_made_of(s, STR(DIGITS));
}

/* The word that is parted from the one that ends at END by blanks alone. */
static struct str
word_behind(struct str text, size_t end)
{
	size_t start = str_skip(text, end, STR(" \t"));

	return start == end ? (struct str)STR_INIT
			    : str_sub(text, start, word_end(text, start) - start);
}

/* Whether TEXT is nothing but words, ports and what parts them. */
static bool
is_list(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_of_word(text.ptr[i]) && !str_has(STR(",;: \t"), text.ptr[i]))
			return false;
	return true;
}

/* Of what is run: a word that an option names, or that a port follows. */
static enum host_sense
sense_of_argument(const struct host_text *t, struct span w)
{
	bool is_whole = w.len == t->text.len;
	struct str option = is_whole ? t->before : key_before(t->text, w.off);
	struct str behind = is_whole ? t->behind : word_behind(t->text, span_end(w));

	if (is_option_of_host(option) || (w.off > 0 && is_number(behind)) || (is_whole && is_number(behind)))
		return HOST_SURE;
	/* the first word is the program */
	return w.off > 0 || (is_whole && t->before.len) ? HOST_MAYBE : HOST_NOT;
}

/* Of a setting, in which nothing stands next to the word. */
static enum host_sense
sense_of_value(const struct host_text *t, struct span w)
{
	bool is_whole = w.len == str_trim(t->text).len;

	if (!is_list(t->text))
		return holds_hosts(key_before(t->text, w.off)) ? HOST_SURE : HOST_NOT;
	if (holds_names(t->key, networks))
		return HOST_NETWORK;
	if (holds_names(t->key, volumes))
		return HOST_VOLUME;
	if (holds_names(t->key, containers))
		return HOST_CONTAINER;
	if (holds_hosts(t->key))
		return HOST_SURE;
	return is_whole && !t->is_label && !has_part(t->key, others) && !has_part(t->key, images) ? HOST_MAYBE
											    : HOST_NOT;
}

enum host_sense
host_sense(const struct host_text *t, struct span w)
{
	uint64_t port = port_behind(t->text, span_end(w));

	if (is_user(t->text, w))
		return HOST_NOT;
	if (stands_in_url(t->text, w))
		return is_one_of(scheme_before(t->text, w.off), unreached) && !port ? HOST_NOT : HOST_SURE;
	if (!stands_free(t->text, w))
		return HOST_NOT;
	if (port && has_part(t->key, images))
		return HOST_NOT;
	if (port && has_part(t->key, credentials) && !holds_hosts(t->key))
		return HOST_MAYBE;
	if (port)
		return port >= PORT_MIN || holds_hosts(t->key) ? HOST_SURE : HOST_MAYBE;
	if (str_has(STR(":/"), char_at(t->text, span_end(w))))
		return HOST_NOT;
	return t->runs ? sense_of_argument(t, w) : sense_of_value(t, w);
}
