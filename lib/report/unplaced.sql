-- unplaced: a name that the folder gives stands in no file: its app's compose file is where one would write another.
-- SPDX-License-Identifier: MIT
UPDATE clashes SET file = coalesce((SELECT f.file FROM berth_shown f WHERE f.record = 'file' AND f.app = clashes.app
	AND f.role = 'compose' AND f.digest <> '' LIMIT 1), '')
WHERE file = '';
UPDATE clashes SET other_file = coalesce((SELECT f.file FROM berth_shown f WHERE f.record = 'file' AND f.app = clashes.other_app
	AND f.role = 'compose' AND f.digest <> '' LIMIT 1), '')
WHERE other_file = '';
