/* column: what the columns of a record hold.
 * SPDX-License-Identifier: MIT */
#include "stream/column.h"

#include <stdlib.h>
#include <string.h>

/* An enum is read and set as an unsigned int. */
_Static_assert(sizeof(enum column_type) == sizeof(unsigned), "enums have the size of an int");

static const void *
at(const void *record, size_t member)
{
	return (const char *)record + member;
}

static void *
room_for(void *record, size_t member)
{
	return (char *)record + member;
}

unsigned
column_record(const void *record)
{
	return *(const unsigned *)record;
}

static bool
is_there(const struct column *c, const void *record)
{
	return c->flag == 0 || *(const bool *)at(record, c->flag);
}

uint64_t
column_number(const struct column *c, const void *record, bool *ret_known)
{
	const void *member = at(record, c->member);
	uint64_t n = c->type == COLUMN_NUMBER ? *(const uint64_t *)member : *(const size_t *)member;

	*ret_known = c->type == COLUMN_POSITION ? n != 0 : is_there(c, record);
	return n;
}

static struct str
word_of(const struct column *c, const void *record)
{
	unsigned value = *(const unsigned *)at(record, c->member);

	if (value < c->words->count)
		return c->words->words[value];
	return c->other ? *(const struct str *)at(record, c->other) : (struct str)STR_INIT;
}

struct str
column_text(const struct column *c, const void *record, union column_room *room)
{
	bool is_known;
	uint64_t n;

	switch (c->type) {
	case COLUMN_TEXT:
		return column_str(c, record);
	case COLUMN_WORD:
		return word_of(c, record);
	case COLUMN_PORTS:
		return port_range_text(&room->ports, *(const struct port_range *)at(record, c->member));
	case COLUMN_FLAG:
		return *(const bool *)at(record, c->member) ? STR("yes") : (struct str)STR_INIT;
	case COLUMN_DIGEST:
		if (!is_there(c, record))
			return (struct str)STR_INIT;
		text_digest_format(*(const uint64_t *)at(record, c->member), room->digest);
		return (struct str){ room->digest, TEXT_DIGEST_SIZE - 1 };
	case COLUMN_NUMBER:
	case COLUMN_POSITION:
	case COLUMN_OFFSET:
	case COLUMN_LENGTH:
		n = column_number(c, record, &is_known);
		return is_known ? str_from_uint(&room->number, n) : (struct str)STR_INIT;
	}
	abort();
}

static size_t
search(const struct column_words *w, struct str word)
{
	size_t low = 0, high = w->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(w->words[mid], word);

		if (c == 0)
			return mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return w->count;
}

size_t
column_word(const struct column_words *w, struct str word)
{
	size_t i = 0;

	if (w->is_sorted)
		return search(w, word);
	while (i < w->count && !str_eq(word, w->words[i]))
		i++;
	return i;
}

static int
set_word(const struct column *c, void *record, struct str text)
{
	size_t value = column_word(c->words, text);

	if (value == c->words->count && !c->words->is_open)
		return -1;
	*(unsigned *)room_for(record, c->member) = (unsigned)value;
	if (value == c->words->count && c->other)
		*(struct str *)room_for(record, c->other) = text;
	return 0;
}

void
column_set_number(const struct column *c, void *record, uint64_t n)
{
	void *member = room_for(record, c->member);

	if (c->type == COLUMN_NUMBER)
		*(uint64_t *)member = n;
	else
		*(size_t *)member = (size_t)n;
	if (c->type == COLUMN_OFFSET)
		*(bool *)room_for(record, c->flag) = true;
}

static int
set_number(const struct column *c, void *record, struct str text)
{
	uint64_t n;

	if (text.len == 0)
		return 0;
	if (!str_to_uint(text, SIZE_MAX / 2, &n))
		return -1;
	column_set_number(c, record, n);
	return 0;
}

static int
set_digest(const struct column *c, void *record, struct str text)
{
	if (text.len == 0)
		return 0;
	if (!text_digest_parse(text, room_for(record, c->member)))
		return -1;
	*(bool *)room_for(record, c->flag) = true;
	return 0;
}

int
column_set(const struct column *c, void *record, struct str text)
{
	switch (c->type) {
	case COLUMN_TEXT:
		*(struct str *)room_for(record, c->member) = text;
		return 0;
	case COLUMN_WORD:
		return set_word(c, record, text);
	case COLUMN_PORTS:
		*(struct port_range *)room_for(record, c->member) = port_range_of(text);
		return 0;
	case COLUMN_FLAG:
		*(bool *)room_for(record, c->member) = text.len > 0;
		return text.len == 0 || str_eq(text, STR("yes")) ? 0 : -1;
	case COLUMN_DIGEST:
		return set_digest(c, record, text);
	case COLUMN_NUMBER:
	case COLUMN_POSITION:
	case COLUMN_OFFSET:
	case COLUMN_LENGTH:
		return set_number(c, record, text);
	}
	abort();
}

const struct column *
column_find(const struct column_table *t, struct str name)
{
	for (size_t i = 0; i < t->count; i++)
		if (str_eq(name, str_from(t->columns[i].name)))
			return &t->columns[i];
	return NULL;
}
