# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries the archive as users will have it: installed from the file, on the oldest, the newest and the coming ansible-core.

    python tools/release_check.py [RELEASE...]

First it looks at what a release needs besides: changelog, `version_added`, licences, site, galaxy-importer. Then it builds the archive
and installs it, with what its requirements.txt names and nothing else of ours, into an environment for each release under
.build/release. There it is used against the stand-in that the archive itself brings. It ends with a table. Exit status 1 when something
failed or no release could be tried.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import version_added
import yaml
from layout import BUILD, ROOT, with_programs
from matrix import RELEASES, WANTED, find_pythons
from running_stand_in import NotReady, started
from stage import stage

WORK = BUILD / "release"
# The oldest that is supported, the newest that is out, and the candidate.
CHOSEN = ("2.16", "2.21", "2.22")
NAME = "superoffice.erpsync"
GALAXY_NAME = "superoffice-erpsync"
# Kinds of plugins by what ansible-doc calls them; it knows no others.
KINDS = ("module", "filter", "lookup", "callback", "inventory", "role")
DECLARED = {"connectors": [{"name": "Visma", "url": "https://erp.example.com/Connector.svc"}]}


class Failed(Exception):
    """What was tried did not go as it should; the text says what was seen."""


def _need(holds: bool, seen: str) -> None:
    if not holds:
        raise Failed(seen)


class Installed:
    """The archive in an environment of its own, and what a user has besides: a home folder and an inventory."""

    def __init__(self, release: str, python: Path, archive: Path) -> None:
        self.python = python
        self.archive = archive
        self.home = WORK / f"{release}-home"
        self.collections = self.home / "collections"
        self.root = self.collections / "ansible_collections" / "superoffice" / "erpsync"
        shutil.rmtree(self.home, ignore_errors=True)
        (self.home / "tmp").mkdir(parents=True)

    def run(self, *command: str, fails: bool = False) -> str:
        """The output of a program of this environment, which must end well, or badly where that is what is looked for."""
        own = {
            "PATH": f"{self.python.parent}{os.pathsep}{os.defpath}",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_LOCAL_TEMP": str(self.home / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "COLUMNS": "160",
        }
        # How packages are had: for pip alone.
        settings = ("PIP_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
        passed = {name: value for name, value in os.environ.items() if name.upper().startswith(settings)}
        program = [str(self.python.parent / command[0]), *command[1:]]
        done = subprocess.run(program, cwd=self.home, env={**passed, **own}, capture_output=True, text=True, check=False)
        shown = done.stdout + done.stderr
        _need((done.returncode != 0) is fails, f"{' '.join(command)} ended with {done.returncode}:\n{shown[-2500:]}")
        return shown


def install(release: str, interpreter: Path, archive: Path) -> Installed:
    """An environment with ansible-core and what the archive requires, in which the archive is installed as a user does."""
    venv = WORK / release
    with tarfile.open(archive) as opened:
        requirements = opened.extractfile("requirements.txt")
        needed = requirements.read().decode() if requirements else ""
    wanted = WANTED.get(release, f"ansible-core=={release}.*")
    token = hashlib.sha256("\n".join([str(interpreter), wanted, needed]).encode()).hexdigest()
    stamp = venv / ".stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != token:
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([str(interpreter), "-m", "venv", str(venv)], check=True)
        (venv / "requirements.txt").write_text(needed, encoding="utf-8")
        command = [str(venv / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check", wanted]
        subprocess.run([*command, "-r", str(venv / "requirements.txt")], check=True)
        stamp.write_text(token, encoding="utf-8")
    there = Installed(release, venv / "bin" / "python", archive)
    there.run("ansible-galaxy", "collection", "install", str(archive), "-p", str(there.collections))
    return there


def _inventory(there: Installed, ready: dict[str, Any], declared: Any) -> None:
    connection = {"erpsync_url": ready["url"], "erpsync_username": ready["username"], "erpsync_password": ready["password"]}
    hosts = {"crm": {**connection, "erpsync_environment": declared}}
    (there.home / "hosts.yml").write_text(yaml.safe_dump({"superoffice": {"hosts": hosts}}, allow_unicode=True), encoding="utf-8")


def try_version(there: Installed, _ready: dict[str, Any]) -> str:
    """The installed collection is of this version, and its files are those of the archive."""
    listed = there.run("ansible-galaxy", "collection", "list", NAME)
    _need(version_added.coming() in listed, listed)
    there.run("ansible-galaxy", "collection", "verify", "--offline", NAME)
    return f"{NAME} {version_added.coming()}"


def try_documentation(there: Installed, _ready: dict[str, Any]) -> str:
    """ansible-doc shows every plugin and role."""
    counted = []
    expected = version_added.contents()
    for kind in KINDS:
        listed = json.loads(there.run("ansible-doc", "-t", kind, "--list", "--json", NAME).partition("\n[")[0])
        names = sorted(listed)
        _need(names == [f"{NAME}.{name}" for name in sorted(expected[kind])], f"{kind}: {names}")
        shown = there.run("ansible-doc", "-t", kind, *names)
        _need(all(name.rpartition(".")[2] in shown for name in names), f"{kind}: {shown[:500]}")
        counted.append(f"{len(names)} {kind}")
    return ", ".join(counted)


def try_adhoc(there: Installed, ready: dict[str, Any]) -> str:
    """A module on the command line, in Ansible's process and as an ordinary module."""
    _inventory(there, ready, DECLARED)
    for shell in ("true", "false"):
        command = ("ansible", "crm", "-i", "hosts.yml", "-c", "local", "-m", f"{NAME}.erpsync_info", "-a", "gather=engine")
        shown = there.run(*command, "-e", f"erpsync_in_process={shell}")
        _need('"interval_seconds"' in shown, shown[-800:])
    return "erpsync_info in both shells"


def try_playbooks(there: Installed, ready: dict[str, Any]) -> str:
    """Drift tells what differs, converge mends it, and then neither has anything to say."""
    _inventory(there, ready, DECLARED | {"engine": {"interval": "7m"}})
    ends = []
    for playbook, differs in (("drift", True), ("converge", False), ("converge", False), ("drift", False)):
        shown = there.run("ansible-playbook", f"{NAME}.{playbook}", "-i", "hosts.yml", fails=differs)
        recap = re.search(r"^crm +: .*changed=(\d+) .*failed=(\d+)", shown, re.MULTILINE)
        _need(recap is not None, shown[-800:])
        assert recap is not None
        ends.append((playbook, bool(int(recap[1])), bool(int(recap[2]))))
    # Playbook, changed, failed; a comparison that finds something may count as changed.
    expected = [("drift", ends[0][1], True), ("converge", True, False), ("converge", False, False), ("drift", False, False)]
    _need(ends == expected, str(ends))
    return "drift, converge, converge again, drift"


def try_inventory(there: Installed, ready: dict[str, Any]) -> str:
    """The inventory plugin makes hosts of the tenants of the stand-in, with their states."""
    online = ready["online"]
    source = {"plugin": f"{NAME}.online", "tenants": sorted(online["tenants"]), "login_url": online["login_url"]}
    (there.home / "fleet.superoffice.yml").write_text(yaml.safe_dump(source), encoding="utf-8")
    shown = there.run("ansible-inventory", "-i", "fleet.superoffice.yml", "--list")
    hosts = json.loads(shown[shown.index("{") : shown.rindex("}") + 1])["_meta"]["hostvars"]
    # Before 2.19 a text in which no template is looked for is shown in a dictionary.
    told = {host: variables["state"] for host, variables in hosts.items()}
    states = {host: state["__ansible_unsafe"] if isinstance(state, dict) else state for host, state in told.items()}
    _need(states == dict.fromkeys(online["tenants"], "Running"), shown[-800:])
    return f"online, of {len(states)} tenants"


TRIED: dict[str, Callable[[Installed, dict[str, Any]], str]] = {
    "version": try_version,
    "ansible-doc": try_documentation,
    "ad-hoc": try_adhoc,
    "playbooks": try_playbooks,
    "inventory": try_inventory,
}


def build() -> Path:
    """The archive of the working tree."""
    folder = WORK / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    source = stage()
    galaxy = Path(sys.executable).parent / "ansible-galaxy"
    subprocess.run([str(galaxy), "collection", "build", str(source), "--output-path", str(folder)], check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob(f"{GALAXY_NAME}-*.tar.gz")
    return archive


def changelog_problems(root: Path = ROOT) -> list[str]:
    """What keeps the changelog from being that of the version in galaxy.yml, with all that the fragments say."""
    version = version_added.coming(root)
    folder = root / "changelogs"
    releases = yaml.safe_load((folder / "changelog.yaml").read_text(encoding="utf-8"))["releases"]
    if version not in releases:
        return [f"changelogs/changelog.yaml has no release {version}"]
    found = []
    told = {name: release for release in releases.values() for name in release.get("fragments", ())}
    for path in sorted((folder / "fragments").glob("*.y*ml")):
        changes = told.get(path.name, {}).get("changes", {})
        for section, lines in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            # New plugins and playbooks stand elsewhere.
            if section.startswith("add "):
                continue
            missing = [line for line in ([lines] if isinstance(lines, str) else lines) if line not in changes.get(section, ())]
            found += [f"no release has this of {path.name}: {line}" for line in missing]
    if f"\nv{version}\n" not in (root / "CHANGELOG.rst").read_text(encoding="utf-8"):
        found.append(f"CHANGELOG.rst does not tell of {version}")
    return found


def try_changelog() -> str:
    """All that the fragments say stands in the changelog, under a version."""
    problems = changelog_problems()
    _need(not problems, "; ".join(problems))
    return _run_own("antsibull-changelog", "lint")


def try_contents() -> str:
    """version_added is right, and nothing of the last release is gone."""
    return _run_own("python", "tools/version_added.py")


def try_licences() -> str:
    """Each file says whose it is and under which licence (REUSE)."""
    return _run_own("reuse", "lint", "--quiet")


def try_documentation_site() -> str:
    """The site is built without a warning."""
    return _run_own("python", "tools/build_docs.py")


def try_galaxy() -> str:
    """galaxy-importer takes the archive without a warning."""
    return _run_own("python", "tools/run_importer.py", str(BUILD / "importer-venv" / "bin" / "python"))


def _run_own(*command: str) -> str:
    """Run a program of the development environment in the repository, which must end well."""
    program = [str(Path(sys.executable).parent / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=ROOT, env=with_programs(), capture_output=True, text=True, check=False)
    _need(done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2500:]}")
    return " ".join(command[:2])


OWN: dict[str, Callable[[], str]] = {
    "changelog": try_changelog,
    "contents": try_contents,
    "licences": try_licences,
    "site": try_documentation_site,
    "galaxy": try_galaxy,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Try the archive as users will have it.")
    parser.add_argument("releases", nargs="*", metavar="RELEASE", help=f"of ansible-core; {', '.join(CHOSEN)} without")
    chosen = parser.parse_args().releases or list(CHOSEN)
    if unknown := set(chosen) - set(RELEASES):
        parser.error(f"unknown release {', '.join(sorted(unknown))}")

    rows: list[tuple[str, str, str]] = []

    def note(where: str, what: str, result: str) -> None:
        rows.append((where, what, result))
        print(f"{where:<6}{what:<13}{result}", flush=True)

    def attempt(where: str, what: str, do: Callable[[], str]) -> None:
        try:
            note(where, what, f"ok: {do()}")
        except Failed as failure:
            note(where, what, f"FAILED: {failure}")

    for name, own in OWN.items():
        attempt("-", name, own)
    archive = build()
    note("-", "archive", f"ok: {archive.name}, {archive.stat().st_size // 1024} KiB")
    pythons = find_pythons()
    for release in chosen:
        version = next((candidate for candidate in RELEASES[release] if candidate in pythons), None)
        if version is None:
            note(release, "all", f"skipped: needs Python {' or '.join(RELEASES[release])}")
            continue
        try:
            there = install(release, pythons[version], archive)
            core = there.run("ansible", "--version").splitlines()[0]
            note(release, "install", f"ok: {core} on Python {version}")
            with started(there.root, "--online") as ready:
                for name, tried in TRIED.items():
                    attempt(release, name, partial(tried, there, ready))
        except (Failed, NotReady, subprocess.CalledProcessError) as failure:
            note(release, "install", f"FAILED: {failure}")

    print(f"\n{'core':<6}{'tried':<13}result")
    for where, what, result in rows:
        print(f"{where:<6}{what:<13}{result.splitlines()[0]}")
    installed = [row for row in rows if row[0] != "-" and not row[2].startswith("skipped")]
    return 1 if not installed or any(row[2].startswith("FAILED") for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
