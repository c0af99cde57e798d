/* internal: the registry's handle and the names of its statements, for the sources of this room.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_STORE_INTERNAL_H
#define BERTH_STORE_INTERNAL_H

#include "store/columns.h"
#include "system/sql.h"

enum store_statement {
	Q_PAIRS,
	Q_PARK_PAIR,
	Q_UPDATE_PAIR,
	Q_INSERT_PAIR,
	Q_HAS_PAIR,
	Q_DELETE_PAIR,
	Q_DELETE_APP,
	Q_FORGET_APP,
	Q_MOVE_APP,
	Q_MOVE_PAIR,
	Q_GIVE_NAMES,
	Q_KEEP_PROJECT,
	Q_ROOTS,
	Q_READ_JSON,
	Q_PORTS,
	Q_FORMER,
	Q_NAMES,
	Q_APPS,
	Q_DROP_IDENTITY,
	Q_PUT_APP,
	Q_CLEAR_PORTS,
	Q_CLEAR_NAMES,
	Q_PUT_PORT,
	Q_PUT_FORMER,
	Q_PUT_NAME,
	Q_TAKE_NAME,
	Q_HOST,
	Q_PUT_HOST,
	Q_PLAN_KNOWN,
	Q_PUT_ROOT,
	Q_HAS_ROOT,
	Q_HAS_SEALS,
	Q_SEAL,
	Q_PUT_SEAL,
	Q_DROP_SEALS,
	Q_MARK_PLAN,
	Q_MARK_BEHIND,
	Q_MARK_TIME,
	Q_MARK_APP,
	Q_DROP_PLAN_APPS,
	Q_DROP_FINDINGS,
	Q_DROP_CHANGES,
	Q_DROP_BEHIND,
	Q_PUT_PART,
	Q_PUT_PLAN,
	Q_IS_DONE,
	Q_OUTCOMES,
	Q_PUT_PLAN_APP,
	Q_FINDING_COLUMNS,
	Q_CHANGE_COLUMNS,
	Q_PUT_FINDING,
	Q_PUT_CHANGE,
	Q_DROP_SAME_AUDIT,
	Q_PUT_AUDIT,
	Q_DROP_OLD_AUDITS,
	Q_PUT_AUDIT_CLASH,
	Q_COUNT_AUDIT,
	Q_COUNT
};

struct store {
	struct sql *db;
	bool is_new;			/* see store_is_new */
	/* of berth_findings and berth_changes, once they are asked for */
	struct columns findings, changes;
	uint64_t *seal;			/* of the plan whose changes are being put; owned */
	size_t seal_count, seal_cap;
};

#endif
