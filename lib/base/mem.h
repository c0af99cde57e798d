/* mem: memory that is there or ends the process, growing arrays, and release at the end of a scope.
 * SPDX-License-Identifier: MIT
 *
 * Out of memory is the one error that lib/ does not return: the process ends with a line on stderr and
 * status 2. That is safe at any moment, because nothing in the fleet is written outside the journal's
 * protection. */
#ifndef BERTH_BASE_MEM_H
#define BERTH_BASE_MEM_H

#include <stddef.h>

/* As malloc, calloc, realloc; never NULL (a size of 0 counts as 1). NMEMB * SIZE is checked for overflow. */
void *mem_alloc(size_t size);
void *mem_zero(size_t nmemb, size_t size);
void *mem_resize(void *old, size_t nmemb, size_t size);
/* LEN bytes of SRC and a final NUL. The caller frees. */
char *mem_dup(const char *src, size_t len);
/* Ends the process as out of memory does. */
_Noreturn void mem_exhausted(void);

/* Where the address sanitizer watches, what is taken has no room behind it: so it sees who reads there. */
#ifdef __SANITIZE_ADDRESS__
enum { MEM_IS_WATCHED = 1 };
#else
enum { MEM_IS_WATCHED = 0 };
#endif

/* The capacity an array of COUNT elements should grow to for one more; at least 8 where nobody
 * watches, never overflows. */
size_t mem_next_capacity(size_t count);

/* Room for one more element behind COUNT in a heap array with capacity CAP (both lvalues). */
#define MEM_GROW(array, count, cap) \
	do { \
		if ((count) >= (cap)) { \
			(cap) = mem_next_capacity(count); \
			(array) = mem_resize((array), (cap), sizeof *(array)); \
		} \
	} while (0)

/* AUTO(noun) v = NOUN_INIT: noun_release(&v) runs when v's scope ends.
 * AUTO_PTR(noun) p = NULL: noun_close(p) does; noun_close takes NULL. Both noun types are struct noun.
 * A noun that is used so says MEM_AUTO(noun) or MEM_AUTO_PTR(noun) once in its header. */
#define AUTO(noun) __attribute__((cleanup(noun##_auto_release))) struct noun
#define AUTO_PTR(noun) __attribute__((cleanup(noun##_auto_close))) struct noun *
#define MEM_AUTO(noun) \
	static inline void noun##_auto_release(struct noun *p) { noun##_release(p); } \
	struct noun
#define MEM_AUTO_PTR(noun) \
	static inline void noun##_auto_close(struct noun **p) { noun##_close(*p); } \
	struct noun

#endif
