#!/bin/sh
# report-behind: what a database says whose last plan is not what was done to the files last.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

cp -R "$TOP/fixtures/fleets/six/fleet" apps
chmod -R u+w apps
migrate() { scan -q apps | plan -q --no-host-check > plan.csv && apply -q < plan.csv > applied.csv; }
# Only as of which plan it is, and how to ask the files.
dated() {
	report "$@" < /dev/null > got 2> said
	status=$?
	grep -Eq "^report: as of the plan of 20..-..-..T..:..:..Z; berth scan $WORK/apps \| berth report $1 asks the files\$" said &&
		[ "$(wc -l < said)" -eq 1 ] || { cat said; return 2; }
	return $status
}
behind() {
	text=$1
	shift
	report "$@" < /dev/null > got 2> said
	grep -q "$text: this is not what the files say now, which berth scan .*/apps | berth report .* asks" said || { cat said; return 1; }
}

migrate
check 'a plan that is applied: its date is said, and how to ask the files' dated conflicts
check 'nor where it is taken back' eval 'apply -q --undo > undone.csv && ! dated conflicts && [ "$(wc -l < got)" -eq 22 ]'
migrate
plan -q --no-host-check < /dev/null > nothing.csv 2> /dev/null
report -q rebuild < /dev/null > rebuild.csv
report -q volumes < /dev/null > volumes.csv
scan -q apps | plan -q --no-host-check > same.csv
check 'a plan that changes nothing wipes nothing: what is left to do is still known' eval '[ "$(wc -l < same.csv)" -eq 3 ] && [ "$(wc -l < rebuild.csv)" -gt 10 ] && report -q rebuild < /dev/null | diff rebuild.csv - && report -q volumes < /dev/null | diff volumes.csv -'
check 'nor what the page has of before and after' eval 'report -q -f html < /dev/null > got; grep -q "Before the last plan" got && grep -q "<ins>" got'
check 'undone, it tells the way back' eval 'apply -q --undo > undone.csv && report -q rebuild < /dev/null > got && [ "$(wc -l < got)" -eq "$(wc -l < rebuild.csv)" ] && grep -q "becomes app1,berth cutover --only" got'
migrate
mkdir apps/extra
echo 'services: {w: {image: x}}' > apps/extra/compose.yaml
scan -q apps | plan -q --no-host-check > second.csv
apply -q --undo > undone.csv
check 'an older plan taken back: said' behind 'an older plan was applied or taken back since the last one' conflicts
check 'and on the page' eval 'report -q -f html < /dev/null > got; grep -q "This is not what the files say now: an older plan" got'
check '--quiet does not' eval 'report -q conflicts < /dev/null > got 2> said; [ ! -s said ]'
check 'nor what asks the files' eval 'scan -q apps | report conflicts > got 2> said; [ ! -s said ] && [ "$(wc -l < got)" -eq 22 ]'
scan -q apps | plan -q --no-host-check > third.csv
check 'a new plan knows the files' eval '! dated conflicts && [ "$(wc -l < got)" -eq 22 ]'
grep -v ',5003,' third.csv | apply -q --partial > applied.csv
check 'a plan that rows were deleted from: said' behind 'some apps have only a part of the last plan' summary
check 'its app does not count as changed' eval 'report -q changes < /dev/null | grep "/app1,.*,1$" > got; [ ! -s got ]'
check 'the others do' eval 'report -q changes < /dev/null | grep "/app3,.*,1$" > got; [ -s got ]'
check 'taken back: nothing to be said' eval 'apply -q --undo > undone.csv && ! dated conflicts && [ -s said ]'
scan -q apps | plan -q --no-host-check > again.csv
touch -d '2 days' apps/*/app1/.env
check 'files that are newer than the plan: said' behind '2 files are newer than it, as .*/app1/.env' ports
check 'what is of the database alone says no date' eval 'touch -d "2 days ago" apps/*/app1/.env; report changes < /dev/null 2> said > got; [ ! -s said ]'
check 'one file, by its name' eval 'touch -d "2 days" apps/openai*/app1/.env; report ports < /dev/null 2>&1 > got | grep -q "app1/.env is newer than it: this is not"'
mv apps elsewhere
check 'a root that is not at hand: the date alone' dated ports
mv elsewhere apps
rm apps/openai*/app1/.env
migrate
check 'what apply wrote is not newer than what it noted' dated ports
report -f html < /dev/null > page.html 2> said
check 'the page bears the date' grep -Eq 'As of the plan of 20..-..-..T..:..:..Z' page.html
done_testing
