#!/bin/sh
# fleet: lays out a broken fleet of any size: generated apps that were numbered per model, and self-hosted stacks.
# SPDX-License-Identifier: MIT
#
# usage: tests/fleet.sh FOLDER APPS [MODELS]      the same arguments give the same bytes; FOLDER must not be there yet
#
# APPS generated apps are spread over MODELS models (default 4). Every model's app1 asks for 5003/8003, app2 for 5005/8005;
# all are PROJECT_NAME=myapp; each seventh has no .env yet and each fifth a database on 5432. One stack in twenty is self-hosted.
set -eu
LC_ALL=C
export LC_ALL
[ $# -ge 2 ] || { echo "usage: tests/fleet.sh FOLDER APPS [MODELS]" >&2; exit 2; }
mkdir "$1"
cd "$1"

names() {
	awk -v apps="$2" -v models="${3:-4}" '
	BEGIN {
		split("anthropic_claude-4.5-haiku-20251001 openai_gpt-5-mini-2025-08-07 google_gemini-2.5-flash " \
		    "mistralai_mistral-small-3.2 qwen_qwen3-coder deepseek_deepseek-v3.1", known, " ")
		for (i = 0; i < apps; i++) {
			m = i % models + 1
			name = m in known ? known[m] : "model-" m
			print "generated/apps/" name "/app" int(i / models) + 1, int(i / models) + 1, i
		}
		for (i = 0; i < int(apps / 20) + 1; i++)
			print "selfhosted/stack" i + 1, 0, i
	}'
}

names "$@" | awk '{ print $1 "/backend" }' | sed 's,^\(selfhosted/.*\)/backend,\1,' | tr '\n' '\0' | xargs -0 mkdir -p
names "$@" | awk '
function write(file, text) {
	file = folder "/" file
	printf "%s", text > file
	close(file)
}
function generated(n, i,    back, front, db, env) {
	back = 5001 + 2 * n
	front = 8001 + 2 * n
	db = i % 5 == 4
	write("docker-compose.yml", \
	    "services:\n" \
	    "  backend:\n" \
	    "    build: ./backend\n" \
	    "    container_name: ${PROJECT_NAME:-app}_backend\n" \
	    "    ports:\n" \
	    "      - \"${BACKEND_PORT:-5000}:${FLASK_RUN_PORT:-5000}\"\n" \
	    "    environment:\n" \
	    "      - FLASK_RUN_PORT=${FLASK_RUN_PORT:-5000}\n" \
	    "      - CORS_ORIGINS=${CORS_ORIGINS:-http://localhost:" front "}\n" \
	    "    healthcheck:\n" \
	    "      test: [\"CMD\", \"curl\", \"-f\", \"http://localhost:5000/health\"]\n" \
	    "  frontend:\n" \
	    "    image: nginx:alpine\n" \
	    "    container_name: ${PROJECT_NAME:-app}_frontend\n" \
	    "    ports:\n" \
	    "      - \"${FRONTEND_PORT:-8000}:80\"\n" \
	    "    environment:\n" \
	    "      - VITE_BACKEND_URL=http://localhost:${BACKEND_PORT:-5000}\n" \
	    (db ? "  db:\n" \
	    "    image: postgres:16\n" \
	    "    ports:\n" \
	    "      - \"${DB_PORT:-5432}:5432\"\n" \
	    "    volumes:\n" \
	    "      - data:/var/lib/postgresql/data\n" \
	    "volumes:\n" \
	    "  data:\n" : ""))
	env = "PROJECT_NAME=myapp\n\n# Ports on the host\nBACKEND_PORT=" back "\nFRONTEND_PORT=" front "\n\n" \
	    "FLASK_RUN_PORT=5000\nCORS_ORIGINS=http://localhost:" front "\n"
	write(".env.example", "# Copy to .env and adjust.\n" env)
	if (i % 7 != 6)
		write(".env", env "SECRET_KEY=" sprintf("%08x", (i * 40503 + 977) % 4294967291) "\n")
	write("backend/app.py", \
	    "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n\n" \
	    "app.run(host=\"0.0.0.0\", port=int(os.environ.get(\"FLASK_RUN_PORT\", \"5000\")))\n")
}
function selfhosted(i) {
	write("compose.yaml", \
	    "services:\n" \
	    "  web:\n" \
	    "    image: nginx:alpine\n" \
	    "    container_name: web\n" \
	    "    ports:\n" \
	    "      - 8080:80              # the same port in every stack\n" \
	    "      - \"127.0.0.1:" 9000 + i ":9000\"\n")
}
{
	folder = $1
	if ($2)
		generated($2, $3)
	else
		selfhosted($3)
}'
