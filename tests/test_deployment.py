"""What `manifest/` deploys with is sound, and names only what there is."""

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml
from click.testing import CliRunner

from bot.app.alive import PULSE
from bot.cli.check import check
from bot.cli.commands import larkwatch
from bot.config.schema import AGENT, Config

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "manifest"
DOCKERFILE = MANIFEST / "Dockerfile"
TOOLS = Path(sys.executable).parent
UNITS = sorted((MANIFEST / "systemd").glob("*.service"))
CLUSTER = MANIFEST / "kubernetes"
RESOURCES = sorted(path for path in CLUSTER.rglob("*.yaml") if path.name != "kustomization.yaml")
CONFIGURATIONS = sorted(
    path
    for folder in ("compose", "kubernetes", "systemd")
    for path in (MANIFEST / folder).rglob("*.toml")
)
COMPOSE = yaml.safe_load((MANIFEST / "compose.yaml").read_text())
by_name = {"ids": lambda path: str(path.relative_to(MANIFEST))}


def understand(words: Sequence[str]) -> str:
    """Parse a command line of ours as it would be when it runs; the configuration it names."""
    name, *arguments = words
    command = larkwatch.get_command(click.Context(larkwatch), name)
    assert command is not None, name
    with command.make_context(name, list(arguments)) as parsed:
        return str(parsed.params.get("file", ""))


def documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


def resources(kind: str) -> list[dict[str, Any]]:
    return [one for path in RESOURCES for one in documents(path) if one["kind"] == kind]


def judged(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


# The image


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", DOCKERFILE.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def said(word: str) -> list[str]:
    return [rest for found, rest in instructions() if found == word]


def test_the_dockerfile_passes_hadolint() -> None:
    judged(str(TOOLS / "hadolint"), "--failure-threshold", "style", str(DOCKERFILE))


def test_the_image_starts_a_command_that_there_is() -> None:
    assert said("ENTRYPOINT") == ['["larkwatch"]']
    assert understand(json.loads(said("CMD")[0])) == "/etc/larkwatch/larkwatch.toml"
    assert f'image.version="{_version()}"' in said("LABEL")[0]
    assert said("EXPOSE") == [str(Config().server.port)]


def test_the_image_is_not_roots_and_its_health_is_looked_at() -> None:
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", said("USER")[-1])
    assert f"{PULSE}=" in said("ENV")[-1]
    assert f"${PULSE}" in said("HEALTHCHECK")[0]


def test_all_that_is_copied_is_there_and_nothing_else_is_sent() -> None:
    ignored = (MANIFEST / "Dockerfile.dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    copied = {
        source for rest in said("COPY") if "--from" not in rest for source in rest.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"]} <= copied


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", (ROOT / ".ci" / lock).read_text()))


def test_the_image_has_every_extra_in_the_versions_that_are_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(one for extra in extras for one in extra)]
    names = {re.match(r"[a-z0-9-]+", one)[0] for one in wanted}  # type: ignore[index]
    image, tested = pinned("lock-image.txt"), {**pinned("lock-run.txt"), **pinned("lock-dev.txt")}
    assert names <= set(image), "write .ci/lock-image.txt anew: make lock"
    assert image.items() <= tested.items(), "write .ci/lock-image.txt anew: make lock"


# The configurations


@pytest.mark.parametrize("path", CONFIGURATIONS, **by_name)
def test_every_configuration_is_usable_with_its_secrets_and_folders(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    text = re.sub(r'(?<==\s")/run/|(?<=[:"])/+var/lib/', f"{tmp_path}/", path.read_text())
    text = text.replace(f"sqlite:{tmp_path}", f"sqlite:///{tmp_path}")
    for folder in ("larkwatch", "larkwatch-server", "larkwatch-watch"):
        (tmp_path / folder).mkdir()
    for secret in re.findall(rf'_file = "({tmp_path}/[^"]+)"', text):
        Path(secret).parent.mkdir(parents=True, exist_ok=True)
        Path(secret).write_text("cli_1" if secret.endswith("app_id") else "secret")
    file = tmp_path / "larkwatch.toml"
    file.write_text(text)
    done = CliRunner().invoke(check, ["-c", str(file)])
    assert done.exit_code == 0, done.output
    assert "LARKWATCH_" not in done.output, "a secret is wanted that no file holds"
    assert f"{tmp_path}/larkwatch.db" not in done.output


# Compose


def test_compose_keeps_to_its_specification() -> None:
    tool = str(TOOLS / "check-jsonschema")
    schema = "vendor.compose-spec"
    judged(tool, "--builtin-schema", schema, str(MANIFEST / "compose.yaml"))


@pytest.mark.parametrize("name", ["larkwatch", "server", "watch"])
def test_a_service_of_compose_runs_a_command_with_the_files_it_names(name: str) -> None:
    service = COMPOSE["services"][name]
    mounted = {inside: outside for outside, inside, *_ in map(_split, service["volumes"])}
    outside = MANIFEST / mounted[understand(service["command"])]
    config = outside.read_text()
    secrets = set(re.findall(r'"/run/secrets/([^"]+)"', config))
    assert secrets == set(service["secrets"]) <= set(COMPOSE["secrets"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "/var/lib/larkwatch" in mounted
    volumes = {one for one in mounted.values() if one[0] not in "./"}
    assert volumes <= set(COMPOSE["volumes"])
    assert set(service.get("environment", {})) <= {AGENT}
    others = re.findall(r'"\w+://(?:\w+@)?(\w+)(?:[:/][^"]*)?"', config)
    assert set(others) - {""} <= set(COMPOSE["services"])


def _split(volume: str) -> list[str]:
    return volume.split(":")


def test_valkey_reads_the_password_that_the_server_is_given() -> None:
    valkey = COMPOSE["services"]["valkey"]
    (secret,) = valkey["secrets"]
    (server,) = [
        one for one in CONFIGURATIONS if one.parent.name == "compose" and "redis" in one.read_text()
    ]
    assert tomllib.loads(server.read_text())["redis"]["password_file"] == f"/run/secrets/{secret}"
    for words in (valkey["command"], valkey["healthcheck"]["test"]):
        assert f'"$$(cat /run/secrets/{secret})"' in words[-1]


def test_the_server_of_compose_is_asked_where_it_listens() -> None:
    server = COMPOSE["services"]["server"]
    port = server["command"][server["command"].index("--port") + 1]
    assert server["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert f":{port}/healthz" in server["healthcheck"]["test"][-1]
    compile(server["healthcheck"]["test"][-1], "healthcheck", "exec")


# Kubernetes


@pytest.mark.parametrize("path", RESOURCES, **by_name)
def test_every_resource_is_known_to_kubernetes(path: Path) -> None:
    for one in documents(path):
        kubernetes_validate.validate(one, "1.33", strict=True)


def test_every_folder_of_the_cluster_is_whole() -> None:
    folders = sorted(CLUSTER.rglob("kustomization.yaml"))
    named = set()
    for path in folders:
        (kustomization,) = documents(path)
        generated = kustomization.get("configMapGenerator", [])
        files = [file for one in generated for file in one["files"]]
        named |= {(path.parent / one).resolve() for one in [*kustomization["resources"], *files]}
    assert all(one.exists() for one in named)
    assert set(RESOURCES) | set(CLUSTER.rglob("*.toml")) <= named


def workloads() -> list[dict[str, Any]]:
    return [*resources("Deployment"), *resources("DaemonSet")]


@pytest.mark.parametrize("one", workloads(), ids=lambda one: one["kind"])
def test_a_workload_runs_a_command_with_what_it_mounts(one: dict[str, Any]) -> None:
    pod = one["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert set(mounts.values()) == set(volumes)
    inside = Path(understand(container["args"]))
    folder = CLUSTER / ("server" if one["kind"] == "Deployment" else "watch")
    (generated,) = documents(folder / "kustomization.yaml")[0]["configMapGenerator"]
    assert generated["files"] == [inside.name]
    assert volumes[mounts[str(inside.parent)]]["configMap"]["name"] == generated["name"]
    config = (folder / inside.name).read_text()
    secrets = re.findall(r'"(/run/secrets/[^"]+)"', config)
    assert secrets
    assert {str(Path(path).parent) for path in secrets} <= set(mounts)
    how = (CLUSTER / "kustomization.yaml").read_text()
    assert all(f"--from-literal={Path(path).name}=" in how for path in secrets)
    written = set(re.findall(r'"(?:sqlite:///)?(/var/lib/\w[^"/]*)', config))
    assert written <= set(mounts)
    safe = container["securityContext"]
    assert safe["readOnlyRootFilesystem"] is True
    assert safe["allowPrivilegeEscalation"] is False
    assert safe["capabilities"] == {"drop": ["ALL"]}
    assert {variable["name"] for variable in container.get("env", ())} <= {AGENT}
    assert container["image"].rpartition(":")[2] == _version()


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def test_the_cluster_reaches_the_server_where_it_listens() -> None:
    (deployment,) = resources("Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    (port,) = container["ports"]
    assert str(port["containerPort"]) == container["args"][container["args"].index("--port") + 1]
    for probe, path in (
        ("startup", "/healthz"),
        ("liveness", "/healthz"),
        ("readiness", "/readyz"),
    ):
        asked = container[f"{probe}Probe"]["httpGet"]
        assert (asked["path"], asked["port"]) == (path, port["name"])
    (service,) = resources("Service")
    namespace = documents(CLUSTER / "server" / "kustomization.yaml")[0]["namespace"]
    name, number = service["metadata"]["name"], service["spec"]["ports"][0]["port"]
    watching = (CLUSTER / "watch" / "larkwatch.toml").read_text()
    assert f'"http://{name}.{namespace}.svc:{number}"' in watching
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    for kind in ("HorizontalPodAutoscaler", "PodDisruptionBudget"):
        (found,) = resources(kind)
        assert found["metadata"]["name"] == deployment["metadata"]["name"]


def test_the_watchers_of_a_cluster_do_not_read_larkwatchs_own_log() -> None:
    (watch,) = tomllib.loads((CLUSTER / "watch" / "larkwatch.toml").read_text())["watch"]

    def is_read(namespace: str) -> bool:
        path = f"/var/log/pods/{namespace}_pod-0_uid/container/0.log"
        return any(fnmatch.fnmatchcase(path, glob) for glob in watch["files"])

    assert all(map(is_read, ("default", "kube-system", "l", "la", "lab", "lamp", "larch", "pay")))
    assert not any(map(is_read, ("larkwatch", "larkwatch-watch")))


# systemd


@pytest.fixture(scope="session")
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        missing = "systemd-analyze (Debian: systemd)"
        if os.environ.get("CI"):
            pytest.fail(f"missing {missing}")
        warnings.warn(f"THE UNITS OF SYSTEMD ARE NOT CHECKED: missing {missing}", stacklevel=1)
        pytest.skip(f"missing {missing}")
    return found


def settings(unit: Path) -> Iterator[tuple[str, str]]:
    for line in unit.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            yield line.partition("=")[0], line.partition("=")[2]


@pytest.mark.parametrize("unit", UNITS, **by_name)
def test_a_unit_is_sound_and_shut_in(unit: Path, analyze: str, tmp_path: Path) -> None:
    here = tmp_path / unit.name  # with a program that this machine has
    here.write_text(unit.read_text().replace("/opt/larkwatch/bin/larkwatch", sys.executable))
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(here)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    # Tenths of systemd's own mark, of which 100 is open to everything.
    judged(analyze, "security", "--offline=true", "--threshold=20", str(here))


@pytest.mark.parametrize("unit", UNITS, **by_name)
def test_a_unit_runs_a_command_with_the_secrets_it_loads(unit: Path) -> None:
    said = list(settings(unit))
    (start,) = [value for key, value in said if key == "ExecStart"]
    file = Path(understand(shlex.split(start)[1:]))
    config = (unit.parent / file.name).read_text()
    loaded = {value.partition(":")[0] for key, value in said if key == "LoadCredential"}
    assert {f"/run/credentials/{unit.name}/{one}" for one in loaded} == set(
        re.findall(r'"(/run/credentials/[^"]+)"', config)
    )
    (state,) = [value for key, value in said if key == "StateDirectory"]
    written = re.findall(r'"(?:sqlite:///)?(/var/lib/[^"]+)"', config)
    assert written
    assert all(path.startswith(f"/var/lib/{state}/") for path in written)


# For those who work on it


def test_the_editor_starts_commands_that_there_are() -> None:
    launches = json.loads((ROOT / ".vscode" / "launch.json").read_text())["configurations"]
    ours = [one for one in launches if one.get("program", "").endswith("/.venv/bin/larkwatch")]
    for one in ours:
        understand(one["args"])
    assert {one["args"][0] for one in ours} == {"demo", "sandbox", "run", "serve", "watch"}
    assert [one["module"] for one in launches if one not in ours] == ["pytest"]


def test_the_dev_container_is_made_as_the_readme_says() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    targets = re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text())
    assert re.match(r"make (\w+)", container["postCreateCommand"])[1] in targets  # type: ignore[index]
    assert (ROOT / ".ci" / "system-packages").is_file()
    assert Config().server.port in container["forwardPorts"]


# The page about it


def test_the_page_about_deploying_names_files_that_there_are_and_a_usable_configuration(
    tmp_path: Path,
) -> None:
    page = (MANIFEST / "README.md").read_text()
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    places = [MANIFEST / one for one in re.findall(r"\]\(([^)]+)\)", page)]
    places += [ROOT / one for one in re.findall(r"(?:manifest|\.ci)/[\w./-]+", shell)]
    places += [MANIFEST / "systemd" / one for one in re.findall(r"`([\w-]+\.service)`", page)]
    assert len(places) > 8
    assert [one for one in places if not one.exists()] == []
    assert set(re.findall(r"--profile (\w+)", page)) == {
        profile for one in COMPOSE["services"].values() for profile in one["profiles"]
    }
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "larkwatch.toml"
    file.write_text(text)
    done = CliRunner().invoke(check, ["-c", str(file)])
    assert done.exit_code == 0, done.output
