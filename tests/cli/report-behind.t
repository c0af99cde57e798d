#!/bin/sh
# report-behind: what a database says whose last plan is not what was done to the files last.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

cp -R "$TOP/fixtures/fleets/six/fleet" apps
chmod -R u+w apps
migrate() { scan -q apps | plan -q --no-host-check > plan.csv && apply -q < plan.csv > applied.csv; }
silent() { report "$@" < /dev/null > got 2> said && [ ! -s said ]; }
behind() {
	text=$1
	shift
	report "$@" < /dev/null > got 2> said
	grep -q "$text: this is not what the files say now" said || { cat said; return 1; }
}

migrate
check 'a plan that is applied: nothing to be said' silent conflicts
check 'nor where it is taken back' eval 'apply -q --undo > undone.csv && ! silent conflicts && [ ! -s said ] && [ "$(wc -l < got)" -eq 22 ]'
migrate
plan -q --no-host-check < /dev/null > nothing.csv 2> /dev/null
scan -q apps | plan -q --no-host-check > second.csv
apply -q --undo > undone.csv
check 'an older plan taken back: said' behind 'an older plan was applied or taken back since the last one' conflicts
check 'and on the page' eval 'report -q -f html < /dev/null > got; grep -q "This is not what the files say now: an older plan" got'
check '--quiet does not' eval 'report -q conflicts < /dev/null > got 2> said; [ ! -s said ]'
check 'nor what asks the files' eval 'scan -q apps | report conflicts > got 2> said; [ ! -s said ] && [ "$(wc -l < got)" -eq 22 ]'
scan -q apps | plan -q --no-host-check > third.csv
check 'a new plan knows the files' eval '! silent conflicts && [ ! -s said ] && [ "$(wc -l < got)" -eq 22 ]'
grep -v ',5003,' third.csv | apply -q --partial > applied.csv
check 'a plan that rows were deleted from: said' behind 'some apps have only a part of the last plan' summary
check 'its app does not count as changed' eval 'report -q changes < /dev/null | grep "/app1,.*,1$" > got; [ ! -s got ]'
check 'the others do' eval 'report -q changes < /dev/null | grep "/app3,.*,1$" > got; [ -s got ]'
check 'taken back: nothing to be said' eval 'apply -q --undo > undone.csv && ! silent conflicts && [ ! -s said ]'
done_testing
