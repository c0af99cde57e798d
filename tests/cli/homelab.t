#!/bin/sh
# homelab: a day of somebody with forty stacks of their own, kept in git: audit, plan, migration, undo; and the stacks of a
# collection of real ones, where there is one beside this repository (AWESOME names it).
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

# stack NAME SERVICE IMAGE PORTS [MORE]: a stack as people write them, a file each.
stack() {
	mkdir -p "stacks/$1"
	{
		echo "# $1: $2 of $3"
		echo 'services:'
		printf '  %s:\n    image: %s\n    container_name: %s\n    restart: unless-stopped\n    ports:\n' "$2" "$3" "$2"
		for p in $4; do printf '      - "%s"\n' "$p"; done
		printf '    volumes:\n      - ./data:/data\n'
		[ -z "${5:-}" ] || printf '%s\n' "$5"
	} >"stacks/$1/docker-compose.yml"
}
while read -r name service image ports; do
	stack "$name" "$service" "$image" "$ports"
done <<-END
	traefik traefik traefik:v3 80:80 443:443 8080:8080
	npm app jc21/nginx-proxy-manager:2 80:80 443:443 81:81
	pihole pihole pihole/pihole:2025 53:53/tcp 53:53/udp 8080:80
	adguard adguard adguard/adguardhome:v1 53:53/tcp 53:53/udp 3000:3000
	sonarr sonarr linuxserver/sonarr 8989:8989
	radarr radarr linuxserver/radarr 7878:7878
	lidarr lidarr linuxserver/lidarr 8686:8686
	prowlarr prowlarr linuxserver/prowlarr 9696:9696
	bazarr bazarr linuxserver/bazarr 6767:6767
	qbittorrent qbittorrent linuxserver/qbittorrent 8080:8080 6881:6881 6881:6881/udp
	sabnzbd sabnzbd linuxserver/sabnzbd 8080:8080
	jellyfin jellyfin jellyfin/jellyfin 8096:8096 1900:1900/udp 7359:7359/udp
	plex plex plexinc/pms-docker 32400:32400 1900:1900/udp
	emby emby emby/embyserver 8096:8096
	nextcloud app nextcloud:30 8080:80
	immich server ghcr.io/immich-app/immich-server 2283:2283
	photoprism photoprism photoprism/photoprism 2342:2342
	paperless webserver paperless-ngx/paperless-ngx 8000:8000
	homeassistant homeassistant homeassistant/home-assistant 8123:8123
	nodered nodered nodered/node-red 1880:1880
	mosquitto mosquitto eclipse-mosquitto:2 1883:1883 9001:9001
	zigbee2mqtt zigbee2mqtt koenkk/zigbee2mqtt 8080:8080
	grafana grafana grafana/grafana 3000:3000
	prometheus prometheus prom/prometheus 9090:9090
	influxdb influxdb influxdb:2 8086:8086
	loki loki grafana/loki 3100:3100
	gitea gitea gitea/gitea 3000:3000 2222:22
	forgejo server forgejo/forgejo 3000:3000 222:22
	drone drone drone/drone 80:80
	registry registry registry:2 5000:5000
	portainer portainer portainer/portainer-ce 9000:9000 9443:9443
	uptime uptime louislam/uptime-kuma 3001:3001
	vaultwarden vaultwarden vaultwarden/server 8080:80
	bitwarden app bitwarden/self-host 8080:8080
	wireguard wireguard linuxserver/wireguard 51820:51820/udp
	freshrss freshrss freshrss/freshrss 8080:80
	miniflux miniflux miniflux/miniflux 8080:8080
	syncthing syncthing syncthing/syncthing 8384:8384 22000:22000 22000:22000/udp
	homepage homepage gethomepage/homepage 3000:3000
	dozzle dozzle amir20/dozzle 8080:8080
END
printf 'services:\n  homepage:\n    environment:\n      GITEA: http://host.docker.internal:3000\n' >stacks/homepage/docker-compose.override.yml

git() { command git -c user.name=x -c user.email=x@y "$@" 2>&1; }
git init -q . && git add -A && git commit -qm 'as they are'
[ "$(find stacks -name docker-compose.yml | wc -l)" = 40 ] || exit 2

audit() {
	(ends 1 report -q conflicts stacks >out 2>err) && [ ! -s err ] && [ "$(grep -c '^port,8080/tcp,' out)" = 10 ] && grep -q '^port,53/udp,' out &&
	    [ -z "$(git status --porcelain stacks)" ] && [ ! -e .berth ]
}
check 'an audit needs one line, and touches nothing' audit
names() { grep -q '^container,app,' out && grep -q '^container,server,' out; }
check 'it names containers that are called alike' names
ask() { for line in 'conflicts stacks' 'check stacks' 'report stacks'; do says 2 'berth report conflicts' berth $line || return 1; done; }
check 'who types what they mean is given the line that does it' ask

plan_it() {
	berth plan --dry-run --no-host-check stacks >p.csv 2>err && berth apply --dry-run p.csv >diff 2>/dev/null && [ ! -e .berth ] &&
	    grep -q '^-      - "8080:80"$' diff && ! grep -q '^[-+].*8989' diff
}
check 'the diff comes before anything is written, and who is alone on a port is not in it' plan_it
migrate_it() {
	berth migrate --yes --no-host-check stacks >out 2>err && grep -q 'a second scan of stacks finds no clash' err && ends 0 report -q conflicts stacks >out
}
check 'a migration ends all conflicts' migrate_it
minimal() {
	git diff --numstat >stat && [ "$(awk '$1 != $2' stat | wc -l)" = 0 ] && [ "$(awk '{ n += $1 } END { print n }' stat)" -le 32 ] &&
	    [ "$(git status --porcelain | grep -c '\.berth')" = 0 ]
}
check 'git shows changed lines alone, none more than needed, and no registry' minimal
kept() {
	grep -q '"80:80"' stacks/npm/docker-compose.yml && grep -q '"443:443"' stacks/npm/docker-compose.yml &&
	    [ "$(cat stacks/pihole/docker-compose.yml stacks/adguard/docker-compose.yml | grep -c '"53:53/')" = 2 ] && grep -q '"51820:51820/udp"' stacks/wireguard/docker-compose.yml
}
check 'the first proxy keeps 80 and 443, one DNS server both of its 53' kept
told() { grep -q 'who asks it as dns on 53 has to be told' err; }
check 'what others have to be told is told' told
again() { berth migrate --yes --no-host-check stacks >out 2>err && grep -q 'nothing to change' err; }
check 'the next night there is nothing to change' again
one_more() {
	stack kavita kavita jvmilazz0/kavita 5000:5000 && berth migrate --yes --no-host-check stacks >out 2>err && grep -q '"5000:5000"' stacks/registry/docker-compose.yml &&
	    ! grep -q '"5000:5000"' stacks/kavita/docker-compose.yml && git diff --numstat >stat.2 && cmp stat stat.2
}
check 'a new stack gives way, and no other changes' one_more
undone() { berth apply -q --undo=2 && berth apply -q --undo=1 && rm -r stacks/kavita && [ -z "$(git diff)" ]; }
check 'taken back: git sees nothing' undone

real=${AWESOME:-$TOP/../shared/corpus/awesome-compose}
if [ -d "$real" ]; then
	real_ones() {
		cp -R "$real" real && chmod -R u+w real && cp -R real was && berth migrate --yes --no-host-check --db real.db real >out 2>err &&
		    ends 0 report -q conflicts real >out && berth apply -q --undo --db real.db && same real was
	}
	check 'forty real ones: migrated without a word for a person to mend, and back' real_ones
else
	check 'forty real ones # SKIP there are none here' true
fi
done_testing
