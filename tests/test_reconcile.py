"""Names as people write them → the things that are meant, and the W3C API 0.2 over HTTP."""

import asyncio
import json
import re
from itertools import product
from urllib.parse import urlencode

import httpx
import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readouts import query, reconcile, release
from readouts.reconcile import Reconciler, TooMany, names, scores
from readouts.render import reconciliation
from readouts.serve import application
from readouts.serve.edge import Edge
from readouts.serve.guard import Guard
from readouts.store import Embedded
from readouts.vocab import RDF, RDFS, SKOS

HOST = "http://readouts.test"
PERSON, COUNTRY = "http://schema.org/Person", "http://schema.org/Country"
POST, CALL = "http://www.w3.org/ns/org#Post", "https://w3id.org/readouts/ns#PhoneCall"
MACRON = "person/emmanuel-macron"
# People of whom the release knows an office, a father, a house or a namesake, and no people at all.
STRANGERS = [
    "法国总统奥朗德",
    "德国总理朔尔茨",
    "埃马纽埃尔·马克龙基金会",
    "President Obama",
    "US President Joe Biden",
    "President Johnson",
    "King Abdulaziz",
    "King Saud",
    "Emir Hamad",
    "Prime Minister Ahmed",
    "Bill Gates Sr.",
    "Brigitte Macron",
    "wife of President Emmanuel Macron",
    "Boris Johnson and Donald Trump",
    "总统",
    "主席",
    "Minister",
    "Zzyzx",
    "。",
    "",
]


@pytest.fixture(scope="module")
def made(publication):
    return release.read(publication.release)


@pytest.fixture(scope="module")
def service(made, embedded):
    return Reconciler(made, embedded, "Readouts")


@pytest.fixture(scope="module")
def find(service):
    """The candidates for one query."""

    def found(text=None, **told):
        asked = ({"query": text} if text is not None else {}) | told
        batch = reconcile.queries(json.dumps({"q0": asked}))
        return service.answer(batch)["q0"]["result"]

    return found


@pytest.fixture(scope="module")
def app(publication, made, embedded):
    return application(made, embedded, query.load(publication.queries))


@pytest.fixture(scope="module")
def ask(app):
    """Sends one request to the application in this process."""

    def asked(path="", method="GET", host=HOST, **told):
        async def one():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=host) as client:
                return await client.request(method, f"/reconcile{path}", **told)

        return asyncio.run(one())

    return asked


def post(ask, **form):
    return ask(method="POST", data={name: json.dumps(told) for name, told in form.items()})


# --- names -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("伊姆兰·汗", "伊姆兰⋅汗"),
        ("伊姆兰·汗", "伊姆兰•汗"),
        ("伊姆兰·汗", "伊姆兰・汗"),
        ("伊姆兰·汗", "伊姆兰 汗"),
        ("António Guterres", "antonio  GUTERRES"),
        ("Miguel Díaz-Canel", "Miguel Diaz Canel"),
        ("Ｂｉｌｌ Gates", "Bill Gates"),
        ("People’s Republic", "People's Republic"),
        ("U.S.", "US"),
    ],
)
def test_what_makes_no_difference_to_a_name(text, other):
    """Case, accents, dots, hyphens, apostrophes, spaces and width are not compared."""
    assert names.read(text) == names.read(other)


@given(st.text(max_size=60))
@example("Macron'S")
@example("ŉ")
@settings(deadline=None)
def test_a_name_is_the_same_however_it_is_written(text):
    """Folding a name once more changes nothing."""
    key = names.read(text).key
    assert names.read(key).key == key
    assert names.read(text.upper()).key == names.read(text.upper().casefold()).key


def test_every_name_finds_its_thing(service, find):
    """Each label and each other form of every thing finds it with the full score."""
    count = 0
    for node in service.facts.things:
        for text in service.facts.texts(node):
            count += 1
            found = {one["id"]: one["score"] for one in find(text.value, limit=25)}
            assert found[service.facts.key(node)] == scores.EXACT, text.value
    assert count > 400


def test_every_identifier_finds_its_thing(service, find):
    """An identifier, an IRI or a link to Wikidata finds the thing, and the match is certain."""
    assert len(service.things) > 400
    for key, node in service.things.items():
        assert find(key)[0] == find(node.value)[0]
        assert (find(key)[0]["id"], find(key)[0]["match"]) == (service.facts.key(node), True)
    for text in ("Q3052772", "http://www.wikidata.org/entity/Q3052772"):
        assert find(text)[0]["id"] == MACRON


def test_every_printed_phrase_is_certain(service, find, embedded):
    """The printed title before the printed name finds each counterpart, and nobody else is near."""
    text = """SELECT DISTINCT ?agent ?title ?name { ?one dro:agent ?agent ;
    dro:designation ?title ; dro:role dro:role-counterpart . ?agent rdfs:label ?name
    FILTER(LANGMATCHES(LANG(?name), "zh")) }"""
    rows = [(row["agent"], row["title"], row["name"]) for row in embedded.query(text).solutions]
    assert len(rows) == 20
    for agent, title, name in rows:
        for marker, type_ in product(("", "时任"), ({}, {"type": PERSON})):
            if marker and "mahathir" not in agent.value:
                continue
            best = find(marker + title.value + name.value, **type_)[0]
            assert best["id"] == service.facts.key(agent), title.value
            assert (best["score"], best["match"]) == (scores.TITLED, True), title.value


@pytest.mark.parametrize(
    ("text", "key", "score"),
    [
        ("法国总统马克龙", MACRON, 95),
        ("马克龙总统", MACRON, 95),
        ("President Emmanuel Macron", MACRON, 95),
        ("Macron, Emmanuel", MACRON, 98),
        ("FR President Macron", MACRON, 85),
        ("President Macron", MACRON, 85),
        ("German Chancellor Angela Merkel", "person/angela-merkel", 95),
        ("印尼总统佐科", "person/joko-widodo", 95),
        ("印度尼西亚总统佐科", "person/joko-widodo", 95),
        ("U.S. President Donald Trump", "person/donald-trump", 95),
        ("UN Secretary-General Guterres", "person/antonio-guterres", 85),
        ("WHO Director-General Tedros", "person/tedros-adhanom-ghebreyesus", 85),
        ("then Malaysian Prime Minister Mahathir", "person/mahathir-mohamad", 85),
        ("沙特国王萨勒曼", "person/salman-bin-abdulaziz-al-saud", 95),
        ("印尼总统", "office/president-of-indonesia", 90),
        ("印尼", "country/indonesia", 100),
        ("世卫组织", "organisation/world-health-organization", 100),
    ],
)
def test_the_scores_mean_what_is_said_of_them(find, text, key, score):
    """Each way of naming a thing has the score that is documented, and is certain."""
    best = find(text)[0]
    assert (best["id"], best["score"], best["match"]) == (key, score, True)
    assert f"{score}" in scores.__doc__


@pytest.mark.parametrize(
    ("text", "key", "score"),
    [
        ("Macron", MACRON, 75),
        ("CN", "country/china", 79),
        ("UK", "country/united-kingdom", 75),
        ("Emanuel Macron", MACRON, 79),
        ("President of France", "office/president-of-france", 79),
        ("Angela Merkel Foundation", "person/angela-merkel", 75),
        ("British Prime Minister Boris Johnson", "person/boris-johnson", 75),
        ("埃马纽埃尔·马克龙", MACRON, 75),
        ("盖茨", "person/bill-gates", 75),
    ],
)
def test_what_is_likely_is_first_and_not_certain(find, text, key, score):
    """A part of a name, a code, a slip of the pen and unexplained words make no certain match."""
    best = find(text)[0]
    assert (best["id"], best["match"]) == (key, False)
    assert best["score"] <= score


@pytest.mark.parametrize("text", STRANGERS)
def test_what_names_nobody_is_no_match(find, text):
    """Titles alone or of someone else, fathers, namesakes and mere noise match nothing."""
    assert not any(one["match"] for one in find(text))


def test_whoever_held_an_office_is_found_by_it(find):
    """A title finds its holder, with a low score."""
    found = find("法国总统", type=PERSON)
    assert [(one["id"], one["score"], one["match"]) for one in found] == [(MACRON, 40.0, False)]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
@settings(deadline=None, max_examples=200)
def test_any_text_is_answered(find, text):
    """Whatever is asked, the scores are from 0 to 100 in falling order, and one match at most."""
    found = find(text)
    told = [one["score"] for one in found]
    assert told == sorted(told, reverse=True)
    assert all(0 < one <= 100 for one in told)
    assert [one["match"] for one in found[1:]] == [False] * len(found[1:])
    assert found == find(text)


# --- types and properties --------------------------------------------------


def test_types_restrict(find):
    """Of a type means of it or a narrower one; `all` means every type, `should` lowers the rest."""
    event = "http://schema.org/Event"
    assert {one["id"].partition("/")[0] for one in find("Macron", type=event)} == {"exchange"}
    assert find("Emmanuel Macron", type=[PERSON, COUNTRY])[0]["id"] == MACRON
    assert find("Emmanuel Macron", type=[PERSON, COUNTRY], type_strict="all") == []
    best = find("Emmanuel Macron", type=COUNTRY, type_strict="should")[0]
    assert (best["id"], best["score"], best["match"]) == (MACRON, 50.0, False)
    assert find("马克龙", type="schema:Person")[0]["score"] == scores.EXACT


@pytest.mark.parametrize(
    "value",
    [
        "President of the French Republic",
        "法国总统",
        {"id": "office/president-of-france"},
        {"id": "https://w3id.org/readouts/office/president-of-france"},
        ["King of Spain", "法国总统"],
    ],
)
def test_properties_make_certain(find, value):
    """A part of a name is certain once a property agrees, however its value is written."""
    best = find("Macron", properties=[{"pid": "^org:member/dro:post", "v": value}])[0]
    assert (best["id"], best["match"]) == (MACRON, True)


def test_properties_speak_against_a_name(find):
    """A name that is the same is no certain match when a property differs or is not known."""
    told = [{"pid": "^org:member/dro:post", "v": "King of Spain"}]
    best = find("Emmanuel Macron", properties=told)[0]
    assert (best["id"], best["score"], best["match"]) == (MACRON, 50.0, False)
    told = [{"pid": "^org:member/schema:endDate", "v": "2020-01-01"}]
    best = find("Emmanuel Macron", properties=told)[0]
    assert (best["score"], best["match"]) == (75.0, False)


@pytest.mark.parametrize(
    ("pid", "value", "keys"),
    [
        ("skos:notation^^dro:ISO2", "FR", ["country/france"]),
        ("schema:sameAs~wd:", "Q142", ["country/france"]),
        ("schema:startDate", "2020-02-13", ["exchange/2020-02-13-call-mahathir-mohamad"]),
        ("schema:startDate", "2020-02-13T00:00:00Z", ["exchange/2020-02-13-call-mahathir-mohamad"]),
    ],
)
def test_properties_alone_find(find, pid, value, keys):
    """Without a name, things are found by what is said of them; codes, links and days agree."""
    found = find(properties=[{"pid": pid, "v": value}])
    assert [one["id"] for one in found if one["score"] == scores.EXACT] == keys
    assert found[0]["match"] is True


def test_properties_are_those_that_things_have(service):
    """The properties of each type come from the release, and every one has a value there."""
    assert len(service.classes.all) > 15
    for kind in service.classes.all.values():
        found = service.propose(kind.id)["properties"]
        assert found, kind.id
        assert len({one["id"] for one in found}) == len(found)
    named = {one["id"]: one["name"] for one in service.propose(PERSON)["properties"]}
    assert named["schema:sameAs~wd:"] == "same as (wikidata.org)"
    assert named["^org:member/dro:post"] == "tenure: post"
    assert named["rdfs:label@zh-hans"] == "label (zh-hans)"
    codes = service.propose(COUNTRY)["properties"]
    assert "notation (ISO 3166-1 alpha-2 code)" in {one["name"] for one in codes}


def test_paths_are_those_of_sparql(service, embedded):
    """A property that is a path asks SPARQL for the same values."""
    count = 0
    for key, told in service.properties.all.items():
        if re.search("[@~<]", key) or "^^" in key:
            continue
        count += 1
        answer = embedded.query(f"SELECT DISTINCT ?s ?o {{ ?s {key} ?o }}")
        pairs = {(row["s"], row["o"]) for row in answer.solutions}
        held = {(node, one.term) for node, values in told.values.items() for one in values}
        assert held <= pairs, key
    assert count > 40


# --- extension -------------------------------------------------------------


def column(service, key, pid, **settings):
    asked = {"ids": [key], "properties": [{"id": pid, "settings": settings}]}
    return service.extend(reconcile.extension(json.dumps(asked)))["rows"][key][pid]


def test_columns_hold_what_the_release_says(service):
    """Links are identifiers, dates are dates, things are things, types have their names."""
    assert column(service, MACRON, "schema:sameAs~wd:") == [{"str": "Q3052772"}]
    assert column(service, "country/france", "skos:notation^^dro:ISO3") == [{"str": "FRA"}]
    assert column(service, MACRON, "rdfs:label@zh-hans") == [{"str": "马克龙"}]
    call = "exchange/2020-02-13-call-mahathir-mohamad"
    assert column(service, call, "schema:startDate") == [{"date": "2020-02-13T00:00:00Z"}]
    assert column(service, call, "schema:position") == [{"int": 8}]
    assert column(service, call, "rdf:type") == [{"str": "exchange"}, {"str": "phone call"}]
    people = column(service, call, "dro:participation/dro:agent", language="zh-hans")
    assert people == [
        {"id": "person/mahathir-mohamad", "name": "马哈蒂尔"},
        {"id": "person/xi-jinping", "name": "习近平"},
    ]


@pytest.mark.parametrize(
    ("day", "count"), [("2018-05-09", 0), ("2018-05-10", 1), ("2020-03-01", 1), ("2020-03-02", 0)]
)
def test_an_office_is_held_on_a_day(service, day, count):
    """With a day, a column holds the office that a person had on it: both ends are included."""
    held = column(service, "person/mahathir-mohamad", "^org:member/dro:post", day=day)
    assert len(held) == count


def test_settings_bound_and_count(service):
    """A limit keeps the first values, a count says how many there are, as forms send them too."""
    key = "person/xi-jinping"
    assert column(service, key, "^dro:speaker", count=True) == [{"int": 25}]
    assert column(service, key, "^dro:speaker", count="on") == [{"int": 25}]
    assert len(column(service, key, "^dro:speaker", limit=3)) == 3
    assert len(column(service, key, "^dro:speaker", limit="0")) == 25


def test_a_column_says_what_its_things_are(service):
    """The type of a column is the narrowest that all of its things have."""
    asked = {
        "ids": ["person/nobody"],
        "properties": [
            {"id": "^org:member/dro:post"},
            {"id": "^dro:agent/^dro:participation"},
            {"id": "^org:member/^dcterms:relation"},
        ],
    }
    told = service.extend(reconcile.extension(json.dumps(asked)))
    assert [one["type"]["name"] for one in told["meta"]] == ["office", "exchange", "letter"]
    assert set(map(str, told["rows"]["person/nobody"].values())) == {"[]"}


# --- over HTTP -------------------------------------------------------------


def fits(name, told):
    """Whether an answer is as the interface says."""
    schema = reconciliation.SCHEMAS[f"reconciliation-{name}"]
    jsonschema.Draft202012Validator(schema).validate(told)


def test_the_manifest_says_where_everything_is(ask, made):
    """Every address in the manifest is under the one that was asked, and answers."""
    told = ask(host="http://elsewhere.test:8080").json()
    fits("manifest", told)
    assert (told["versions"], told["identifierSpace"]) == (["0.2"], made.base)
    assert {PERSON, COUNTRY, POST} <= {one["id"] for one in told["defaultTypes"]}
    here = "http://elsewhere.test:8080/reconcile"
    texts = re.findall(r'"(http://elsewhere[^"]*)"', json.dumps(told))
    assert len(texts) == 10
    assert all(one.startswith((here, "http://elsewhere.test:8080/")) for one in texts)
    suggest = told["suggest"]
    for kind, key in (("entity", MACRON), ("type", PERSON), ("property", "dro:role")):
        address = suggest[kind]["service_url"] + suggest[kind]["service_path"]
        assert ask(address.removeprefix(here), params={"prefix": "p"}).status_code == 200
        flyout = suggest[kind]["flyout_service_path"].replace(
            "${id}", httpx.QueryParams(id=key)["id"]
        )
        answer = ask(flyout.partition("?")[0], params={"id": key})
        if kind != "property":
            fits("flyout", answer.json())
            assert answer.json()["id"] == key


def test_a_batch_is_answered_both_ways(ask):
    """A batch gives the same by GET and by POST, each query under its key, with every field."""
    batch = {
        "q0": {"query": "法国总统马克龙", "type": PERSON, "limit": 3, "type_strict": "should"},
        "另": {"query": "Macron"},
    }
    posted = post(ask, queries=batch)
    got = ask(params={"queries": json.dumps(batch)})
    assert (posted.status_code, posted.json()) == (200, got.json())
    fits("results", posted.json())
    assert list(posted.json()) == ["q0", "另"]
    best = posted.json()["q0"]["result"][0]
    assert (best["id"], best["match"]) == (MACRON, True)
    assert best["features"] == [{"id": "name", "value": 95.0}, {"id": "type", "value": True}]
    assert best["type"] == [{"id": PERSON, "name": "person"}]
    assert best["description"] == "马克龙 · President of the French Republic"


def test_what_is_asked_by_anyone_is_not_kept(ask):
    """Answers have endless addresses, so no cache keeps them; previews are kept for a while."""
    assert ask().headers["cache-control"] == "no-store"
    assert ask(params={"queries": "{}"}).headers["cache-control"] == "no-store"
    preview = ask("/preview", params={"id": MACRON})
    assert "etag" in preview.headers
    assert preview.headers["cache-control"].startswith("public")


def test_pages_elsewhere_may_ask(ask):
    """Every part may be asked from any origin, in a frame only the preview."""
    for path in ("", "/suggest/entity", "/properties", "/preview?id=country/france", "/nothing"):
        answer = ask(path)
        assert answer.headers["access-control-allow-origin"] == "*"
        framed = "frame-ancestors *" in answer.headers["content-security-policy"]
        assert framed == path.startswith("/preview")
    told = ask(method="OPTIONS")
    assert (told.status_code, "POST" in told.headers["access-control-allow-methods"]) == (204, True)


@pytest.mark.parametrize("path", ["", "/suggest/type?prefix=p", "/properties", "?queries={}"])
def test_jsonp_calls_a_function(ask, path):
    """With a callback the same answer is a script that calls it, in ASCII alone."""
    plain = ask(path).json()
    answer = ask(f"{path}{'&' if '?' in path else '?'}callback=jQuery.fn_1")
    assert answer.headers["content-type"].startswith("text/javascript")
    told = re.fullmatch(r"/\*\*/jQuery\.fn_1\((.*)\);", answer.text)
    assert json.loads(told[1]) == plain
    assert answer.text.isascii()


@pytest.mark.parametrize("name", ["alert(1)//", "a b", "1a", "a..b", "a;b", "é", "a" * 101, "<x>"])
def test_jsonp_calls_nothing_else(ask, name):
    """A callback that is no name of a function is refused."""
    answer = ask(params={"callback": name})
    assert (answer.status_code, answer.headers["content-type"][:10]) == (400, "text/plain")


def test_suggestions_begin_as_was_typed(ask):
    """What begins so comes first, in either script, by identifier too, and can be read on."""
    for prefix in ("emm", "马克", "macr", MACRON, "Q3052772"):
        told = ask("/suggest/entity", params={"prefix": prefix}).json()
        fits("suggestions", told)
        assert MACRON in [one["id"] for one in told["result"][:2]], prefix
    first = ask("/suggest/entity", params={"prefix": "xi"}).json()["result"]
    rest = ask("/suggest/entity", params={"prefix": "xi", "cursor": 10}).json()["result"]
    assert len(first) == 10
    assert rest
    assert not {one["id"] for one in first} & {one["id"] for one in rest}
    key = "text/2020-03-16-xwlb"
    told = [one["id"] for one in ask("/suggest/entity", params={"prefix": key}).json()["result"]]
    assert (told[0], len(told) > 1) == (key, True)
    told = ask("/suggest/type", params={"prefix": "phone"}).json()["result"]
    assert told[0]["id"] == CALL
    assert told[0]["broader"][0]["name"] == "exchange"
    told = ask("/suggest/property", params={"prefix": "ISO 3166"}).json()["result"]
    assert {one["id"][-4:] for one in told} == {"ISO2", "ISO3"}


def test_a_preview_tells_and_leads_on(ask):
    """A preview names the thing and leads to its page, and so does the view of an identifier."""
    page = ask("/preview", params={"id": MACRON})
    assert "<h1" in page.text
    assert "President of the French Republic" in page.text
    assert 'href="../person/emmanuel-macron.html"' in page.text
    assert "<script" not in page.text
    # Clients escape an identifier as one component, slash and all.
    answer = ask("/view?" + urlencode({"id": MACRON}))
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "../person/emmanuel-macron.html",
    )


def test_an_extension_is_answered_both_ways(ask):
    """Values come by GET and by POST, in the form of the specification."""
    asked = {
        "ids": [MACRON, "country/france"],
        "properties": [{"id": "schema:sameAs~wd:"}, {"id": "^org:member/dro:post"}],
    }
    posted = post(ask, extend=asked)
    assert posted.json() == ask(params={"extend": json.dumps(asked)}).json()
    fits("extension", posted.json())
    assert posted.json()["rows"]["country/france"]["schema:sameAs~wd:"] == [{"str": "Q142"}]
    told = ask("/properties", params={"type": PERSON, "limit": 3}).json()
    fits("properties", told)
    assert (len(told["properties"]), told["type"], told["limit"]) == (3, PERSON, 3)


# --- bad input -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "queries is not JSON: Expecting property name"),
        ("[]", "queries must be an object"),
        ("[" * 60_000, "queries is nested too deeply"),
        ('{"q": NaN}', "queries holds NaN"),
        ('{"q": {"query": "a", "limit": ' + "9" * 5000 + "}}", "thousands of digits"),
        ('{"q": {"query": "\\ud800"}}', "half of a surrogate pair"),
        ('{"q1": 1}', "queries.q1 must be an object"),
        ('{"q1": {}}', "queries.q1 has neither query nor properties"),
        ('{"q1": {"query": 1}}', "queries.q1.query must be a text"),
        ('{"q1": {"query": "a", "limit": 0}}', "queries.q1.limit must be a whole number"),
        ('{"q1": {"query": "a", "limit": 1.5}}', "queries.q1.limit must be a whole number"),
        ('{"q1": {"query": "a", "limit": 1e999}}', "queries.q1.limit must be a whole number"),
        ('{"q1": {"query": "a", "type": [1]}}', "queries.q1.type must be"),
        ('{"q1": {"query": "a", "type": "b"}}', "queries.q1.type: there is no type b here"),
        ('{"q1": {"query": "a", "type_strict": "b"}}', "one of any, all, should"),
        ('{"q1": {"query": "a", "lang": "en"}}', "queries.q1 has no field lang"),
        ('{"q1": {"query": "a", "properties": {}}}', "queries.q1.properties must be an array"),
        ('{"q1": {"query": "a", "properties": [{}]}}', "queries.q1.properties[0] must be"),
        (
            '{"q1": {"query": "a", "properties": [{"pid": "b", "v": null}]}}',
            "queries.q1.properties[0].v must be",
        ),
        (
            '{"q1": {"query": "a", "properties": [{"pid": "b", "v": 1}]}}',
            "queries.q1.properties: there is no property b here",
        ),
    ],
)
def test_a_malformed_batch_is_told_where(ask, text, told):
    """What is wrong with a batch is said in a sentence with its place, and nothing is answered."""
    answer = ask(method="POST", data={"queries": text})
    assert (answer.status_code, answer.headers["content-type"][:10]) == (400, "text/plain")
    assert told in answer.text
    assert answer.text.count("\n") == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([], "extend must be an object"),
        ({"ids": [1], "properties": []}, "extend.ids must be"),
        ({"ids": []}, "extend.properties must be"),
        ({"ids": [], "properties": [1]}, "extend.properties[0] must be"),
        ({"ids": [], "properties": [{"id": "b"}]}, "extend.properties[0]: there is no property b"),
        (
            {"ids": [], "properties": [{"id": "dro:speaker", "settings": {"day": "2020-02-30"}}]},
            "extend.properties[0].settings.day must be a day",
        ),
        (
            {"ids": [], "properties": [{"id": "dro:speaker", "settings": {"limit": -1}}]},
            "extend.properties[0].settings.limit must be a whole number",
        ),
    ],
)
def test_a_malformed_extension_is_told_where(ask, asked, told):
    """What is wrong with a question for values is said in a sentence with its place."""
    answer = post(ask, extend=asked)
    assert answer.status_code == 400
    assert told in answer.text


def test_too_much_at_once_names_the_limit(ask):
    """More queries, properties or cells than are answered at once give 413 and the limit."""
    most = reconcile.LARGEST
    assert post(ask, queries={f"q{one}": {"query": "a"} for one in range(most)}).status_code == 200
    many = post(ask, queries={f"q{one}": {"query": "a"} for one in range(10_000)})
    assert (many.status_code, f"at most {most} at once" in many.text) == (413, True)
    assert "10,000 queries" in many.text
    cells = {"ids": ["a"] * 1001, "properties": [{"id": "dro:role"}] * 2}
    assert post(ask, extend=cells).status_code == 413
    wide = {"query": "a", "properties": [{"pid": "dro:role", "v": 1}] * 11}
    answer = post(ask, queries={"q0": wide})
    assert (answer.status_code, "at most 10" in answer.text) == (413, True)
    with pytest.raises(TooMany):
        reconcile.queries(json.dumps({f"q{one}": {} for one in range(most + 1)}))


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"data": {}}, 415),
        ({"json": {"queries": "{}"}}, 415),
        ({"data": {"other": "1"}}, 400),
        ({"data": {"queries": "{}", "extend": "{}"}}, 400),
        ({"content": "queries={}&queries={}"}, 400),
        ({"content": "queries=%ff"}, 400),
        ({"content": "&".join(["a=1"] * 101)}, 400),
    ],
)
def test_a_form_must_hold_one_question(ask, told, status):
    """A body that is no form, or one without a question or with two, is refused in plain words."""
    if "content" in told:
        told["headers"] = {"content-type": "application/x-www-form-urlencoded"}
    answer = ask(method="POST", **told)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/suggest/person", 404),
        ("/suggest/entity?cursor=-1", 400),
        ("/suggest/entity?prefix=" + "a" * 201, 400),
        ("/flyout/entity?id=nothing", 404),
        ("/properties?type=nothing", 404),
        ("/properties?limit=x", 400),
        ("/preview", 404),
        ("/preview?id=../../etc/passwd", 404),
        ("/view?id=//example.org", 404),
        ("/flyout/entity?id=%3Cscript%3E", 404),
    ],
)
def test_what_is_not_there_is_said(ask, path, status):
    """An identifier, kind or number that is none gives a sentence and no script."""
    answer = ask(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")


def test_the_edge_lets_batches_pass_and_floods_not(app):
    """More batches than queries may come in a row; ten thousand queries in one get a sentence."""
    edge = Guard(Edge(app, rate=5))
    flood = json.dumps({f"q{one}": {"query": f"Xi Jinping {one}"} for one in range(10_000)})

    async def sent():
        transport = httpx.ASGITransport(edge)
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            few = {"queries": '{"q0": {"query": "Macron"}}'}
            passed = [await client.post("/reconcile", data=few) for _ in range(150)]
            return passed, await client.post("/reconcile", data={"queries": flood})

    passed, refused = asyncio.run(sent())
    assert {one.status_code for one in passed} == {200}
    assert refused.status_code == 413
    assert f"A batch has at most {reconcile.LARGEST} queries." in refused.text
    assert refused.headers["content-security-policy"]


# --- other releases --------------------------------------------------------

CITIES = "".join(
    f"{line} .\n"
    for line in (
        f"<http://cities.test/1> <{RDF.type.value}> <http://cities.test/ns#City>",
        f'<http://cities.test/1> <{SKOS.prefLabel.value}> "Genève"@fr',
        f'<http://cities.test/1> <{SKOS.altLabel.value}> "Genf"@de',
        "<http://cities.test/1> <http://cities.test/ns#lake> <http://cities.test/2>",
        "<http://cities.test/1> <http://cities.test/ns#lake> _:a",
        f"<http://cities.test/2> <{RDF.type.value}> <http://cities.test/ns#Lake>",
        f'<http://cities.test/2> <{RDFS.label.value}> "Léman"@fr',
        f'_:a <{RDFS.label.value}> "nowhere"',
        f"<http://cities.test/3> <{RDF.type.value}> <http://cities.test/ns#City>",
        f'<http://cities.test/3> <{SKOS.prefLabel.value}> "Lucens"@fr',
        f"<http://cities.test/4> <{RDF.type.value}> <http://cities.test/ns#City>",
        f'<http://cities.test/4> <{SKOS.prefLabel.value}> "Lucens"@fr',
    )
)


@pytest.mark.parametrize("quads", [CITIES, ""])
def test_another_release_is_matched_by_what_it_says(tmp_path, quads):
    """A release in other terms and languages, or an empty one, is served as it is."""
    base = {"base": "http://cities.test/", "version": "1"}
    (tmp_path / "manifest.json").write_text(json.dumps(base), encoding="utf-8")
    (tmp_path / "readouts.nq").write_text(quads, encoding="utf-8")
    service = Reconciler(release.read(tmp_path), Embedded(tmp_path), "Cities")
    fits("manifest", service.manifest("http://cities.test/reconcile"))
    queries = reconcile.queries('{"q0": {"query": "geneve"}, "q1": {"query": "GENF"}}')
    found = [one["result"] for one in service.answer(queries).values()]
    if not quads:
        assert found == [[], []]
        return
    assert found[0] == found[1]
    assert (found[0][0]["id"], found[0][0]["name"], found[0][0]["match"]) == ("1", "Genève", True)
    (two,) = service.answer(reconcile.queries('{"q0": {"query": "Lucens"}}')).values()
    told = [(one["id"], one["score"], one["match"]) for one in two["result"]]
    assert told == [("3", 100.0, False), ("4", 100.0, False)], "two of one name"
    assert column(service, "1", "<http://cities.test/ns#lake>") == [{"id": "2", "name": "Léman"}]
    assert column(service, "2", "^<http://cities.test/ns#lake>") == [{"id": "1", "name": "Genève"}]
