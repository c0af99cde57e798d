#!/bin/sh
# clone: a repository of generated apps, migrated at its root with all that lies beside them: the project's own stack, scaffolds
# that apps are laid out from, fixtures. No scaffold is touched, none of it ends the run, and every app is migrated.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"

sh "$TOP/tests/fleet.sh" repo 24 >/dev/null
rm -rf repo/selfhosted
mkdir -p repo/misc/scaffolding/react-flask repo/misc/scaffolding/guarded repo/misc/templates/two repo/docs/demo repo/.github
cat >repo/docker-compose.yml <<'END'
services:
  web:
    image: platform/web
    ports: ["${PLATFORM_PORT:-8000}:8000"]
    volumes: ["./:/app", "${HOME}/.cache:/cache"]
    environment: ["SECRET_KEY=${SECRET_KEY:-kept}"]
  redis:
    image: redis
    ports: ["6379:6379"]
END
printf 'SECRET_KEY=change-me\nPLATFORM_PORT=9000\n' >repo/.env.example
cp repo/docker-compose.yml repo/docker-compose.prod.yml
for n in react-flask guarded; do
	cat >repo/misc/scaffolding/$n/docker-compose.yml <<-'END'
	services:
	  backend:
	    build: ./backend
	    container_name: ${PROJECT_NAME:-app}_backend
	    ports: ["${BACKEND_PORT:-5000}:5000"]
	  frontend:
	    build: ./frontend
	    container_name: ${PROJECT_NAME:-app}_frontend
	    ports: ["${FRONTEND_PORT:-8000}:80"]
	END
	cat >repo/misc/scaffolding/$n/.env.example <<-'END'
	PROJECT_NAME={{PROJECT_NAME}}
	COMPOSE_PROJECT_NAME={{COMPOSE_PROJECT_NAME}}
	BACKEND_PORT={{backend_port|5000}}
	FRONTEND_PORT={{frontend_port|8000}}
	JWT_SECRET={{jwt_secret}}
	END
done
cat >repo/misc/templates/two/docker-compose.yml <<'END'
services:
  web:
    image: x
    container_name: app{{app_num}}_web
    ports: ["{{ web_port }}:80"]
END
printf 'services:\n  redis: {image: redis, ports: ["6379:6379"]}\n' >repo/docs/demo/compose.yaml
cp -R repo before

# whole: nothing but apps and what clashes with them is changed; status 0 or 1.
whole() {
	berth migrate --yes --no-host-check --db repo.db repo >said 2>&1 || [ $? = 1 ] || { cat said; return 1; }
	cat said
	diff -r before/misc repo/misc && diff before/.env.example repo/.env.example && [ ! -e repo/.env ] || return 1
	for app in repo/generated/apps/*/app*; do
		grep -q '^COMPOSE_PROJECT_NAME=.*-app[0-9]*$' "$app/.env" || { echo "$app was not migrated"; return 1; }
	done
}
check "a clone is migrated at its root, and its scaffolds stay" whole
check "no clash is left" sh -c 'scan -q repo >after.csv; report -q conflicts <after.csv'
check "and nothing for a person" sh -c '[ "$(sqlite3 repo.db "SELECT count(*) FROM port_configurations")" = 24 ] && ! grep ^problem after.csv'
check "each scaffold says how it is used" sh -c '[ "$(grep -c "berth new --template misc/" after.csv)" = 3 ]'
check "a second run has nothing to do" sh -c 'berth migrate --yes --no-host-check --db repo.db repo 2>&1 | grep -q "nothing to change"'
check "every byte back" sh -c 'berth apply --undo --db repo.db >/dev/null && diff -r before repo'
done_testing
