# engine: what the tests of berth cutover share: an engine that is a folder (docker), and apps in it. Read after lib.sh.
# SPDX-License-Identifier: MIT
mkdir client && cp "$TOP/tests/cli/docker" client/docker
PATH=$WORK/client:$PATH ENGINE=$WORK/engine CALLS=$WORK/calls PID=$WORK/pid
export ENGINE CALLS PID
new_engine() {
	rm -rf engine && mkdir -p engine/containers engine/volumes engine/networks engine/images && echo 0 >engine/last && echo 0 >calls
	echo gnu >engine/images/gnu && echo plain >engine/images/plain
}

# app NAME BACKEND FRONTEND: an app of the layout, whose project has an old name.
app() {
	mkdir -p "$1/app1" && cd "$1/app1" || exit 2
	cat >compose.yaml <<EOF
services:
  backend: {build: {context: ., args: {API: "http://localhost:\${BACKEND_PORT}/"}}, ports: ["\${BACKEND_PORT}:80"], volumes: ["data:/www", "/unnamed"]}
  frontend: {image: gnu, container_name: $(basename "$1")_front, ports: ["\${FRONTEND_PORT}:80"], volumes: ["data:/www"]}
volumes: {data: {}}
EOF
	cat >app.sh <<EOF
services='backend frontend' backend_build=\$PWD backend_ports=\$BACKEND_PORT:80 backend_volumes='data:/www :/unnamed'
frontend_image=gnu frontend_name=$(basename "$1")_front frontend_ports=\$FRONTEND_PORT:80 frontend_volumes=data:/www
EOF
	printf 'BACKEND_PORT=%s\nFRONTEND_PORT=%s\nCOMPOSE_PROJECT_NAME=old%s\n' "$2" "$3" "$(basename "$1")" >.env
	docker compose build backend && docker compose up --detach || exit 2
	cd "$WORK" || exit 2
	for v in engine/volumes/anonymous*; do
		[ -e "$v/_data/unnamed" ] || { echo "unnamed-$1" >"$v/_data/unnamed"; }
	done
	mkdir -p "engine/volumes/old$(basename "$1")_data/_data/d" && echo "page-$1" >"engine/volumes/old$(basename "$1")_data/_data/d/page"
}

# state: what runs, on which ports and with which page and unnamed file, and what is left of berth's own.
state() {
	for c in engine/containers/*; do
		. "$c"
		case $name in
		berth-look-*) continue ;;	# holds nothing, and goes when the volume is looked at again
		esac
		has=
		for m in $mounts; do
			for f in d/page unnamed; do
				[ ! -e "engine/volumes/${m%%:*}/_data/$f" ] || { read -r line <"engine/volumes/${m%%:*}/_data/$f" && has="$has ${m#*:}/$f=$line"; }
			done
		done
		echo "$name $status $ports$has"
	done | sort
	for v in engine/volumes/berth* engine/volumes/*.berth* engine/volumes/*/_data.*; do [ ! -e "$v" ] || echo "$v"; done
}
