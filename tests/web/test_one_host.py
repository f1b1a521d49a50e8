"""docs/operator.md, followed as it stands: its settings, its units, its server block; one host behind nginx, killed under load."""

from __future__ import annotations

import contextlib
import datetime
import getpass
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyotp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.world.letters import text_of
from tests.world.servers import free_port
from tests.world.smtp_server import Mailbox, mail_server
from tests.world.tiers import skip_loudly

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "operator.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""


def block(kind: str) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)[0]


def environment(folder: Path, url: str, mail: Mailbox, port: int) -> dict[str, str]:
    """The guide's settings; what names a machine is put in place of the example's."""
    said = dict(line.split("=", 1) for line in block("env").split())
    ours = {
        "SURVEYAPP_DATABASE_URL": url,
        "SURVEYAPP_BASE_URL": f"https://localhost:{port}",
        "SURVEYAPP_TRUSTED_HOSTS": "localhost",
        "SURVEYAPP_MAIL_SERVER": mail.address,
    }
    assert ours.keys() <= said.keys()
    return {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")} | said | ours


@contextlib.contextmanager
def kept_up(command: list[str], settings: dict[str, str], folder: Path) -> Iterator[Callable[[], int]]:
    """As `Restart=always` does. Yields what tells the process that runs now."""
    assert "Restart=always" in block("ini")
    stopping, running = threading.Event(), []

    def keep() -> None:
        while not stopping.is_set():
            running.append(subprocess.Popen(command, env=settings, cwd=folder, start_new_session=True))
            running[-1].wait()
            stopping.wait(1)

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield lambda: running[-1].pid
    finally:
        stopping.set()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running[-1].pid, signal.SIGKILL)
        thread.join()


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "surveyapp.pem", folder / "surveyapp.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*form))
    return public, private


@contextlib.contextmanager
def nginx(folder: Path, port: int, behind: int) -> Iterator[Path]:
    """The guide's server block, with this machine's ports and a certificate of its own."""
    public, private = certificate(folder)
    server = block("nginx").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    server = server.replace("questionnaires.example.org", "localhost").replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    server = server.replace("/etc/ssl/surveyapp.pem", str(public)).replace("/etc/ssl/surveyapp.key", str(private))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if getpass.getuser() == "root" else ""
    whole = f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    whole += f"http {{\naccess_log off;\n{places}types {{ text/css css; application/javascript js; }}\n{server}}}\n"
    (folder / "nginx.conf").write_text(whole)
    started = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    try:
        yield public
    finally:
        started.terminate()
        started.wait()


def answers(client: httpx.Client, path: str) -> httpx.Response:
    for _ in range(200):
        with contextlib.suppress(httpx.TransportError):
            answer = client.get(path)
            if answer.status_code < 500:
                return answer
        time.sleep(0.1)
    raise AssertionError(f"{path} does not answer")


def send(client: httpx.Client, path: str, form: dict[str, str], at: str | None = None) -> httpx.Response:
    """As a page's form does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(at or path).text)
    assert token is not None
    return client.post(path, data=form | {"csrf_token": token[1]}, headers={"Referer": f"{client.base_url}/"})


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_host_as_the_guide_has_it_is_killed_under_load_and_comes_back(database_url: str, tmp_path: Path) -> None:
    if not NGINX:
        skip_loudly("no nginx on this machine: the guide for one host is not followed")
    outside, inside = free_port(), free_port()
    unit = re.search(r"ExecStart=\S+/surveyapp (run) --port 8000", block("ini"))
    assert unit is not None
    program = [sys.executable, "-m", "surveyapp.cli"]
    with mail_server() as mail, nginx(tmp_path, outside, inside) as trusted:
        settings = environment(tmp_path, database_url, mail, outside)
        settings["SURVEYAPP_SECRET_KEY"] = "one host"  # kept in the instance folder where it is not told
        for command in (["upgrade"], ["add-person", "sam@secretariat.example", "Sam", "--role", "secretariat"]):
            subprocess.run([*program, *command], env=settings, cwd=tmp_path, check=True, capture_output=True)
        pages, work = [*program, unit[1], "--port", str(inside)], [*program, "work"]
        with (
            kept_up(pages, settings, tmp_path) as process,
            kept_up(work, settings, tmp_path),
            httpx.Client(
                base_url=f"https://localhost:{outside}", verify=ssl.create_default_context(cafile=str(trusted))
            ) as client,
        ):
            assert answers(client, "/ready").status_code == 200
            _sign_in(client, mail)
            _pages(client, outside)
            _killed_under_load(client, process)


def _sign_in(client: httpx.Client, mail: Mailbox) -> None:
    """By the link in a real letter, through nginx, with cookies that travel over https alone."""
    assert send(client, "/sign-in", {"email": "sam@secretariat.example"}).status_code == 200
    for _ in range(200):
        if mail.messages:
            break
        time.sleep(0.1)
    link = next(line for line in text_of(mail.messages[0]).splitlines() if "/sign-in/" in line)
    assert link.startswith(str(client.base_url).rstrip("/"))
    assert send(client, link, {}, at=link).headers["Location"] == "/sign-in/second?next=/"
    page = client.get("/sign-in/second").text
    key = re.search(r'class="key"[^>]*>([^<]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    sealed = re.search(r'name="secret" value="([^"]+)"', page)[1]  # type: ignore[index]
    form = {"secret": sealed, "code": pyotp.TOTP(key).now(), "next": "/secretariat/people"}
    assert send(client, "/account/app", form, at="/sign-in/second").status_code == 303
    assert client.cookies and all(name.startswith(("__Host-", "language")) for name in client.cookies)


def _pages(client: httpx.Client, port: int) -> None:
    page = client.get("/secretariat/people")
    assert page.status_code == 200 and "Sam" in page.text
    assert page.headers["Strict-Transport-Security"] and page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Encoding"] == "gzip", "nginx compresses where the program leaves it to it"
    assert httpx.get(f"https://127.0.0.1:{port}/", verify=False).status_code == 400, "a host that is not ours"
    large = client.post("/secretariat/questionnaires", content=b"x" * 6_000_000)
    assert (large.status_code in (400, 413) and "surveyapp" in large.text.lower()) or "Questionnaires" in large.text, (
        "the program says it, not nginx"
    )


def _killed_under_load(client: httpx.Client, process: Callable[[], int]) -> None:
    """What was answered with yes is there afterwards; while the pages are away nginx says so; then they are back."""
    kept, away = [], 0
    for number in range(60):
        if number == 20:
            os.killpg(process(), signal.SIGKILL)
        code = f"org-{number}"
        form = {"code": code, "kind": "organisation", "name-en": f"Organisation {number}"}
        with contextlib.suppress(httpx.TransportError, AssertionError):
            answer = send(client, "/secretariat/participants/new", form)
            if answer.status_code == 303:
                kept.append(code)
                continue
        away += 1
        time.sleep(0.2)
    assert answers(client, "/ready").status_code == 200
    assert len(kept) > 25 and away > 0, f"{len(kept)} kept, {away} while it was away"
    register = client.get("/secretariat/participants/file?form=csv").text
    assert [code for code in kept if f"\n{code}," not in register] == []


def test_the_units_are_as_systemd_reads_them(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if not verify:
        skip_loudly("no systemd on this machine: the guide's unit is not verified by it")
        return
    program = tmp_path / "surveyapp"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = block("ini").replace("/srv/surveyapp/.venv/bin/surveyapp", str(program)).replace("User=surveyapp\n", "")
    unit = tmp_path / "surveyapp.service"
    unit.write_text(text)
    done = subprocess.run([verify, "verify", str(unit)], capture_output=True, text=True)
    about_it = [line for line in (done.stdout + done.stderr).splitlines() if "surveyapp.service" in line]
    assert about_it == [], about_it
