/* listeners: what listens on this host.
 * SPDX-License-Identifier: MIT */
#include "engine/listeners.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"
#include "system/folder.h"

enum { TABLE_MAX = 64 << 20, TCP_LISTEN = 0x0A, UDP_BOUND = 0x07 };

/* The hexadecimal digits S, at most eight, as a number. */
static bool
hex_number(struct str s, uint32_t *ret)
{
	char digits[9] = "", *end = digits;

	if (s.len == 0 || s.len >= sizeof digits)
		return false;
	memcpy(digits, s.ptr, s.len);
	*ret = (uint32_t)strtoul(digits, &end, 16);
	return end == digits + s.len;
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

/* HEX, one word of the machine for each eight digits, as an address. That of all IPv6 addresses is that of
 * all of IPv4, too, unless the socket forbids it, which the table does not tell. */
static bool
parse_address(struct str hex, char ret[static LISTENER_ADDRESS])
{
	static const uint32_t mapped[3] = { 0, 0, 0xFFFF0000 }, none[4] = { 0 };
	uint32_t words[4];
	size_t count = hex.len / 8;

	if ((count != 1 && count != 4) || hex.len % 8)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!hex_number(str_sub(hex, 8 * i, 8), &words[i]))
			return false;
	if (count == 4 && memcmp(words, none, sizeof none) == 0)
		*ret = '\0';
	else if (count == 4 && memcmp(words, mapped, sizeof mapped) == 0)
		return inet_ntop(AF_INET, &words[3], ret, LISTENER_ADDRESS) != NULL;
	else
		return inet_ntop(count == 1 ? AF_INET : AF_INET6, words, ret, LISTENER_ADDRESS) != NULL;
	return true;
}

/* `   0: 0100007F:1F90 00000000:0000 0A …`: local address and port, the other side's, state; the tenth is the
 * socket's inode. */
static void
parse_line(struct str line, bool is_tcp, struct listeners *ret)
{
	enum { LOCAL = 1, STATE = 3, INODE = 9, FIELDS };
	struct listener found = { .is_tcp = is_tcp };
	size_t at = 0;
	struct str fields[FIELDS] = { STR_INIT };
	uint32_t port, state;
	size_t colon;

	for (size_t i = 0; i < FIELDS; i++)
		fields[i] = next_field(line, &at);
	colon = str_find(fields[LOCAL], 0, ':');
	if (!hex_number(str_sub(fields[LOCAL], colon + 1, fields[LOCAL].len), &port) || port == 0 ||
	    port >= LISTENERS_PORTS || !hex_number(fields[STATE], &state) ||
	    state != (is_tcp ? (uint32_t)TCP_LISTEN : (uint32_t)UDP_BOUND) ||
	    !parse_address(str_sub(fields[LOCAL], 0, colon), found.address))
		return;
	found.port = (uint16_t)port;
	(void)str_to_uint(fields[INODE], UINT64_MAX, &found.inode);
	MEM_GROW(ret->items, ret->count, ret->cap);
	ret->items[ret->count++] = found;
}

void
listeners_parse(struct str text, bool is_tcp, struct listeners *ret)
{
	for (size_t at = 0; at < text.len;) {
		size_t end = str_find(text, at, '\n');

		parse_line(str_sub(text, at, end - at), is_tcp, ret);
		at = end + 1;
	}
}

int
listeners_read(const char *proc, struct listeners *ret, struct error *err)
{
	static const char *const tables[] = { "tcp", "tcp6", "udp", "udp6" };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		AUTO(buf) path = BUF_INIT;
		AUTO(buf) text = BUF_INIT;
		enum file_outcome outcome;

		buf_printf(&path, "%s/net/%s", proc, tables[i]);
		outcome = file_read(AT_FDCWD, path.ptr, TABLE_MAX, &text, err);
		if (outcome == FILE_FAILED)
			return error_file(err, buf_str(&path));
		if (outcome == FILE_READ)
			listeners_parse(buf_str(&text), i < 2, ret);
	}
	return 0;
}

/* --- whose a socket is --- */

/* The inode of `socket:[12345]`, what the descriptor NAME in the folder FD leads to; 0: it is no socket. */
static uint64_t
socket_at(int fd, const char *name)
{
	static const struct str before = STR_OF("socket:[");
	char link[64];
	ssize_t len = readlinkat(fd, name, link, sizeof link);
	struct str s = { link, len > 0 ? (size_t)len : 0 };
	uint64_t inode = 0;

	if (str_starts(s, before))
		(void)str_to_uint(str_sub(s, before.len, s.len - before.len - 1), UINT64_MAX, &inode);
	return inode;
}

/* Gives NAME to the sockets among the descriptors of the process whose folder of them is FD. */
static void
name_sockets(int fd, struct str name, struct listeners *l, char *buffer)
{
	AUTO(error) err = ERROR_INIT;
	struct folder_entry entry;
	struct folder folder;

	if (folder_open(&folder, fd, "fd", true, buffer, &err) < 0)
		return;
	while (folder_next(&folder, &entry, &err) > 0) {
		uint64_t inode = entry.kind == FOLDER_LINK ? socket_at(folder.fd, entry.name.ptr) : 0;

		for (size_t i = 0; inode && i < l->count; i++)
			if (l->items[i].inode == inode && name.len < LISTENER_PROCESS) {
				memcpy(l->items[i].process, name.ptr, name.len);
				l->items[i].process[name.len] = '\0';
			}
	}
	folder_close(&folder);
}

static void
name_by_process(int proc, const char *pid, struct listeners *l, char *buffer)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) name = BUF_INIT;
	int fd = openat(proc, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (file_read(fd, "comm", TABLE_MAX, &name, &err) == FILE_READ)
		name_sockets(fd, str_trim(buf_str(&name)), l, buffer);
	(void)close(fd);
}

void
listeners_name(const char *proc, struct listeners *l)
{
	AUTO(error) err = ERROR_INIT;
	char *buffers = mem_alloc(2 * FOLDER_BUFFER);
	struct folder_entry entry;
	struct folder folder;

	if (l->count && folder_open(&folder, AT_FDCWD, proc, false, buffers, &err) == 0) {
		while (folder_next(&folder, &entry, &err) > 0)
			if (entry.name.ptr[0] >= '1' && entry.name.ptr[0] <= '9')
				name_by_process(folder.fd, entry.name.ptr, l, buffers + FOLDER_BUFFER);
		folder_close(&folder);
	}
	free(buffers);
}

void
listeners_flag(const struct listeners *l, uint8_t ports[static LISTENERS_PORTS])
{
	for (size_t i = 0; i < l->count; i++)
		ports[l->items[i].port] = 1;
}

void
listeners_release(struct listeners *l)
{
	free(l->items);
	*l = (struct listeners)LISTENERS_INIT;
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
