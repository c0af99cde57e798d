/* fuzz: any bytes as a port mapping, before and after interpolation, and as a text with addresses in it.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include "scan/address.h"
#include "syntax/env.h"
#include "base/error.h"
#include "base/port.h"
#include "syntax/interpolation.h"
#include "syntax/mapping.h"

static void
check_mapping(struct arena *a, struct mapping_parser *parser, struct str s)
{
	AUTO(error) err = ERROR_INIT;
	struct mapping m;
	struct mapping_cursor c = MAPPING_CURSOR_INIT(&m);
	struct mapping_port port;
	size_t n = 0;

	if (mapping_parse(parser, s, &m, &err) < 0) {
		CHECK(error_is_set(&err));
		return;
	}
	CHECK(m.container_first > 0 && m.container_last <= 65535 && m.container_first <= m.container_last);
	CHECK(!m.has_host || (m.host_last <= 65535 && m.host_first <= m.host_last));
	CHECK(m.has_host == (m.host_at.len > 0) && span_end(m.host_at) <= m.container_at.off);
	CHECK(span_end(m.container_at) <= s.len);
	CHECK(!m.host_ip.len || mapping_is_address(m.host_ip));
	for (; n < 3 && mapping_next(&c, a, &port) > 0; n++)
		CHECK(port.container >= m.container_first && port.container <= m.container_last);
	CHECK(n > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { .path = STR("app/compose.yaml"), .text = TEXT_INIT };
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	static struct interpolation *ip;	/* kept from run to run: patterns take long to compile */
	static struct mapping_parser *parser;
	static struct address_finder *finder;
	struct address_cursor c;
	struct address address;
	struct trace written, resolved;
	struct env env;
	struct span site;
	struct str s;
	uint16_t first, last;
	int found;

	if (!ip && (interpolation_open(&ip, &err) < 0 || mapping_parser_open(&parser, &err) < 0 ||
	    address_finder_open(&finder, NULL, 0, &err) < 0))
		abort();
	interpolation_reset(ip, &a);
	text_copy(&source.text, (struct str){ (const char *)data, size });
	s = text_str(&source.text);
	written = trace_literal(&a, s, &source, (struct span){ 0, s.len });
	env_init(&env, &a, NULL);
	(void)env_set(&env, STR("P"), trace_none(STR("8003:80")));
	(void)env_set(&env, STR("H"), trace_none(STR("8003")));
	check_mapping(&a, parser, s);
	if (interpolate(ip, written, &env, NULL, &resolved, &err) == 0) {
		check_mapping(&a, parser, resolved.text);
		if (mapping_host_site(ip, written, resolved, &site))
			CHECK(span_end(site) < s.len && s.ptr[span_end(site)] == ':');
	}
	CHECK(!port_range_parse(s, false, &first, &last) || (first > 0 && first <= last));
	c = (struct address_cursor)ADDRESS_CURSOR_INIT(finder, s);
	while ((found = address_next(&c, &address, &err)) > 0) {
		CHECK(span_end(address.host) < address.digits.off && span_end(address.digits) <= s.len);
		CHECK(address.port > 0 && address.port <= 65535);
	}
	text_release(&source.text);
	return 0;
}
