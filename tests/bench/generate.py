#!/usr/bin/env python3
"""generate: lays out a fleet for measurements: models of 100 apps, two in three with a .env.
SPDX-License-Identifier: MIT

usage: generate.py FOLDER APPS [--source] [--different]     FOLDER must not be there yet; the same arguments give the same bytes
--source: code beside, a dozen files an app. No two files are alike, but most differ in digits alone, as what a generator makes
does; with --different they also differ in words and comments, as what people write does, and are longer.
"""
import os
import sys

COMPOSE = """# {model} {n}: compose project
services:
  backend:
    build: ./backend
    container_name: ${{PROJECT_NAME:-app}}_backend
    restart: unless-stopped
    ports:
      - "${{BACKEND_PORT:-5000}}:${{FLASK_RUN_PORT:-5000}}"
    environment:
      - FLASK_RUN_HOST=0.0.0.0
      - FLASK_RUN_PORT=${{FLASK_RUN_PORT:-5000}}
      - CORS_ORIGINS=${{CORS_ORIGINS:-http://localhost:{front}}}
    volumes:
      - data:/app/data
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:5000/health"]
      interval: 30s
      retries: 3
    networks:
      - app

  frontend:
    build: ./frontend
    container_name: ${{PROJECT_NAME:-app}}_frontend
    restart: unless-stopped
    ports:
      - "${{FRONTEND_PORT:-8000}}:80"
    environment:
      - VITE_BACKEND_URL=http://localhost:${{BACKEND_PORT:-5000}}
    depends_on:
      - backend
    networks:
      - app

volumes:
  data:

networks:
  app:
"""
ENV = """PROJECT_NAME=myapp
BACKEND_PORT={back}
FRONTEND_PORT={front}
FLASK_ENV=production
FLASK_RUN_PORT=5000
SECRET_KEY={secret:016x}
CORS_ORIGINS=http://localhost:{front}
"""
EXAMPLE = """# Copy to .env and adjust: {model} app{n}
PROJECT_NAME=myapp

# Ports on the host
BACKEND_PORT={back}
FRONTEND_PORT={front}

# Flask
FLASK_ENV=production
FLASK_RUN_PORT=5000
SECRET_KEY=change-me   # any long text
CORS_ORIGINS=http://localhost:{front}
"""
SOURCE = {"README.md": "md", "backend/app.py": "py", "backend/models.py": "py", "backend/routes.py": "py",
          "frontend/vite.config.js": "js", "frontend/package.json": "json", "frontend/src/main.jsx": "js",
          "frontend/src/App.jsx": "js", "frontend/src/api.js": "js", "frontend/src/App.css": "css",
          "frontend/index.html": "html", "frontend/nginx.conf": "conf"}


def source(path, facts):
    """Some 60 to 200 lines; where code names the backend, by its address on the host."""
    lines = [f"{facts['model']} app{facts['n']} {path}"]
    seed = facts["secret"]
    for i in range(60 + seed % 140):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        lines.append(f"    const value_{i} = handle(request_{seed % 97}, {{ id: {seed >> 40}, name: 'item {seed % 1009}' }});")
    if path in ("README.md", "frontend/src/api.js", "frontend/vite.config.js"):
        lines.insert(10, f"    const backend = 'http://localhost:{facts['back']}/api';")
        lines.insert(20, f"    const self = 'http://localhost:{facts['front']}';")
    return "\n".join(lines) + "\n"


WORDS = ("api", "queue", "cache", "mail", "search", "store", "billing", "users", "events", "media", "proxy", "jobs", "audit",
         "gateway", "ledger", "catalog", "notes", "photos", "feeds", "maps")


def word(seed, i):
    return WORDS[(seed >> (5 * i)) % len(WORDS)]


def different(facts):
    """A compose file and a .env of an app that nobody else wrote so: names, comments and health checks of its own."""
    seed = facts["secret"]
    names = {"one": f"{word(seed, 0)}-{word(seed, 1)}", "two": f"{word(seed, 2)}-web", "tail": "".join(
        chr(97 + (seed >> (4 * i)) % 26) for i in range(8))}
    compose = COMPOSE.replace("backend:", "{one}:", 1).replace("- backend", "- {one}").replace("frontend:", "{two}:", 1)
    compose = compose.replace("    networks:\n", "    # {tail}: reached by the {two} alone\n    networks:\n", 1)
    compose = compose.replace("      retries: 3\n", "      retries: 3\n      start_period: 20s   # {one} of {tail} takes its time\n")
    compose += "\nx-notes: |\n  {tail}: the {one} keeps its data in a volume, the {two} has none.\n"
    env = "# {tail}, {one}\n" + ENV + "# what the {two} shows\nTITLE={tail} of {one}\nLOG_LEVEL=info\nFEATURES={one},{two},{tail}\n"
    env += "MAIL_FROM={one}@{tail}.example\nMAIL_HOST={two}.{tail}.example\nTHEME={tail}\n"
    return compose.format(**facts, **names), env.format(**facts, **names)


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def main(folder, apps, with_source, are_different):
    os.mkdir(folder)
    for i in range(apps):
        model, n = f"vendor{i // 100 % 7}_model-{i // 100:04d}", i % 100 + 1
        facts = {"model": model, "n": n, "back": 5001 + 2 * n, "front": 8001 + 2 * n,
                 "secret": (i + 1) * 0x9E3779B97F4A7C15 % 2**64}
        app = f"{folder}/{model}/app{n}"
        os.makedirs(app)
        compose, env = different(facts) if are_different else (COMPOSE.format(**facts), ENV.format(**facts))
        write(f"{app}/docker-compose.yml", compose)
        write(f"{app}/.env.example", EXAMPLE.format(**facts))
        if i % 3 != 2:
            write(f"{app}/.env", env)
        for path in SOURCE if with_source else ():
            os.makedirs(os.path.dirname(f"{app}/{path}"), exist_ok=True)
            write(f"{app}/{path}", source(path, facts))


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    if len(words) != 2 or not words[1].isdigit():
        sys.exit(__doc__)
    main(words[0], int(words[1]), "--source" in sys.argv, "--different" in sys.argv)
