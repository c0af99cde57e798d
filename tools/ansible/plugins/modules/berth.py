#!/usr/bin/python
# berth: audits, migrates and brings back the Docker Compose apps of a host with berth's own programs.
# SPDX-License-Identifier: MIT

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: berth
short_description: Ends port and name conflicts among the Docker Compose apps of a host
description:
  - Runs C(berth) on the host whose apps are meant. Its registry, its journal and its findings stay there.
  - In check mode nothing is registered and nothing is written, and what is returned is what a run would find and change.
  - In diff mode the edits are shown as a diff in which values that may be secrets are masked.
version_added: 0.3.0
author:
  - The berth authors (@berth)
options:
  state:
    description:
      - C(audited) reads the apps and counts their conflicts.
      - C(migrated) ends the conflicts by rewriting the apps' files. A second run changes nothing.
      - C(undone) takes back the last run of the journal, or I(run). Where that run was taken back already, nothing is done.
      - C(cutover) brings the containers of the host over to what the files say now.
    type: str
    choices: [audited, migrated, undone, cutover]
    default: audited
  root:
    description: The folder below which the apps are. Needed for C(audited) and C(migrated).
    type: path
  db:
    description:
      - The registry; the journal of runs is beside it. One registry serves one host.
      - Its folder has to belong to the user who runs berth, and nobody else may write there.
    type: path
    required: true
  host_name:
    description:
      - What the host is called in its findings, its registry and its plans. Without it C($BERTH_HOST) counts, on the host.
      - Findings and plans of another host than the registry's are refused.
    type: str
  findings:
    description: Where C(audited) keeps the findings on the host, to be fetched from there. In check mode they are not written.
    type: path
  only:
    description: Patterns of apps (C(model/appN), or a folder). The others are read, so that nothing is given out twice.
    type: list
    elements: str
    default: []
  reserve:
    description: Ports that are never handed out (C(5432), C(9000-9100)).
    type: list
    elements: str
    default: []
  accept:
    description: A file on the host that lists sharing that is meant to be.
    type: path
  range:
    description: Hand out only ports of this range (C(20000-29999)). Ranges that differ from host to host let an app keep its ports when it moves.
    type: str
  base_backend:
    description: Where the ports of backends begin.
    type: int
  base_frontend:
    description: Where the ports of frontends begin.
    type: int
  step:
    description: From one pair of ports to the next.
    type: int
  keep:
    description: A pair that clashes keeps its ports where it is the first.
    type: bool
    default: false
  keep_project_names:
    description: Leave project names, and so volumes, alone.
    type: bool
    default: false
  host_check:
    description: Whether what the host holds beside the apps (listeners, containers) counts.
    type: bool
    default: true
  run:
    description: The number of the run that C(undone) takes back.
    type: int
  all:
    description: Whether C(cutover) starts everything, and not only what ran.
    type: bool
    default: false
  executable:
    description: The program, or its path.
    type: str
    default: berth
attributes:
  check_mode:
    description: What would be found and changed is told; nothing is registered or written.
    support: full
  diff_mode:
    description: The edits as a unified diff.
    support: full
"""

EXAMPLES = r"""
- name: How many conflicts each host has
  berth.fleet.berth:
    root: /srv/apps
    db: /var/lib/berth/berth.db

- name: End them, and leave 5432 alone
  berth.fleet.berth:
    state: migrated
    root: /srv/apps
    db: /var/lib/berth/berth.db
    reserve: ["5432"]

- name: Take the last run back
  berth.fleet.berth:
    state: undone
    db: /var/lib/berth/berth.db
"""

RETURN = r"""
conflicts:
  description: How many conflicts there are, or were before the migration.
  type: int
  returned: audited, migrated
kinds:
  description: The conflicts by kind.
  type: dict
  returned: audited, migrated
  sample: {port: 12, container: 12, project: 6}
apps:
  description: How many apps change, or were changed.
  type: int
  returned: migrated, undone
edits:
  description: How many edits were planned.
  type: int
  returned: migrated
env_files:
  description: How many C(.env) files the plan makes.
  type: int
  returned: migrated
problems:
  description: What a person has to do, a line each.
  type: list
  elements: str
  returned: migrated
conflicts_after:
  description: How many conflicts a second scan finds.
  type: int
  returned: migrated, where files were changed
steps:
  description: The steps of the cutover, as C(app), C(step), C(status) and C(detail).
  type: list
  elements: dict
  returned: cutover
said:
  description: What the programs said to people.
  type: list
  elements: str
  returned: always
"""

import csv
import os
import shutil
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_text

EDITS = ("replace", "insert")
FILES = ("copy", "create")


class Berth:
    """The programs, and a scratch folder that is gone at the end."""

    def __init__(self, module):
        self.module = module
        self.options = module.params
        self.said = []
        self.work = tempfile.mkdtemp(prefix="berth-", dir=module.tmpdir)
        self.program = module.get_bin_path(self.options["executable"], required=True)

    def path(self, name):
        return os.path.join(self.work, name)

    def run(self, tool, *words, **streams):
        """Runs a tool; what it prints goes to the scratch file `to`, what it reads comes from `of`. A status of 2 or more ends
        the module."""
        data = None
        if streams.get("of"):
            with open(self.path(streams["of"]), "rb") as file:
                data = file.read()
        status, out, err = self.module.run_command([self.program, tool] + list(words), data=data, binary_data=True, encoding=None)
        self.said += [line for line in to_text(err).splitlines() if line]
        if status not in (0, 1):
            self.module.fail_json(msg="berth %s: %s" % (tool, to_text(err).strip() or "status %d" % status), rc=status, said=self.said)
        if streams.get("to"):
            with open(self.path(streams["to"]), "wb") as file:
                file.write(out)
        return out

    def rows(self, name):
        with open(self.path(name), encoding="utf-8", errors="surrogateescape", newline="") as file:
            return list(csv.DictReader(file))

    def scan(self, to, host):
        words = ["--quiet"] + (["--host"] if host else []) + self.name()
        self.run("scan", *(words + ["--", self.options["root"]]), to=to)

    def name(self):
        return ["--host-name", self.options["host_name"]] if self.options["host_name"] else []

    def conflicts(self, findings):
        """The rows of the report over the findings, with what the host holds left out."""
        self.run("report", "--quiet", "--format", "csv", "conflicts", of=findings, to="conflicts")
        return self.rows("conflicts")

    def only(self):
        return [word for pattern in self.options["only"] for word in ("--only", pattern)]

    def planning(self):
        options = self.options
        words = ["--db", options["db"]] + self.only()
        for name in ("accept", "range", "base_backend", "base_frontend", "step"):
            if options[name] is not None:
                words += ["--" + name.replace("_", "-"), str(options[name])]
        for port in options["reserve"]:
            words += ["--reserve", port]
        for name in ("keep", "keep_project_names"):
            if options[name]:
                words.append("--" + name.replace("_", "-"))
        if not options["host_check"]:
            words.append("--no-host-check")
        return words


def count_kinds(rows):
    kinds = {}
    for row in rows:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    return kinds


def audited(berth):
    berth.scan("findings", False)
    rows = berth.conflicts("findings")
    if berth.options["findings"] and not berth.module.check_mode:
        berth.module.atomic_move(berth.path("findings"), berth.options["findings"])
    return dict(changed=False, conflicts=len(rows), kinds=count_kinds(rows))


def count_apps(rows):
    return len(set(row["app"] for row in rows if row["app"]))


def failed_files(rows):
    return ["%s: %s%s" % (row["file"] or row["app"], row["status"], ": " + row["detail"] if row["detail"] else "")
            for row in rows if row["status"] in ("stale", "failed")]


def migrated(berth):
    module = berth.module
    berth.scan("findings", berth.options["host_check"])
    before = berth.conflicts("findings")
    words = berth.planning() + (["--dry-run"] if module.check_mode else [])
    berth.run("plan", *words, of="findings", to="plan")
    rows = berth.rows("plan")
    edits = [row for row in rows if row["action"] in EDITS + FILES]
    result = dict(changed=bool(edits), conflicts=len(before), kinds=count_kinds(before),
                  edits=sum(row["action"] in EDITS for row in edits), env_files=sum(row["action"] in FILES for row in edits),
                  apps=count_apps(edits),
                  problems=["%s: %s" % (row["file"] or row["app"], row["new"]) for row in rows if row["action"] == "problem"])
    if edits and module._diff:      # pylint: disable=protected-access # how modules ask for it
        result["diff"] = dict(prepared=to_text(berth.run("apply", "--quiet", "--dry-run", "--db", berth.options["db"], *berth.name(), of="plan")))
    if not edits or module.check_mode:
        return result
    berth.run("apply", "--quiet", "--format", "csv", "--db", berth.options["db"], *berth.name(), of="plan", to="results")
    wrong = failed_files(berth.rows("results"))
    if wrong:
        module.fail_json(msg="some files were not changed: " + "; ".join(wrong), said=berth.said, **result)
    berth.scan("again", False)
    result["conflicts_after"] = len(berth.conflicts("again"))
    return result


def undone(berth):
    module, run = berth.module, berth.options["run"]
    db = ["--db", berth.options["db"]]
    if not os.path.exists(berth.options["db"] + ".runs"):
        return dict(changed=False, apps=0)
    berth.run("apply", "--quiet", "--runs", *db, to="runs")
    runs = [row for row in berth.rows("runs") if run is None or row["run"] == str(run)]
    if run is not None and not runs:
        module.fail_json(msg="the journal has no run %d" % run, said=berth.said)
    if not runs or runs[-1]["state"] == "undone":
        return dict(changed=False, apps=0)
    if module.check_mode:
        return dict(changed=True, apps=int(runs[-1]["apps"]))
    berth.run("apply", "--quiet", "--format", "csv", "--undo=" + runs[-1]["run"], *db, to="results")
    rows = berth.rows("results")
    wrong = failed_files(rows)
    if wrong:
        module.fail_json(msg="some files were not given back: " + "; ".join(wrong), said=berth.said)
    return dict(changed=bool(rows), apps=count_apps(rows))


def cutover(berth):
    words = ["--quiet", "--db", berth.options["db"]] + berth.only()
    if berth.options["all"]:
        words.append("--all")
    if berth.module.check_mode:
        commands = to_text(berth.run("cutover", "--dry-run", *words)).splitlines()
        commands = [line for line in commands if line and not line.startswith("#")]
        return dict(changed=bool(commands), steps=[dict(app="", step="command", status="would-change", detail=line) for line in commands])
    berth.run("cutover", *words, to="steps")
    rows = berth.rows("steps")
    wrong = [row for row in rows if row["status"] == "failed"]
    if wrong:
        berth.module.fail_json(msg="; ".join("%s: %s: %s" % (row["app"], row["step"], row["detail"]) for row in wrong),
                               steps=rows, said=berth.said)
    return dict(changed=bool(rows), steps=rows)


STATES = dict(audited=audited, migrated=migrated, undone=undone, cutover=cutover)


def main():
    module = AnsibleModule(
        argument_spec=dict(
            state=dict(type="str", choices=["audited", "migrated", "undone", "cutover"], default="audited"),
            root=dict(type="path"),
            db=dict(type="path", required=True),
            host_name=dict(type="str"),
            findings=dict(type="path"),
            only=dict(type="list", elements="str", default=[]),
            reserve=dict(type="list", elements="str", default=[]),
            accept=dict(type="path"),
            range=dict(type="str"),
            base_backend=dict(type="int"),
            base_frontend=dict(type="int"),
            step=dict(type="int"),
            keep=dict(type="bool", default=False),
            keep_project_names=dict(type="bool", default=False),
            host_check=dict(type="bool", default=True),
            run=dict(type="int"),
            all=dict(type="bool", default=False),
            executable=dict(type="str", default="berth"),
        ),
        required_if=[("state", "audited", ["root"]), ("state", "migrated", ["root"])],
        supports_check_mode=True,
    )
    berth = Berth(module)
    try:
        result = STATES[module.params["state"]](berth)
    finally:
        shutil.rmtree(berth.work, ignore_errors=True)
    module.exit_json(said=berth.said, **result)


if __name__ == "__main__":
    main()
