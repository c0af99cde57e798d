/* nojit: PCRE2 without its compiler of machine code. For LD_PRELOAD under valgrind.
 * SPDX-License-Identifier: MIT
 *
 * The code that PCRE2's JIT makes reads whole vectors of a subject, past its end but within its page, and
 * masks the rest out: valgrind can neither see that nor say which line did it. Told that there is no JIT,
 * PCRE2 interprets the same patterns in compiled C, which valgrind checks as any other. */
#include <stdint.h>

enum { JIT_BADOPTION = -45 };	/* PCRE2_ERROR_JIT_BADOPTION: what a library built without it answers */

int pcre2_jit_compile_8(void *code, uint32_t options);
int
pcre2_jit_compile_8(void *code, uint32_t options)
{
	(void)code, (void)options;
	return JIT_BADOPTION;
}
