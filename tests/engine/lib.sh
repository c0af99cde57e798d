# lib: what the tests against a real engine share. Read with: . "$(dirname "$0")/lib.sh"
# SPDX-License-Identifier: MIT
#
# Docker Compose is $BERTH_COMPOSE, else the client's plugin. Nothing is left running.
. "$(dirname "$0")/../cli/lib.sh"

ENGINE=$TOP/tests/engine/engine
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG
no_engine=$("$ENGINE" can) || { echo "1..0 # SKIP no engine can run here: $no_engine"; exit 0; }
DOCKER_CONFIG=$WORK/config
export DOCKER_CONFIG
if [ -n "${BERTH_COMPOSE:-}" ]; then
	mkdir -p "$DOCKER_CONFIG/cli-plugins"
	ln -s "$BERTH_COMPOSE" "$DOCKER_CONFIG/cli-plugins/docker-compose"
fi
docker compose version >/dev/null 2>&1 || { echo '1..0 # SKIP no Docker Compose for the engine'; exit 0; }
trap 'cd /; [ -z "$DOCKER_HOST" ] || docker rm -f $(docker ps -aq) >/dev/null 2>&1; "$ENGINE" stop "$WORK/engine"; umount -R "$WORK/engine" 2>/dev/null; rm -rf "$WORK"' EXIT
trap 'exit 1' HUP INT TERM
DOCKER_HOST=
"$ENGINE" start "$WORK/engine" || { echo '1..0 # SKIP the engine did not start'; exit 0; }
DOCKER_HOST=unix://$WORK/engine/docker.sock DOCKER_BUILDKIT=0
export DOCKER_HOST DOCKER_BUILDKIT

# fetch PORT: what answers there, within the engine's network.
fetch() {
	"$ENGINE" in "$WORK/engine" curl -s --max-time 5 --retry 10 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$1/"
}

# holds VOLUME: a listing of all that it holds, with owners, modes, times, links, attributes and the digests of its files.
holds() {
	python3 - "$WORK/engine/data/volumes/$1/_data" <<'PY'
import hashlib, os, stat, sys
root = sys.argv[1]
first = {}
for folder, folders, files in os.walk(root):
    folders.sort()
    for name in ["."] * (folder == root) + sorted(folders + files):
        path = os.path.join(folder, name)
        st = os.lstat(path)
        shown = os.path.relpath(path, root)
        content = ""
        if stat.S_ISREG(st.st_mode):
            content = hashlib.sha256(open(path, "rb").read()).hexdigest()
        elif stat.S_ISLNK(st.st_mode):
            content = os.readlink(path)
        linked = "" if stat.S_ISDIR(st.st_mode) else first.setdefault(st.st_ino, shown)
        attributes = ["%s=%r" % (a, os.getxattr(path, a, follow_symlinks=False)) for a in sorted(os.listxattr(path, follow_symlinks=False))]
        device = st.st_rdev if stat.S_ISCHR(st.st_mode) or stat.S_ISBLK(st.st_mode) else 0
        print(repr(shown), "%o" % st.st_mode, st.st_uid, st.st_gid, st.st_mtime_ns, st.st_nlink, device, linked, *attributes, content)
PY
}

# identity CONTAINER...: what shows whether somebody touched them.
identity() {
	docker inspect --format '{{.Id}} {{.State.StartedAt}} {{.State.Running}} {{json .Mounts}}' "$@"
}

# settings NAME BACKEND FRONTEND: the .env of its app, whose project has an old name.
settings() {
	printf 'BACKEND_PORT=%s\nFRONTEND_PORT=%s\nCOMPOSE_PROJECT_NAME=old%s\n' "$2" "$3" "$1" >"apps/$1/app1/.env"
}

# run FOLDER ARGUMENTS...: Docker Compose there.
run() {
	(cd "$1" && shift && docker compose "$@") >>"$WORK/compose.log" 2>&1
}
