/* mem: memory that is there or ends the process.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void
mem_exhausted(void)
{
	static const char said[] = "berth: out of memory; nothing is left half done\n";

	/* write, not stdio: the buffers may be what could not be had. A failure to say so changes nothing. */
	if (write(STDERR_FILENO, said, sizeof said - 1) < 0)
		_exit(2);
	_exit(2);
}

void *
mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *
mem_zero(size_t nmemb, size_t size)
{
	void *p = calloc(nmemb ? nmemb : 1, size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *
mem_resize(void *old, size_t nmemb, size_t size)
{
	void *p;

	if (size && nmemb > SIZE_MAX / size)
		mem_exhausted();
	p = realloc(old, nmemb && size ? nmemb * size : 1);
	if (!p)
		mem_exhausted();
	return p;
}

char *
mem_dup(const char *src, size_t len)
{
	char *p;

	if (len == SIZE_MAX)
		mem_exhausted();
	p = mem_alloc(len + 1);
	if (len)
		memcpy(p, src, len);
	p[len] = '\0';
	return p;
}

size_t
mem_next_capacity(size_t count)
{
	if (MEM_IS_WATCHED && count < 256)	/* a long one would be copied too often */
		return count + 1;
	if (count < 8)
		return 8;
	if (count > SIZE_MAX / 2)
		mem_exhausted();
	return count + count / 2 + 1;
}
