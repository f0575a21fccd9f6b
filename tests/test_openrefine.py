"""OpenRefine, without a browser, matches a column of names and fetches columns for it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

# How twenty lists might write the twenty people spoken to.
NAMES = {
    "法国总统马克龙": "emmanuel-macron",
    "German Chancellor Angela Merkel": "angela-merkel",
    "沙特国王萨勒曼": "salman-bin-abdulaziz-al-saud",
    "US President Donald Trump": "donald-trump",
    "印尼总统佐科": "joko-widodo",
    "时任马来西亚总理马哈蒂尔": "mahathir-mohamad",
    "British Prime Minister Boris Johnson": "boris-johnson",
    "伊姆兰•汗": "imran-khan",
    "比尔．盖茨": "bill-gates",
    "Guterres, António": "antonio-guterres",
    "WHO Director-General Tedros": "tedros-adhanom-ghebreyesus",
    "President Moon": "moon-jae-in",
    "柬埔寨首相洪森": "hun-sen",
    "Khaltmaagiin Batulga": "khaltmaagiin-battulga",
    "Sebastian Pinera": "sebastian-pinera",
    "Miguel Diaz Canel": "miguel-diaz-canel",
    "Emir of Qatar Tamim": "tamim-bin-hamad-al-thani",
    "阿联酋阿布扎比王储穆罕默德": "mohammed-bin-zayed-al-nahyan",
    "塞内加尔总统萨勒": "macky-sall",
    "Abiy, Prime Minister of Ethiopia": "abiy-ahmed-ali",
}
# What is not certain is left to a person: a word that no title explains, a letter that is missing.
DOUBTED = ("British Prime Minister Boris Johnson", "Khaltmaagiin Batulga")
LINKS = """SELECT ?person ?link WHERE { ?one dro:role dro:role-counterpart ; dro:agent ?person .
?person schema:sameAs ?link FILTER(STRSTARTS(STR(?link), STR(wd:))) }"""
ENGINE = {"facets": [], "mode": "row-based"}
COLUMNS = [
    {"id": "schema:sameAs~wd:", "name": "Wikidata"},
    {"id": "^org:member/dro:post", "name": "office", "settings": {"day": "2020-02-13"}},
]


@pytest.fixture(scope="module")
def service(publication):
    """The address of the reconciliation service, in a process of its own."""
    command = [sys.executable, "-m", "readouts", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=publication.root, stderr=subprocess.PIPE, text=True
    ) as process:
        line = process.stderr.readline()
        yield line.removeprefix("Readouts is served at ").strip() + "reconcile"
        process.terminate()


@pytest.fixture(scope="module")
def refine(tmp_path_factory):
    """OpenRefine, asked as its own pages ask it, with a folder of its own."""
    command = shutil.which("openrefine")
    if command is None:
        pytest.skip("OpenRefine is not installed. Install the Debian package openrefine.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("openrefine")
    words = ["-p", str(port), "-d", str(folder), "-m", "512M", "-x", "refine.headless=true"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [command, *words], stdout=log, stderr=log, start_new_session=True
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}/command/core/", timeout=60) as client,
    ):
        try:
            patiently(lambda: answers(client), "OpenRefine does not start")
            yield client
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def answers(client):
    try:
        return "token" in client.get("get-csrf-token").json()
    except httpx.TransportError:
        return False


def patiently(condition, told, times=600):
    """Wait until something is so."""
    for _ in range(times):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(told)


def token(client):
    return {"csrf_token": client.get("get-csrf-token").json()["token"]}


def create(client, names):
    """A project with one column, and its number."""
    options = {"separator": "\t", "headerLines": 1, "processQuotes": False, "encoding": "UTF-8"}
    answer = client.post(
        "create-project-from-upload",
        params=token(client),
        data={
            "project-name": "names",
            "format": "text/line-based/*sv",
            "options": json.dumps(options),
        },
        files={"project-file": ("names.tsv", "\n".join(["name", *names]).encode(), "text/plain")},
    )
    return answer.headers["location"].rpartition("project=")[2]


def apply(client, project, **operation):
    """Do one operation, and wait until it is done."""
    told = {"operations": json.dumps([{"engineConfig": ENGINE, **operation}]), **token(client)}
    answer = client.post("apply-operations", params={"project": project}, data=told)
    assert answer.json()["code"] in ("ok", "pending"), answer.text
    asked = {"project": project}
    patiently(
        lambda: not client.get("get-processes", params=asked).json()["processes"],
        f"{operation['op']} does not end",
    )


def read(client, project):
    """The rows, and what was reconciled, by its number."""
    asked = {"project": project, "start": 0, "limit": 100}
    told = client.post("get-rows", params=asked, data={"engine": json.dumps(ENGINE)}).json()
    return [row["cells"] for row in told["rows"]], told["pool"]["recons"]


def test_openrefine_matches_a_column_of_names(refine, service, embedded):
    """The right person is first for all twenty names and matched for eighteen, with their QIDs."""
    rows = embedded.query(LINKS).solutions
    known = {row["person"].value.rpartition("/")[2]: row["link"].value for row in rows}
    assert (len(NAMES), set(NAMES.values())) == (20, set(known))
    manifest = httpx.get(service).json()
    spaces = {one: manifest[one] for one in ("identifierSpace", "schemaSpace")}
    person = next(one for one in manifest["defaultTypes"] if one["name"] == "person")
    project = create(refine, NAMES)

    config = {"mode": "standard-service", "service": service, "type": person, "autoMatch": True}
    config |= {"columnDetails": [], "limit": 0, **spaces}
    apply(refine, project, op="core/recon", columnName="name", config=config)
    rows, found = read(refine, project)
    assert [cells[0]["v"] for cells in rows] == list(NAMES)
    results = {cells[0]["v"]: found[str(cells[0]["r"])] for cells in rows}
    for name, one in results.items():
        # OpenRefine keeps the candidates of what is doubted, of the rest the match alone.
        first = one["m"] if one["j"] == "matched" else one["c"][0]
        assert first["id"] == f"person/{NAMES[name]}", name
    assert [name for name, one in results.items() if one["j"] != "matched"] == list(DOUBTED)

    apply(
        refine,
        project,
        op="core/extend-reconciled-data",
        baseColumnName="name",
        endpoint=service,
        extension={"properties": COLUMNS},
        columnInsertIndex=1,
        **spaces,
    )
    rows, _ = read(refine, project)
    for cells in rows:
        name, told = cells[0]["v"], cells[1] if len(cells) > 1 else None
        number = known[NAMES[name]].rpartition("/")[2]
        assert (told and told["v"]) == (None if name in DOUBTED else number), name
    offices = {cells[0]["v"]: cells[2]["v"] for cells in rows if len(cells) > 2 and cells[2]}
    assert offices["时任马来西亚总理马哈蒂尔"] == "Prime Minister of Malaysia"
    assert len(offices) == 17
