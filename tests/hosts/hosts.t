#!/bin/sh
# hosts: three hosts, each a network namespace with a sshd and a fleet of its own, driven by Ansible as its users would.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/../cli/lib.sh"

skip() { echo "1..0 # SKIP $1"; exit 0; }
[ "$(id -u)" = 0 ] || skip "network namespaces take root"
for program in ansible-playbook ssh ssh-keygen ip; do
	command -v $program >/dev/null || skip "$program is not here"
done
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] || skip "sshd is not here"
ip netns add "berth-$$" 2>/dev/null || skip "no network namespaces here"

# The controller's namespace has a bridge; each host hangs on it. Nothing leaves them.
control=berth-$$
end() {
	for pid in sshd.*.pid; do [ ! -f "$pid" ] || kill "$(cat "$pid")" 2>/dev/null; done
	for host in 1 2 3; do ip netns del "$control-h$host" 2>/dev/null; done
	ip netns del "$control"
	cd / && rm -rf "$WORK"
}
trap end EXIT
ip -n "$control" link add bridge type bridge && ip -n "$control" link set bridge up && ip -n "$control" link set lo up
ip -n "$control" addr add 10.213.7.254/24 dev bridge
mkdir -p /run/sshd ansible_collections/berth keys
ln -s "$TOP/tools/ansible" ansible_collections/berth/fleet
ssh-keygen -q -t ed25519 -N '' -f keys/host && ssh-keygen -q -t ed25519 -N '' -f keys/user
export ANSIBLE_COLLECTIONS_PATH="$WORK" ANSIBLE_HOME="$WORK/ansible" ANSIBLE_LOCAL_TEMP="$WORK/ansible/tmp"
export ANSIBLE_HOST_KEY_CHECKING=False ANSIBLE_RETRY_FILES_ENABLED=False ANSIBLE_NOCOLOR=1 ANSIBLE_SSH_ARGS='-o ControlMaster=no'

# start N: the sshd of host N.
start() {
	ip netns exec "$control-h$1" "$sshd" -f /dev/null -h "$WORK/keys/host" -o "PidFile=$WORK/sshd.$1.pid" -o UsePAM=no \
	    -o "SetEnv=BERTH_HOST=h$1" -o "AuthorizedKeysFile=$WORK/keys/user.pub" -o StrictModes=no -o PermitRootLogin=prohibit-password -o "Subsystem=sftp internal-sftp"
	while [ ! -s "sshd.$1.pid" ]; do ip netns exec "$control-h$1" true; done
}
echo '[all]' >hosts
for host in 1 2 3; do
	ip netns add "$control-h$host"
	ip -n "$control" link add "h$host" type veth peer name eth0 netns "$control-h$host"
	ip -n "$control" link set "h$host" master bridge up
	ip -n "$control-h$host" link set lo up && ip -n "$control-h$host" link set eth0 up
	ip -n "$control-h$host" addr add "10.213.7.$host/24" dev eth0
	mkdir -m 700 "reg$host"
	cp -R "$TOP/fixtures/fleets/six/fleet" "apps$host"
	start "$host"
	echo "h$host ansible_host=10.213.7.$host ansible_user=root ansible_ssh_private_key_file=$WORK/keys/user" \
	    "ansible_ssh_common_args='-o UserKnownHostsFile=/dev/null -o ConnectTimeout=2' ansible_python_interpreter=/usr/bin/python3" \
	    "berth_root=$WORK/apps$host berth_db=$WORK/reg$host/berth.db berth_range=$((host * 1000 + 10000))-$((host * 1000 + 10999))" >>hosts
done

# play NAME WORD…: a playbook of the collection, from the controller. What it said is in said; hosts that could not be reached or
# failed are no error of ours.
play() {
	book=$1
	shift
	ip netns exec "$control" env LC_ALL=C.UTF-8 ansible-playbook -i hosts "berth.fleet.$book" -e "berth_executable=$BERTH_BIN/berth" "$@" >said 2>&1
	grep -q '^PLAY RECAP' said || { cat said; return 1; }
}
# recap HOST WORD: the recap says WORD (changed=1) of the host.
recap() { grep -q "^$1 .*[ :]$2 " said || { cat said; return 1; }; }
each() { for host in h1 h2 h3; do recap $host "$1" || return 1; done; }
# messages: what the playbook says of each host, without what only the run itself can know.
messages() { sed -n 's|.*"msg": "\(h[123]: .*\)".*|\1|p' said | sed 's|; conflicts after.*||' | sort; }


# --- one audit of all, by what people have: each host knows its name (sshd's SetEnv) ---

for host in 1 2 3; do
	printf 'Host h%s\n\tHostName 10.213.7.%s\n' $host $host
done >config
printf 'Host *\n\tUser root\n\tIdentityFile %s\n\tUserKnownHostsFile /dev/null\n\tStrictHostKeyChecking no\n\tLogLevel ERROR\n\tConnectTimeout 2\n' \
    "$WORK/keys/user" >>config
printf 'h1\nh2\nh3\n' >names
# here COMMAND…: from the controller. ON THE HOST: its own folder and registry.
here() { ip netns exec "$control" "$@"; }
export SSH="ssh -F $WORK/config" BERTH="$BERTH_BIN/berth"
folder="$WORK/apps\${BERTH_HOST#h}" db="--db $WORK/reg\${BERTH_HOST#h}/berth.db"
# has PROGRAM TEST…: passed over where the program is not here.
has() {
	program=$1
	shift
	if command -v "$program" >/dev/null; then
		check "$@"
	else
		tests=$((tests + 1))
		echo "ok $tests - $1 # SKIP $program is not here"
	fi
}
# whole FILE…: the findings of all three are one audit, as CSV and as a page.
whole() {
	cat "$@" >all.csv
	ends 1 berth report -q conflicts <all.csv >all.said && [ "$(sed 1d all.said | sed 's/.*,//' | sort | uniq -c | tr -d ' \n')" = 21h121h221h3 ] &&
	    ends 1 berth report -q -f html <all.csv >all.html && grep -q '18 apps on 3 hosts' all.html && grep -q 'data-hosts' all.html
}
by_parallel() {
	here parallel --joblog log "\$SSH {} '$BERTH scan -q $folder | zstd -q' > {}.csv.zst" :::: names && zstdcat h?.csv.zst >p.csv && whole p.csv
}
has parallel "parallel over ssh, with zstd: one audit of all, as CSV and as a page" by_parallel
by_clush() { rm -rf clushed && here clush -q --hostfile names -o "-F $WORK/config" -S --outdir clushed "$BERTH scan -q $folder" && whole clushed/*; }
has clush "clush writes a file for each host, and they are the same audit" by_clush
by_pssh() {
	rm -rf psshed
	here parallel-ssh -h names -x "-F $WORK/config" -o psshed "$BERTH scan -q $folder | zstd -q" && zstdcat psshed/* >s.csv && whole s.csv
}
has parallel-ssh "pssh does, with zstd" by_pssh
by_ansible() { mkdir -p gathered && play audit -e "berth_gather=$WORK/gathered" -e "berth_findings=$WORK/{{ inventory_hostname }}.found" && whole gathered/h?.csv; }
check "Ansible brings the findings of each host here" by_ansible
cut_short() {
	{ cat gathered/h1.csv; head -c 9000 gathered/h2.csv; cat gathered/h3.csv; } >cut.csv
	says 2 'h2 is left out' berth report -q hosts <cut.csv >cut.said && [ "$(grep -c '^h[13],' cut.said)" = 2 ] && ! grep -q '^h2,' cut.said
}
check "a scan that was cut short is named, the others are reported" cut_short
one_away() {
	rm -f h?.csv.zst
	ip -n "$control" link set h2 down
	got=0
	here parallel --joblog log "\$SSH {} '$BERTH scan -q $folder | zstd -q' > {}.csv.zst" :::: names || got=$?
	ip -n "$control" link set h2 up
	[ $got = 1 ] && [ "$(awk '$7 == 255' log | grep -c h2)" = 1 ] && [ "$(awk '$7 == 0' log | wc -l)" = 2 ] &&
	    ends 1 sh -c 'zstdcat h1.csv.zst h3.csv.zst | berth report -q hosts' >said && [ "$(grep -c '^h[13],' said)" = 2 ]
}
has parallel "a host that cannot be reached is in the log with its status, the others are in the audit" one_away
wrong_host() {
	for host in 1 2; do here $SSH h$host "$BERTH scan -q $folder | $BERTH plan -q --db $WORK/w$host.db" >w$host.plan || [ $? = 1 ] || return 1; done
	says 2 'this plan is for h2, and this host is h1: nothing was touched' here $SSH h1 "$BERTH apply --db $WORK/w2.db" <w2.plan &&
	    says 2 "this registry is h1's, and these findings are h2's" here $SSH h2 "$BERTH scan -q $folder | $BERTH plan -q --db $WORK/w1.db" &&
	    for host in 1 2 3; do diff -r "$TOP/fixtures/fleets/six/fleet" "apps$host" || return 1; done
}
check "a plan on the wrong host is refused, and findings with the wrong registry, before anything is looked at" wrong_host

# --- the migration ---

audit() { play audit && each changed=0 && [ "$(grep -c 'h[123]: 21 conflicts' said)" = 3 ]; }
check "an audit counts the conflicts of each host and changes nothing" audit
foretold() {
	play migrate --check && each changed=1 && messages >foretold.said && [ -s foretold.said ] && [ "$(ls reg1 reg2 reg3 | grep -c db)" = 0 ] &&
	    for host in 1 2 3; do diff -r "$TOP/fixtures/fleets/six/fleet" "apps$host" || return 1; done
}
check "check mode tells what would change, and writes nothing" foretold

# The second host goes away: the first is done, and nobody behind it.
away() {
	ip -n "$control" link set h2 down
	play migrate && recap h1 changed=1 && recap h2 unreachable=1 && ! grep -q '^h3 .*changed=1' said && messages >run.said
}
check "a host that cannot be reached stops the hosts behind it" away
returned() { ip -n "$control" link set h2 up && play migrate && recap h1 changed=0 && recap h2 changed=1 && recap h3 changed=1 && messages >>run.said; }
check "a second run does what is left, and that alone" returned
check "check mode foretold what the runs did" sh -c 'grep -v ": 0 conflicts" run.said | sort | diff foretold.said -'
again() { play migrate && each changed=0 && play audit && [ "$(grep -c 'h[123]: 0 conflicts' said)" = 3 ]; }
check "once more there is nothing to change, and no conflict" again
ranges() {
	for host in 1 2 3; do
		berth report --db "reg$host/berth.db" allocations </dev/null | cut -d, -f 3,4 | grep -o '[0-9]*' | sort >"ports$host"
		[ -s "ports$host" ] || return 1
	done
	[ -z "$(cat ports1 ports2 ports3 | sort | uniq -d)" ]
}
check "hosts with ranges of their own hand out no port twice" ranges
undone() { play undo && each changed=1 && for host in 1 2 3; do diff -r "$TOP/fixtures/fleets/six/fleet" "apps$host" || return 1; done; }
check "undone, every byte is back on each host" undone
settled() { play undo && each changed=0; }
check "and undone again nothing is taken back" settled

# --- the same without Ansible ---

by_ssh() {
	ip -n "$control" link set h2 down
	got=0
	here parallel --joblog did "\$SSH {} '$BERTH migrate -q --yes $db $folder'" :::: names >said 2>&1 || got=$?
	ip -n "$control" link set h2 up
	cat said
	[ $got = 1 ] && [ "$(awk '$7 == 255' did | grep -c h2)" = 1 ] && [ "$(awk 'NR > 1 && $7 == 0' did | wc -l)" = 2 ]
}
has parallel "parallel migrates those that can be reached, and keeps the status of each" by_ssh
retried() {
	here parallel --retry-failed --joblog did >said 2>&1 || { cat said; return 1; }
	here parallel "\$SSH {} '$BERTH scan -q $folder'" :::: names | ends 0 berth report -q conflicts >said && [ "$(wc -l <said)" = 1 ]
}
has parallel "a second run does the one that was left, and no host has a conflict then" retried
done_testing
