"""What a random app says of ports and names beside those that it has: texts that mean something else as well, texts that follow,
texts that only look like it, and where an edit cannot go."""
# SPDX-License-Identifier: MIT
import os

EXAMPLES = [".env.sample", "env.template", "example.env", ".env.dist", ".env-example", "sample.env", ".env.template"]
CALLED = ["web", "db", "cache", "shop", "b-web"]       # names that containers of other services may have
STAYS = {                                       # what looks like a port or a name and is none, or is listened on
    "P_DB": "{name}", "P_IMAGE": "{name}:15", "P_LISTEN": "localhost:{port}", "P_ANY": "0.0.0.0:{port}", "P_SIX": "[::]:{port}",
    "P_LISTENERS": "PLAINTEXT://0.0.0.0:{port},EXT://:{port}", "P_NUMBER": "{port}", "P_PATH": "/srv/{name}/{port}",
    "P_DOMAIN": "http://{name}.example.org:{port}/", "P_TAG": "registry.example.org/{name}:{port}", "P_MAIL": "{name}@example.org",
    "P_WORDS": "the {name} of port {port}", "P_ELSEWHERE": "10.1.2.3:{port}", "P_PLACEHOLDER": "{{{{{name}}}}}", "P_VERSION": "1.{port}",
    "P_BIND_ADDR": "127.0.0.1:{port}", "P_FILE": "{name}.conf", "P_ZERO": "http://0:{port}", "P_OPTIONS": "--host=localhost --port={port}",
}
OTHERWISE = ["http\\://localhost\\:%d/", "http://localhost.:%d/", "host=localhost port=%d", "pg:host=127.0.0.1;user=x;port=%d;c=d",
             "a?to=http%%3A//localhost%%3A%d"]      # spellings of one address


class Texts:
    """The part of a Fleet that writes them."""

    def gets(self, app):
        """What hands variables to a service as they stand in .env."""
        rng, form = self.rng, self.rng.random()
        names = rng.sample(["PORT", "WEB_PORT", "P0", "P1", "NAME", "COMPOSE_PROJECT_NAME"], 2)
        if form < 0.1:
            self.saw["env_file: .env"] += 1
            app.needs_env = True
            return rng.choice(["    env_file: .env\n", "    env_file: [./.env]\n", "    env_file:\n      - path: .env\n        required: true\n",
                               "    env_file: .env\n    environment: {PORT: own}\n"])
        if form < 0.13:
            self.saw["env_file: .env, which need not be there"] += 1
            return "    env_file: [{path: .env, required: false}]\n"
        if form < 0.15:
            self.saw["env_file: .env, raw"] += 1
            app.needs_env = True
            return "    env_file: [{path: .env, format: raw}]\n"
        if form < 0.2:
            self.saw["variable by its name alone"] += 1
            return rng.choice(["    environment: [%s, %s]\n", "    environment:\n      %s:\n      %s:\n"]) % tuple(names)
        if form < 0.23:
            self.saw["argument by its name alone"] += 1
            return rng.choice(["    build: {context: ., args: [%s, %s]}\n", "    build:\n      context: .\n      args:\n        %s:\n        %s:\n"]) % tuple(names)
        return ""

    def anchored(self, i, name):
        """A service of which a name or a port is an anchored text that means something else as well."""
        rng, p = self.rng, self.rng.choice(self.PORTS)
        called = rng.choice(["web", "db", "shop", "x%d" % i])
        return rng.choice([
            "  &k{i} {name}:\n    image: x\n    container_name: *k{i}\n    environment: {{SELF: *k{i}}}\n",
            "  {name}:\n    image: x\n    container_name: &k{i} {called}\n    hostname: *k{i}\n    labels: [*k{i}]\n",
            "  {name}:\n    image: x\n    container_name: &k{i} '{called}'\n    environment: [A=1, *k{i}]\n",
            "  {name}:\n    image: x\n    hostname: &k{i} \"{called}\"\n    container_name: *k{i}\n",
            "  {name}:\n    image: x\n    environment: {{DB_PORT: &k{i} \"{p}\"}}\n    ports: [{{target: 80, published: *k{i}}}]\n",
            "  {name}:\n    image: x\n    ports: [{{target: &k{i} {p}, published: *k{i}}}]\n",
            "  {name}:\n    image: x\n    ports:\n      - &k{i} '{p}:80'\n    labels: {{mapping: *k{i}, also: *k{i}}}\n",
            "  {name}:\n    image: x\n    ports: &k{i}\n      - \"{p}:80\"\n    command: *k{i}\n",
            "  {name}:\n    image: x\n    command: &k{i} [\"{p}:80\"]\n    ports: *k{i}\n",
            "  {name}:\n    image: x\n    ports: [{{target: 80, published: &k{i} \"${{PORT:-{p}}}\"}}]\n    environment: {{AT: *k{i}}}\n",
        ]).format(i=i, name=name, called=called, p=p)

    def says(self, app, key, p):
        """The environment of a service that says in words of its own what its port is made of: ${KEY:-P}."""
        rng = self.rng
        if not self.chance(0.2, "port's variable in the environment"):
            return ""
        of = "${%s:-%d}" % (key, p)
        form = rng.choice(["    environment:\n      S_URL: http://localhost:%s/\n", "    environment:\n      - S_URL=http://127.0.0.1:%s\n",
                           "    environment:\n      S_NUMBER: %s\n", "    environment: ['S_BIND=0.0.0.0:%s']\n", "    command: serve --port %s\n",
                           "    labels: {s.rule: 'Port(`%s`)'}\n"])
        return form % of

    def peer(self, app):
        """The lines of a service that names containers and addresses: what follows and what only looks like it."""
        rng, name, port = self.rng, self.rng.choice(CALLED + 2 * app.called), self.rng.choice(3 * app.numbers + self.PORTS)
        text = "  peer:\n    image: x\n"
        env = ["P_HOST: %s" % name, "P_URL: redis://u:p@%s:6379/0" % name]
        for key in rng.sample(sorted(STAYS), 8):
            env.append("%s: '%s'" % (key, STAYS[key].format(name=name, port=port)))
        if self.chance(0.3, "address without a port"):
            env += ["P_SITE: http://localhost", "P_SAFE: https://127.0.0.1/x"]
        if self.chance(0.2, "a name in a default"):
            env.append("P_CACHE: ${P_CACHE:-%s:6379}" % name)
        if self.chance(0.2, "a name in .env"):
            self.setting(app, "P_TOLD_HOST", name)
            env.append("P_TOLD: ${P_TOLD_HOST:-%s}" % name)
        if self.chance(0.2, "addresses of listeners and of who asks"):
            env += ["KAFKA_LISTENERS: 'IN://0.0.0.0:%d,OUT://:%d'" % (port, port), "KAFKA_ADVERTISED_LISTENERS: OUT://localhost:%d" % port]
        if self.chance(0.15, "host.docker.internal"):
            env.append("P_GATE: http://host.docker.internal:%d/" % rng.choice(self.PORTS))
        if self.chance(0.3, "address written otherwise"):
            text_of = rng.choice(OTHERWISE) % port
            env.append("P_OTHERWISE: '%s'" % (rng.choice(["%s", "${P_OTHER:-%s}"]) % text_of))
        if self.chance(0.15, "number of an address alone in a default"):
            env.append("P_ALONE: 'http://localhost:${%s:-%d}/'" % (rng.choice(["P_NONE", "P_NONE", "PORT"]), port))
        if self.chance(0.15, "several lines"):
            env.append("P_TEXT: |\n        # of the site\n        url = 'http://localhost:%d'\n        host = 0.0.0.0:%d" % (port, port))
        if self.chance(0.15, "address in .env, made of variables"):
            self.setting(app, "P_BASE_URL", rng.choice(["http://localhost:${PORT:-%d}", "http://localhost:${WEB_PORT-%d}/x"]) % port)
            env.append("P_BASE: ${P_BASE_URL}")
        if self.chance(0.15, "the project's name in a value"):
            env.append("P_PROJECT: ${COMPOSE_PROJECT_NAME}_x")
        text += self.block("environment", env)
        if app.front and self.chance(0.6, "a peer on a network with others"):
            text += "    networks: [default, front]\n"
        elif self.chance(0.1, "container: as the network"):
            text += "    network_mode: container:%s\n" % name
        if self.chance(0.2, "container:"):
            text += "    volumes_from: ['container:%s:ro']\n" % name
        if self.chance(0.1, "external_links"):
            text += "    external_links: [%s, '%s:other']\n" % (name, name)
        if self.chance(0.15, "a name and an address in labels"):
            text += self.block("labels", ["p.host: http://%s:80" % name, "p.url: http://localhost:%d/" % port, "p.name: '%s'" % name])
        if self.chance(0.1, "an address in the labels of a swarm"):
            text += "    deploy: {labels: {p.site: 'http://localhost:%d'}}\n" % port
        if self.chance(0.15, "a name in a command"):
            text += "    command: %s\n" % rng.choice(["run --db %s:5432 --listen 0.0.0.0:%d", '["run", "--db", "%s:5432", "--listen=localhost:%d"]']) % (name, port)
        text += self.env_files(app, name, port)
        if self.chance(0.3, "a name in a health check"):
            text += "    healthcheck: {test: 'nc -z %s 80'}\n" % name
        return text

    def block(self, key, pairs):
        """PAIRS below KEY as a mapping, or as a list where each is one line."""
        if self.chance(0.3, key + " as a list") and not any("\n" in x or "\\" in x for x in pairs):
            lines = ["      - \"%s=%s\"\n" % (k, v.strip("'")) for k, v in (x.split(": ", 1) for x in pairs)]
        else:
            lines = ["      %s\n" % x for x in pairs]
        return "    %s:\n%s" % (key, "".join(lines))

    def env_files(self, app, name, port):
        rng = self.rng
        if not self.chance(0.35, "env_file of its own"):
            return ""
        lines = ["G_URL=http://localhost:%d" % port, "G_HOST=%s" % name, "G_LISTEN=0.0.0.0:%d" % port, "G_QUOTED='ws://127.0.0.1:%d'" % port]
        form = rng.random()
        if form < 0.3:
            self.saw["variable in a file of env_file"] += 1
            lines.append("G_PORT=${PORT:-%d}" % port)
        self.write(app.folder + "/given.env", self.bytes_of("\n".join(lines) + "\n"))
        if form > 0.9:
            self.saw["env_file, raw"] += 1
            return "    env_file: [{path: given.env, format: raw}]\n"
        return rng.choice(["    env_file: [given.env]\n", "    env_file: given.env\n", "    env_file:\n      - path: ./given.env\n        required: false\n"])

    def shared_environment(self):
        """An extension that services merge into their environment: its address, and the top of the file."""
        if not self.chance(0.05, "environment by an anchor"):
            return "", ""
        text = "x-env: &env\n  E_URL: http://localhost:%d\n  E_NUMBER: '%d'\n" % (self.rng.choice(self.PORTS), self.rng.choice(self.PORTS))
        return text, "    environment:\n      <<: *env\n      E_OWN: one\n"

    def documents(self, app, name):
        """What a second document of the same file adds to the service NAME."""
        if not self.chance(0.06, "several documents"):
            return ""
        if self.chance(0.3, "!reset in a second document"):
            return "\n---\nservices:\n  %s:\n    ports: !reset []\n" % name
        return "\n---\nservices:\n  %s:\n    ports:%s" % (name, self.list_of(self.ports(app, 95, 1), "      "))

    def links(self, app, main):
        """Files of the app become symlinks: its .env, or its compose file, to one beside it or to one that others share."""
        rng, folder = self.rng, os.path.join(self.root, app.folder)
        dotenv = os.path.join(folder, ".env")
        if os.path.exists(dotenv) and self.chance(0.05, "linked .env"):
            to = os.path.join(folder, "site.conf")
            if self.chance(0.4, "linked .env of several apps"):
                to = os.path.join(self.root, "common.conf")
            if os.path.exists(to) and not self.suits(dotenv, to):
                return
            if os.path.exists(to):
                os.unlink(dotenv)
            else:
                os.rename(dotenv, to)
            os.symlink(os.path.relpath(to, folder), dotenv)
        if "/" not in main and self.chance(0.03, "linked compose file"):
            os.rename(os.path.join(folder, main), os.path.join(folder, "stack-0.txt"))
            os.symlink("stack-0.txt", os.path.join(folder, main))
        elif not os.path.lexists(dotenv) and self.chance(0.02, "dangling .env"):
            os.symlink("nowhere", dotenv)

    def suits(self, old, new):
        """Whether NEW sets each key that OLD sets."""
        def keys(path):
            with open(path, "rb") as f:
                return {line.split(b"=")[0].split(b":")[0].replace(b"export ", b"").strip() for line in f.read().splitlines()}
        return keys(old) <= keys(new)
