/* port_set: port numbers as bits.
 * SPDX-License-Identifier: MIT */
#include "scan/port_set.h"

void
port_set_put(struct port_set *set, struct port_range r, bool there)
{
	uint64_t bit = UINT64_C(1) << (r.low % 64);

	if (!r.low || !port_range_is_single(r))
		return;
	if (there)
		set->bits[r.low / 64] |= bit;
	else
		set->bits[r.low / 64] &= ~bit;
}

bool
port_set_has(const struct port_set *set, uint64_t port)
{
	return port < 65536 && (set->bits[port / 64] >> (port % 64) & 1);
}

void
port_set_put_project(struct port_set *set, const struct project *p, bool there)
{
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++)
			port_set_put(set, p->services[i].ports[k].host_port, there);
}
