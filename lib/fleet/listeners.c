/* listeners: the ports that something on this host listens on.
 * SPDX-License-Identifier: MIT */
#include "fleet/listeners.h"

#include <fcntl.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"

enum { TABLE_MAX = 64 << 20, TCP_LISTEN = 0x0A, UDP_BOUND = 0x07 };

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
hex_number(struct str s, unsigned *ret)
{
	unsigned n = 0;

	if (s.len == 0 || s.len > 4)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = hex_digit(s.ptr[i]);

		if (digit < 0)
			return false;
		n = n * 16 + (unsigned)digit;
	}
	*ret = n;
	return true;
}

/* The blank-separated field of LINE at *AT. */
static struct str
next_field(struct str line, size_t *at)
{
	size_t start;

	while (*at < line.len && line.ptr[*at] == ' ')
		++*at;
	start = *at;
	while (*at < line.len && line.ptr[*at] != ' ')
		++*at;
	return str_sub(line, start, *at - start);
}

/* `   0: 0100007F:1F90 00000000:0000 0A …`: local address and port, the other side's, state. */
static void
parse_line(struct str line, bool is_tcp, uint8_t *ports)
{
	size_t at = 0;
	struct str fields[4] = { STR_INIT };
	unsigned port, state;
	size_t colon;

	for (size_t i = 0; i < 4; i++)
		fields[i] = next_field(line, &at);
	colon = str_find(fields[1], 0, ':');
	if (hex_number(str_sub(fields[1], colon + 1, fields[1].len), &port) &&
	    hex_number(fields[3], &state) && state == (is_tcp ? (unsigned)TCP_LISTEN : (unsigned)UDP_BOUND))
		ports[port & 0xFFFF] = 1;
}

void
listeners_parse(struct str text, bool is_tcp, uint8_t ports[static LISTENERS_PORTS])
{
	for (size_t at = 0; at < text.len; ) {
		size_t end = str_find(text, at, '\n');

		parse_line(str_sub(text, at, end - at), is_tcp, ports);
		at = end + 1;
	}
	ports[0] = 0;
}

int
listeners_read(const char *proc, uint8_t ports[static LISTENERS_PORTS], struct error *err)
{
	static const char *const tables[] = { "tcp", "tcp6", "udp", "udp6" };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		AUTO(buf) path = BUF_INIT;
		AUTO(buf) text = BUF_INIT;
		enum file_outcome outcome;

		buf_printf(&path, "%s/net/%s", proc, tables[i]);
		outcome = file_read(AT_FDCWD, path.ptr, TABLE_MAX, &text, err);
		if (outcome == FILE_FAILED)
			return error_place(err, buf_str(&path), 0, 0);
		if (outcome == FILE_READ)
			listeners_parse(buf_str(&text), i < 2, ports);
	}
	return 0;
}

void
listeners_ephemeral(const char *proc, uint16_t *ret_low, uint16_t *ret_high)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) path = BUF_INIT;
	AUTO(buf) text = BUF_INIT;
	uint64_t low, high;
	size_t tab;

	*ret_low = 32768;
	*ret_high = 60999;
	buf_printf(&path, "%s/sys/net/ipv4/ip_local_port_range", proc);
	if (file_read(AT_FDCWD, path.ptr, TABLE_MAX, &text, &err) != FILE_READ)
		return;
	tab = str_find(buf_str(&text), 0, '\t');
	if (str_to_uint(str_trim(str_sub(buf_str(&text), 0, tab)), UINT16_MAX, &low) &&
	    str_to_uint(str_trim(str_sub(buf_str(&text), tab, text.len)), UINT16_MAX, &high) && low <= high) {
		*ret_low = (uint16_t)low;
		*ret_high = (uint16_t)high;
	}
}
