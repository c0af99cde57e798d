#!/bin/sh
# hosts: whose a stream, a plan and a registry is, and reports over the streams of many hosts.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# app FOLDER PORT…: an app of literal ports, a service for each.
app() {
	mkdir -p "$1"
	folder=$1
	shift
	{
		echo 'services:'
		for p; do printf '  s%s:\n    image: x\n    ports: ["%s"]\n' "${p#*:}" "$p"; done
	} >"$folder/compose.yaml"
}
# said FILE COLUMN: what the fleet record has there. anonymous FILE: without its host.
said() { awk -F, -v "name=$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } NR == 2 { print $at }' "$1"; }
anonymous() {
	awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR == 2 { $at["host"] = $at["scanned"] = "" } { print }' "$1"
}
fleet() { sed -n 's/^fleet,.*,\(.*\)$/\1/p' "$1"; }

app one/m/app1 7000:80
app one/m/app2 7000:81
app two/m/app1 7000:80

# --- whose a stream is ---

berth scan -q one >none.csv
berth scan -q --host-name h1 one >h1.csv
named() {
	berth scan -q one | cmp - none.csv && [ "$(said none.csv host)$(said none.csv scanned)" = '' ] && [ "$(said h1.csv host)" = h1 ] &&
	    said h1.csv scanned | grep -qx '20[0-9-]*T[0-9:]*Z' && [ "$(grep -c ',h1,20' h1.csv)" = 1 ] && anonymous h1.csv | cmp - none.csv
}
check "scan --host-name names the host in the fleet record, with the time; without it a scan says the same bytes each time" named
from_environment() {
	BERTH_HOST=h9 berth scan -q one | sed -n 2p | grep -q ',h9,' && BERTH_HOST=h9 berth scan -q --host-name h1 --host-name h2 one |
	    sed -n 2p | grep -q ',h1,'
}
check "else \$BERTH_HOST does; of several --host-name the first" from_environment
mkdir -p names/a names/web
cat >names/a/compose.yaml <<'END'
services:
  web:
    image: x
    ports: ["80:80"]
  reader:
    image: x
    environment: {A: "http://web:80", B: "http://nas.lan:80", C: "http://far:80"}
END
addresses() { berth scan -q "$@" names | grep '^reference,' | grep -v 'may be another machine' | cut -d , -f 11,12 | sort | tr '\n' ' '; }
aliases() {
	[ "$(addresses --host-name web)" = '' ] && [ "$(addresses --host-name nas.lan)" = 'nas.lan:80,B ' ] &&
	    [ "$(addresses --host-name h1 --host-alias nas.lan --host-alias far)" = 'far:80,C nas.lan:80,B ' ] && [ "$(BERTH_HOST=nas.lan addresses)" = '' ]
}
check "a name is also one that the host is reached by, but not where a service is called so; \$BERTH_HOST only names" aliases

# --- whose a registry and a plan is ---

berth scan -q --host-name h2 one >h2.csv
old() { berth plan -q --db r.db none.csv >none.plan && fleet none.plan | grep -qx ''; }
check "where nobody says a host a plan is nobody's" old
first() { berth plan -q --db r.db h1.csv >h1.plan && fleet h1.plan | grep -qx h1 && berth plan -q --db r.db none.csv >again.plan && fleet again.plan | grep -qx h1; }
check "a registry that is nobody's yet is the host's of the first findings that say one, and so is each plan from then on" first
check "findings of another host are refused with both names" says 2 "r.db: this registry is h1's, and these findings are h2's" berth plan -q --db r.db h2.csv
dry() {
	berth plan -q --db dry.db none.csv >/dev/null && berth plan -qn --db dry.db h2.csv >/dev/null && berth plan -q --db dry.db h1.csv >/dev/null
}
check "a dry run notes no host" dry
berth scan -q --host-name h1 two >gone1.csv
berth scan -q --host-name h2 two >gone2.csv
sed "2s|$PWD/two|$PWD/one|" gone2.csv >moved2.csv
anonymous gone1.csv | sed "2s|$PWD/two|$PWD/one|" >moved.csv
sed "2s|$PWD/two|$PWD/one|" gone1.csv >moved1.csv
check "--prune frees nothing by another host's findings" says 2 "h1's, and these findings are h2's" berth plan -q --db r.db --prune moved2.csv
check "nor by findings that do not say whose they are" says 2 'do not say whose they are: berth scan --host-name h1' berth plan -q --db r.db --prune moved.csv
pruned() {
	[ "$(sqlite3 r.db 'SELECT count(*) FROM berth_apps')" = 2 ] && berth plan -q --db r.db --prune moved1.csv &&
	    [ "$(sqlite3 r.db 'SELECT model, app_num FROM berth_apps')" = 'm|1' ]
}
check "by its own host's it frees what is gone" pruned
cp -R one kept
wrong() {
	says 2 'h1.plan: this plan is for h1, and this host is h2' berth apply --db r.db --host-name h2 h1.plan && same one kept &&
	    BERTH_HOST=h2 says 2 'this plan is for h1' berth apply -n --db r.db h1.plan && [ ! -e r.db.runs ]
}
check "apply refuses another host's plan, a dry run too, and touches nothing" wrong
conf() {
	mkdir conf && echo 'host-name h2' >conf/berth.conf && cp r.db conf/ &&
	    BERTH_CONFIG=conf/berth.conf says 2 'this plan is for h1, and this host is h2' berth apply -n --db r.db h1.plan &&
	    BERTH_CONFIG=conf/berth.conf berth scan -q one | sed -n 2p | grep -q ',h2,'
}
check "the file of options may name the host, for scan and apply" conf
check "a plan that is nobody's it takes" ends 0 env BERTH_HOST=h2 berth apply -q --db r.db -n none.plan
check "its own host's as well" ends 0 env BERTH_HOST=h2 berth apply -q --db r.db --host-name h1 h1.plan
app three/m/app1 7000:80
app three/m/app2 7000:81
check "migrate is of the host that it is told, whatever \$BERTH_HOST says" ends 0 env BERTH_HOST=h2 berth migrate -q --db m.db --host-name h1 three

# --- reports over many ---

# loses PATTERN COMMAND…: a host is left out, and named: status 2, with the rest in said.
loses() {
	pattern=$1
	got=0
	shift
	"$@" >said 2>err || got=$?
	cat said err
	[ $got = 2 ] && grep -q "$pattern" err
}
# ask REPORT OPTION…: of the streams in all.csv.
ask() {
	name=$1
	shift
	berth report -q "$name" "$@" --findings all.csv
}
app a/m/app1 7000:80
app a/m/app2 7000:81
app a/n/app9 7001:80 7002:81
app b/m/app1 7000:80
app b/m/app2 7005:81
app c/m/app1 7003:80 7003:81
berth scan -q --host-name h1 a >h1.csv
berth scan -q --host-name h2 b >h2.csv
berth scan -q --host-name h3 c >h3.csv
cat h1.csv h2.csv h3.csv >all.csv
conflicts() {
	ends 1 ask conflicts >all.said && head -n 1 all.said | grep -q ',other_length,host$' && [ "$(sed 1d all.said | cut -d , -f 1,2,20)" = "$(
	    printf 'port,7000/tcp,h1\nport,7003/tcp,h3\n')" ]
}
check "clashes are each host's own, and a column behind the others says whose; the same port on two hosts is none" conflicts
alone() { berth report -q conflicts <h1.csv >one.said; ! grep -q ',host$' one.said && sed '1s/,host$//; s/,h1$//; /,h3$/d' all.said | cmp - one.said; }
check "of one host there is no such column, and the rows are the same" alone
files() { ends 1 berth report -q conflicts --findings h1.csv --findings h2.csv --findings h3.csv >files.said && cmp files.said all.said; }
check "--findings may be given for each host" files
parts() {
	cat h2.csv h3.csv >rest.csv
	berth report -q conflicts --findings rest.csv --findings - <h1.csv >parts.said || :
	sed 1d all.said | sort >want && sed 1d parts.said | sort | cmp - want
}
check "a file may hold several" parts
same_names() {
	anonymous h1.csv >web.csv && anonymous h3.csv >db && berth report -q hosts --findings web.csv --findings db >said ||
	    :
	[ "$(cut -d , -f 1 said | tr '\n' ' ')" = 'host web db ' ]
}
check "findings that do not say their host are called as their file" same_names
nobody() { cat web.csv db | says 2 'stream 1 is left out: it does not say whose it is: run berth scan --host-name' berth report -q hosts && [ ! -s out ]; }
check "without a file's name they are refused" nobody
twice() { cat h1.csv h2.csv h1.csv | loses 'h1 is left out: a second stream of h1' berth report -q hosts && [ "$(wc -l <said)" = 3 ]; }
check "a second stream of one host is left out, and said" twice

# cut FILE BYTES: what is left when so many are missing at its end.
cut_at() { head -c $(($(wc -c <"$1") - $2)) "$1"; }
damaged() {
	for missing in 1 2 40 300 700 1000; do
		{ cat h1.csv; cut_at h3.csv $missing; cat h2.csv; } >cut.csv
		loses 'h3 is left out: ' berth report -q hosts <cut.csv || return 1
		[ "$(cut -d , -f 1 said | tr '\n' ' ')" = 'host h1 h2 ' ] || { echo "$missing"; cat said; return 1; }
	done
}
check "one that ends early is named, the others are reported, status 2" damaged
last() { { cat h1.csv; cut_at h3.csv 200; } | loses 'h3 is left out: ' berth report -q conflicts && [ "$(sed 1d said | cut -d , -f 20)" = h1 ]; }
check "the last one, too" last
first() { { cut_at h3.csv 200; cat h1.csv; } | loses 'h3 is left out: ' berth report -q conflicts && [ "$(sed 1d said | cut -d , -f 20)" = h1 ]; }
check "and the first one" first
check "one alone that ends early is an error as ever" says 2 'stop early\|ends inside\|damaged' sh -c 'head -c 2000 h1.csv | berth report -q conflicts'
unread() { loses 'stream 2 is left out: .*absent.csv' berth report -q hosts --findings h1.csv --findings absent.csv --findings h3.csv && [ "$(wc -l <said)" = 3 ]; }
check "a file that is not there costs no other" unread
garbled() { { cat h1.csv; echo 'ssh: connect to host h2 port 22: No route to host'; cat h3.csv; } | loses 'left out' berth report -q hosts && grep -q '^h3,' said; }
check "nor does what an ssh says in between" garbled
older() {
	awk -F, -v OFS=, '{ NF--; print }' h2.csv >older.csv
	{ cat h1.csv older.csv; cat h3.csv; } | ends 1 berth report -q hosts >said && [ "$(cut -d , -f 1 said | tr '\n' ' ')" = 'host h1 h2 h3 ' ]
}
check "streams of berths of several versions go together" older

hosts() {
	ends 1 ask hosts >said && [ "$(sed "s|$PWD/||; s/20[0-9-]*T[0-9:]*Z/T/" said)" = "$(printf '%s\n' host,root,scanned,apps,ports,conflicts,problems \
	    h1,a,T,3,4,1,0 h2,b,T,2,2,0,0 h3,c,T,1,2,1,0)" ]
}
check "report hosts has a row for each, with its root, when it was scanned and what is wrong there" hosts
placement() {
	ask placement >said && [ "$(cut -d , -f 1,2,6-9 said)" = "$(printf '%s\n' model,app_num,ports,hosts,same,host m,1,7000,3,no,h1 m,1,7000,3,no,h2 \
	    m,1,7003,3,no,h3 m,2,7000,2,no,h1 m,2,7005,2,no,h2 'n,9,7001 7002,1,,h1')" ]
}
check "report placement shows an app of two hosts, and whether it has the same ports there" placement
check "one host has both, too" sh -c '[ "$(berth report -q placement <h1.csv | wc -l)" = 4 ] && [ "$(berth report -q hosts <h1.csv | wc -l)" = 2 ]'
formats() {
	ask conflicts -f json | grep -q '"host": *"h3"' && ask conflicts -f gcc | grep -q '^m/app2/compose.yaml:[0-9:]* error: h1: ' &&
	    ask conflicts -f github | grep -q '^::error .*::h3: ' && ask conflicts -f sarif | grep -q '"h1: port 7000' &&
	    ask conflicts -f junit | grep -q 'h3: ' && ask conflicts -f table | grep -q '^h1  *port ' && ask conflicts -f html | grep -q '<td>h3</td>'
}
check "every format names the host" formats
every() {
	for report in $(berth report --list </dev/null | sed 1d | cut -d , -f 1); do
		case $report in
		difference | fit | secrets) continue ;;	# of two, or of another scan (hazards.t)
		esac
		got=0
		ask "$report" >said 2>err || got=$?
		case $report in
		drift | orphans | audits | changes | rebuild)
			[ $got = 2 ] && grep -q "report $report \(asks one host's registry\|is of the database\)" err || { echo "$report $got"; cat err; return 1; }
			;;
		*)
			[ $got -le 1 ] && head -n 1 said | grep -q '\(^\|,\)host\(,\|$\)' || { echo "$report $got"; cat said err; return 1; }
			;;
		esac
	done
}
check "every report of findings is had of many hosts, and one of a registry is refused" every
folder() {
	ends 1 ask all --out audit && [ "$(sed 1d audit/conflicts.csv | wc -l)" = 2 ] && [ "$(sed 1d audit/ports.csv | cut -d , -f 20 | sort | uniq -c | tr -d ' \n')" = 4h12h22h3 ] &&
	    cmp audit/hosts.csv - <<-END
	$(ask hosts)
	END
}
check "all of them go to a folder" folder
page() {
	ends 1 berth report -q -f html <all.csv >p.html || return 1
	grep -q '6 apps on 3 hosts publish 8 host ports' p.html && grep -q '2 hosts have 2 conflicts' p.html && grep -q 'data-hosts' p.html &&
	    grep -q 'id="placement"' p.html && [ "$(grep -c '<tr><td>h[123]</td>' p.html)" -gt 10 ]
}
check "the page has all hosts" page

# --- would an app fit elsewhere ---

app d/m/app7 7000:80 6000:81
berth scan -q --host-name h4 d >h4.csv
fits() {
	ends 1 berth report -q fit m/app7 h1.csv <h4.csv >said && [ "$(sed 1d said | cut -d , -f 1-6 | tr '\n' ' ')" = 'port,7000/tcp,h4:m/app7,s80,m/app1,s80 port,7000/tcp,h4:m/app7,s80,m/app2,s81 ' ] &&
	    ends 0 berth report -q fit m/app7 h3.csv <h4.csv >said && [ "$(wc -l <said)" = 1 ]
}
check "report fit says what an app would clash with on another host, and nothing of what clashes there already" fits
moves() { ends 1 berth report -q fit 'm/app*' h2.csv d >said && grep -q '^port,7000/tcp,elsewhere:m/app7,s80,m/app1,s80' said; }
check "the app may be in a folder" moves
from_many() { ends 1 berth report -q fit m/app7 h2.csv --findings h3.csv --findings h4.csv >said && [ "$(sed 1d said | cut -d , -f 1-6)" = 'port,7000/tcp,h4:m/app7,s80,m/app1,s80' ]; }
check "or among those of many hosts" from_many
check "an app that there is not is said" says 2 "'x/app1' is none of the apps in the findings" berth report -q fit x/app1 h1.csv --findings h4.csv
home() {
	berth scan -q d >nobody.csv && for where in h4.csv nobody.csv; do
		ends 0 berth report -q fit m/app7 h4.csv <$where >said && [ "$(wc -l <said)" = 1 ] || { cat said; return 1; }
	done
	app d/m/app8 7000:80 && berth scan -q d >both.csv &&
	    ends 1 berth report -q fit m/app7 both.csv <nobody.csv >said && [ "$(sed 1d said | cut -d , -f 1-6)" = 'port,7000/tcp,m/app7,s80,m/app8,s80' ] &&
	    rm -r d/m/app8
}
check "on the host that it is on it is held against the others there, not against itself" home
check "it takes two operands" says 2 'report fit APP HOST.csv' berth report -q fit m/app1

# --- a registry of one of them ---

berth plan -q --db h1.db h1.csv >/dev/null
rm -r a/m/app2
berth scan -q --host-name h1 a >h1.now
orphans() {
	ends 0 berth report -q --db h1.db orphans --findings h2.csv 2>/dev/null && return 1
	says 2 "h1.db: this registry is h1's, and these findings are h2's" berth report -q --db h1.db orphans --findings h2.csv
}
check "orphans are judged by no other host's findings" orphans
check "and by its own as ever" sh -c 'berth report -q --db h1.db orphans --findings h1.now; [ $? -le 1 ]'
check "what needs no registry is answered, whosever that is" sh -c 'berth report -q --db h1.db ports --findings h2.csv | grep -q 7005'
check "a registry says whose it is" sh -c 'berth report -q --db h1.db hosts </dev/null | grep -q "^h1,"'
done_testing
