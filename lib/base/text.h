/* text: the bytes of one file as it was read, its digest and its lines.
 * SPDX-License-Identifier: MIT
 *
 * A text owns its bytes and is never modified; spans into it stay valid as long as it does. */
#ifndef BERTH_BASE_TEXT_H
#define BERTH_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/place.h"

struct error;

/* The largest file that is read as a compose file or .env, in bytes; a larger one is an error before it is
 * read. */
#define TEXT_MAX ((size_t)16 << 20)

struct text {
	char *ptr;		/* owned; NUL behind the last byte; NULL where the file is not there */
	size_t len;
	size_t *lines;		/* private: where each line begins, made by the first text_position */
	size_t line_count;	/* private */
};

#define TEXT_INIT { NULL, 0, NULL, 0 }

/* xxh3: followed by 16 hex digits and a NUL. */
enum { TEXT_DIGEST_SIZE = sizeof "xxh3:0123456789abcdef" };

/* TEXT becomes a copy of S. */
void text_copy(struct text *, struct str s);
void text_release(struct text *);
struct str text_str(const struct text *);
/* The bytes of S, borrowed from the text. A span outside the text is a bug and aborts. */
struct str text_span(const struct text *, struct span s);
/* Line and column (both from 1, the column in bytes) of byte OFF; lines end at LF alone, as editors and
 * compilers count. A byte order mark counts as no column. OFF may be the text's length. Not for two
 * threads at once on one text. */
void text_position(struct text *, size_t off, size_t *ret_line, size_t *ret_column);
/* Whether byte OFF is of a line whose first character is a #, blanks passed over: 4096 at most, so that it
 * may be asked of every byte of a long line. As text_position not for two threads at once. */
bool text_is_comment(struct text *, size_t off);
/* Where a byte order mark ends: 3 or 0. */
size_t text_bom(const struct text *);

/* XXH3 (64 bits) of the bytes, as in the digest column of the streams. */
uint64_t text_digest(struct str bytes);
/* The digest of bytes that come in parts. */
struct text_digester;
struct text_digester *text_digester_open(void);
void text_digester_add(struct text_digester *, struct str bytes);
uint64_t text_digester_end(const struct text_digester *);
void text_digester_close(struct text_digester *);
void text_digest_format(uint64_t digest, char ret[static TEXT_DIGEST_SIZE]);
/* Whether S is a digest as text_digest_format writes it. */
bool text_digest_parse(struct str s, uint64_t *ret);

MEM_AUTO(text);
MEM_AUTO_PTR(text_digester);

#endif
