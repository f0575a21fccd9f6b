"""Documents and pages: what they hold, and that a page says what the triples say."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from pyoxigraph import Store as Oxigraph

from readouts import query, release
from readouts.fault import Misuse
from readouts.render import blank, borrowed, dumps, form, labels, text
from readouts.render.asked import Asked, Sparql
from readouts.render.description import Description
from readouts.render.desk import STATIC
from readouts.render.document import SUFFIXES, Documents
from readouts.render.links import Links
from readouts.render.page import Pages
from readouts.render.table import table
from readouts.store import Embedded, Rows
from readouts.vocab import DRO, NIF, RDF, RDFS, SCHEMA, SH

CALL = "exchange/2020-02-13-call-mahathir-mohamad"
TEXT = "text/2020-03-16-xwlb"
BASE = "https://w3id.org/readouts/"
VOID = {"link", "meta", "input", "br", "hr", "img"}


@pytest.fixture(scope="module")
def pages(documents, embedded, made, stored, shown):
    return Pages(documents, embedded, made, stored, shown)


def rows(embedded, words):
    answer = embedded.query(words)
    assert isinstance(answer, Rows)
    return list(answer.solutions)


class Reader(HTMLParser):
    """Elements with their attributes, and those left open or closed twice."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open, self.wrong = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def ids(self):
        return [told["id"] for _, told in self.elements if "id" in told]


def scripts(page):
    """The scripts that a page runs; data in a script element is none."""
    told = [one for tag, one in page.elements if tag == "script"]
    return [one for one in told if one.get("type") != "application/ld+json"]


# --- documents -------------------------------------------------------------


def test_an_exchange_document_holds_what_belongs_to_the_exchange(documents):
    """The exchange, both participations, their offices, its statements and all their passages."""
    thing = documents.find(CALL)
    triples = documents.triples(thing)
    subjects = {triple.subject for triple in triples}
    parties = [one.object for one in triples if one.predicate == DRO.participation]
    said = [one.subject for one in triples if one.predicate == DRO.saidAt and one.object == thing]
    near = (DRO.inOffice, DRO.reportedIn, DRO.quotedFrom, DRO.attributedIn)
    told = [
        one.object
        for one in triples
        if one.predicate in near and one.subject in {thing, *parties, *said}
    ]
    assert len(parties) == 2
    assert len(said) == 1
    assert len(told) == 12
    assert {*parties, *said, *told} <= subjects


def test_a_document_holds_the_things_within_its_address(documents, embedded):
    """The text carries its 487 passages, and the vocabulary every term that it defines."""
    terms = rows(embedded, f"SELECT ?s WHERE {{ ?s rdfs:isDefinedBy <{BASE}ns> }}")
    assert len(terms) >= 75
    for path, number in ((TEXT, 487), ("ns", len(terms))):
        thing = documents.find(path)
        parts = documents.parts(thing)
        said = {one.subject for one in documents.triples(thing)}
        assert len(parts) == number
        assert set(parts) <= said


def everything(documents):
    """Every triple of the release, and of the shapes and the report beside it."""
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    return [set(store.query(text).triples) for store in documents.stores]


def test_every_triple_of_a_document_is_in_the_release(documents, made):
    """A document makes nothing up: each of its triples stands in the release or describes it."""
    data, beside = everything(documents)
    data |= {*Description(made).triples(documents.described)}
    assert len(data) > 7000
    assert len(beside) > 2000
    assert len(documents.data()) >= 270
    assert len(documents.all()) >= 270 + 167 + 51
    for path, thing in documents.all().items():
        held = data if path in documents.data() else beside
        assert set(documents.triples(thing)) <= held, path


def test_every_triple_of_our_things_is_in_a_document(documents, made):
    """Documents leave nothing out: together they hold every triple said of a thing of ours."""
    held = set.union(*everything(documents))
    ours = {one for one in held if one.subject.value.startswith(made.base)}
    told = {one for thing in documents.all().values() for one in documents.triples(thing)}
    assert len(ours) > 8000
    assert ours <= told


def test_the_document_of_a_shape_holds_what_the_shape_needs(documents):
    """A node shape comes with the shapes of its properties, their lists, and their messages."""
    told = documents.triples(documents.find("shape/exchange"))
    properties = [one.object for one in told if one.predicate == SH.property]
    assert len(properties) == 10
    for shape in properties:
        assert any((one.subject, one.predicate) == (shape, SH.message) for one in told), shape
    text = documents.write(documents.find("shape/exchange"), "ttl").decode()
    assert 'rdf:first "en" ;\n\trdf:rest _:shape-exchange-label-2 .' in text


def test_what_is_blank_is_written_out_on_a_page(pages, documents):
    """Paths and lists have no page: they stand where they belong, as Turtle writes them."""
    html = unescape(pages.thing(documents.find("shape/report-where")))
    assert ">[ sh:alternativePath ( schema:url dcterms:source ) ]<" in html
    html = unescape(pages.thing(documents.find("shape/exchange-label")))
    assert '>( "en" "zh-hans" )<' in html


def test_a_blank_node_that_leads_to_itself_ends():
    """A list without an end, and nodes within nodes, are cut off and say so."""
    node, other = BlankNode("a"), BlankNode("b")
    circle = [
        Triple(node, RDF.first, Literal("x")),
        Triple(node, RDF.rest, other),
        Triple(other, RDF.rest, node),
    ]
    assert blank.written(node, circle, BASE) == '( "x" )'
    deep = blank.written(node, [Triple(node, RDFS.seeAlso, node)], BASE)
    assert deep.count("[ rdfs:seeAlso") == blank.DEEPEST and "[ … ]" in deep
    assert blank.written(other, [], BASE) == "[ ]"


def test_the_document_of_a_check_holds_its_query(documents, publication):
    """A check says what must hold, why, and by which query that is found out."""
    checks = publication.checks()
    assert len(checks) == 51
    for path in checks:
        node = documents.find(f"check/{path.stem}")
        told = {one.predicate: one.object for one in documents.triples(node) if one.subject == node}
        assert told[SH.select].value == path.read_text(encoding="utf-8")
        assert {RDFS.label, RDFS.comment} <= set(told)


def test_a_release_without_shapes_has_documents(publication, stored, tmp_path):
    """The files beside the data may be absent: then there are no shapes, and all else is there."""
    for name in ("readouts.nq", "manifest.json", "context.jsonld"):
        (tmp_path / name).write_bytes((publication.release / name).read_bytes())
    documents = Documents(release.read(tmp_path), Embedded(tmp_path), stored)
    assert documents.find("shape/exchange") is None
    assert documents.all() == documents.data()
    assert documents.find(CALL) is not None


def test_trig_says_in_which_graph_each_triple_stands(documents, embedded):
    """The quads of a document are its triples, each in a graph of the release that holds it."""
    quads = documents.quads(documents.find(CALL))
    assert {quad.triple for quad in quads} == set(documents.triples(documents.find(CALL)))
    named = {quad.graph_name.value.rpartition("/")[2] for quad in quads}
    assert named == {"2020-03-16-xwlb", "authority", "ontology"}
    for quad in quads:
        asked = f"ASK {{ GRAPH {quad.graph_name} {{ {quad.triple} }} }}"
        assert bool(embedded.query(asked).value)


def test_a_document_has_the_same_bytes_each_time(made, embedded, stored, documents):
    """Two servers of one release give the same bytes, in every format."""
    other = Documents(made, embedded, stored)
    thing = documents.find(CALL)
    assert documents.triples(thing) == sorted(other.triples(thing), key=str)
    for suffix in SUFFIXES:
        assert documents.write(thing, suffix) == other.write(thing, suffix)


def test_documents_need_the_query_that_makes_them(made, embedded):
    """Without the stored query `describe` there is a sentence, not a traceback."""
    with pytest.raises(Misuse, match="describe"):
        Documents(made, embedded, {})


# --- the text --------------------------------------------------------------


def ranges(length):
    """Ranges as someone else's data may have them: beyond the end, or ending before they begin."""
    ends = st.integers(0, length + 2)
    return st.lists(st.tuples(ends, ends), max_size=12, unique=True)


@given(st.text(max_size=30).flatmap(lambda words: st.tuples(st.just(words), ranges(len(words)))))
def test_the_words_of_all_marks_are_the_text(case):
    """However passages lie, no character is lost or doubled, and each holds its own or none."""
    words, places = case
    made = tuple(
        text.Passage(NamedNode(f"http://e/t#char={begin},{end}"), begin, end, None, None)
        for begin, end in sorted(places, key=lambda pair: (pair[0], -pair[1]))
    )
    held, open_, at = {}, [], 0
    for mark in text.marks(text.SourceText(words, "", made)):
        if mark.passage is None:
            at += len(mark.words)
        elif mark.closes:
            passage, start = open_.pop()
            assert passage == mark.passage
            held[passage] = words[start:at]
        else:
            open_.append((mark.passage, at))
    assert (at, open_) == (len(words), [])
    assert held.keys() == set(made)
    for one, inside in held.items():
        crosses = any(other.begin < one.begin < other.end < one.end for other in made)
        assert inside == words[one.begin : one.end] or (crosses and inside == "")
    joined = "".join(mark.words for mark in text.marks(text.SourceText(words, "", made)))
    assert joined == words


# --- pages -----------------------------------------------------------------


def test_every_page_is_well_formed_and_needs_no_script(pages, documents):
    """All pages close what they open, use an id once, and hold no inline script or style."""
    held = documents.all()
    assert len(held) >= 270
    for path, thing in held.items():
        page = Reader(pages.thing(thing))
        assert (page.wrong, page.open) == ([], []), path
        assert len(page.ids()) == len(set(page.ids())), path
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"style", "iframe"}, path
        assert [one["src"].rpartition("/")[2] for one in scripts(page)] == ["readouts.js"], path
        assert not any("style" in told for _, told in page.elements), path
        assert not any(name.startswith("on") for _, told in page.elements for name in told), path


def test_a_page_shows_every_literal_of_its_thing_in_its_language(pages, documents):
    """What the triples say of an exchange stands on its page, with the language of each literal."""
    thing = documents.find(CALL)
    html = pages.thing(thing)
    told = [one.object for one in documents.triples(thing) if one.subject == thing]
    literals = [one for one in told if isinstance(one, Literal)]
    assert len(literals) == 5
    assert sum(one.language is not None for one in literals) == 3
    for literal in literals:
        tag = f'lang="{literal.language}"[^>]*' if literal.language else ""
        assert re.search(rf"{tag}>{re.escape(literal.value)}<", unescape(html))


def test_a_page_names_its_formats_and_its_iri(pages, documents):
    """The head of a page leads to the same document in five formats, and to the thing itself."""
    page = Reader(pages.thing(documents.find(CALL)))
    links = [told for tag, told in page.elements if tag == "link"]
    media = {told["type"]: told["href"] for told in links if "type" in told}
    assert media == {
        "text/turtle": f"../{CALL}.ttl",
        "application/ld+json": f"../{CALL}.jsonld",
        "application/n-triples": f"../{CALL}.nt",
        "application/rdf+xml": f"../{CALL}.rdf",
        "application/trig": f"../{CALL}.trig",
    }
    canonical = [told["href"] for told in links if told["rel"] == "canonical"]
    assert canonical == [f"https://w3id.org/readouts/{CALL}"]


def test_a_person_is_linked_to_wikidata(pages, documents):
    """The page of a person leads to the canonical IRI of the Wikidata item."""
    page = Reader(pages.thing(documents.find("person/macky-sall")))
    links = [told.get("href") for _, told in page.elements]
    assert links.count("http://www.wikidata.org/entity/Q57438") == 2


def test_what_links_here_is_told(pages, documents):
    """The page of an exchange names the statement made there, though the statement says so."""
    html = pages.thing(documents.find(CALL))
    part = html[html.index('id="links-here"') :]
    assert 'href="../statement/china-approach-04.html"' in part[: part.index("</section>")]
    # That the terms of the vocabulary belong to it goes without saying.
    assert 'id="links-here"' not in pages.thing(documents.find("ns"))


def test_home_counts_what_the_store_holds(pages, made, embedded):
    """The numbers on the home page are those of the release, and every file is listed."""
    html = pages.home(list(dumps.find(made).values()))
    ours = rows(embedded, f"SELECT ?s {{ ?s a owl:Class FILTER(STRSTARTS(STR(?s), '{BASE}')) }}")
    counts = {"dro:Exchange": 21, "dro:Statement": 25, "dro:Passage": 487}
    for anchor, count in counts.items():
        assert f'<a href="./things.html#{anchor}"><span class="count">{count}</span>' in html
    assert re.search(
        rf'<section id="owl:Class">\n<h2[^>]*>class <small>{len(ours)}<', pages.things()
    )
    triples = len({one.triple for one in parse(path=made.directory / "readouts.nq")})
    assert re.search(rf"<b>{triples:,}</b>", html)


def test_every_file_is_listed(pages, made):
    """The page of data leads to every file of the release, with its size and checksum."""
    held = dumps.find(made)
    html = pages.data(list(held.values()))
    assert len(held) > 5
    for name, one in held.items():
        assert f'href="./dumps/{name}"' in html
        assert f"{one.bytes:,}" in html
        assert one.sha256 in html


def test_the_things_page_leads_to_every_document(pages, documents):
    """Nothing of the release is out of reach: every document has a link on the page of things."""
    found = {told.get("href") for _, told in Reader(pages.things()).elements}
    wanted = {f"./{path}.html" for path in documents.all()}
    assert len(wanted) >= 270
    assert wanted <= found


def test_a_form_has_a_field_for_each_parameter(stored, embedded, made):
    """Days are date fields, closed lists and things are choices, and words are typed."""
    fields = form.fields(stored["exchanges"], {"kind": "call"}, embedded, made.base)
    kinds = {field.name: field.kind for field in fields}
    assert kinds == {
        "kind": "select",
        "counterpart": "select",
        "country": "select",
        "from": "date",
        "to": "date",
        "lang": "select",
    }
    assert [field.value for field in fields if field.name in ("kind", "lang")] == ["call", "en"]
    people = next(field.choices for field in fields if field.name == "counterpart")
    assert len(people) == 21
    assert ("person/hun-sen", "Hun Sen") in people
    words = form.fields(stored["wording"], {}, embedded, made.base)
    assert words[0].kind == "text"


def test_every_stored_query_has_a_page_with_its_answer(pages, stored, embedded, made):
    """The page of a query shows as many rows as the answer has, or says that there are more."""
    asked = [one for one in stored.values() if not one.federated]
    assert len(asked) >= 18
    for one in asked:
        answer = query.answer(one, {}, embedded, made.base)
        html = pages.query(one, Asked({}, answer))
        number = html.partition('<table class="answer">')[2].count("<tr>") - 1
        if isinstance(answer, Rows):
            again = query.answer(one, {}, embedded, made.base)
            assert number == len(list(again.solutions)), one.name
        else:
            assert ("There are more" in html) == (number == 1000), one.name


def test_a_long_answer_says_that_it_is_cut(documents, embedded, made):
    """A table shows its first rows and says that there are more; it is never cut in silence."""
    links = Links(documents, made.base)
    many = table(embedded.query("SELECT * WHERE { ?s ?p ?o }"), links, most=10)
    few = table(embedded.query("SELECT * WHERE { ?s a dro:Talks }"), links, most=10)
    exact = table(embedded.query("SELECT * WHERE { ?s ?p ?o } LIMIT 10"), links, most=10)
    assert (len(many.rows), many.more) == (10, True)
    assert (len(few.rows), few.more) == (1, False)
    assert (len(exact.rows), exact.more) == (10, False)


# --- what comes from elsewhere ---------------------------------------------


@pytest.fixture
def hostile(tmp_path, stored, shown):
    """A release of someone else's, with everything in it that could do harm on a page."""
    base = "http://example.org/r/"
    node = NamedNode(f"{base}thing/x")
    script = "<script>alert(1)</script>"
    told = [
        Triple(node, RDFS.label, Literal(f"{script}\u202e", language="en")),
        Triple(node, SCHEMA.url, NamedNode("javascript:alert(1)")),
        Triple(node, SCHEMA.url, NamedNode("https://example.com/?a=1&b=%22")),
        Triple(node, SCHEMA.description, Literal('"><img src=x onerror=alert(1)>')),
        Triple(node, NamedNode("urn:x:'onclick=alert(1)"), Literal("&amp;")),
        Triple(NamedNode(f"{base}a:b/c?d"), RDFS.seeAlso, node),
        Triple(NamedNode(f"{base}odd#x'y"), RDFS.seeAlso, node),
        Triple(NamedNode(f"{base}caf%C3%A9"), RDFS.seeAlso, node),
        Triple(DRO.Exchange, RDFS.label, Literal("exchange", language="en")),
    ]
    graph = NamedNode(f"{base}g")
    engine = Oxigraph()
    engine.extend([Quad(one.subject, one.predicate, one.object, graph) for one in told])
    engine.dump(tmp_path / "readouts.nq", format=RdfFormat.N_QUADS)
    (tmp_path / "manifest.json").write_text(
        f'{{"base": "{base}", "version": "1", "files": {{"../x": {{"bytes": 1, "sha256": ""}}}}}}'
    )
    made = release.read(tmp_path)
    store = Embedded(tmp_path)
    documents = Documents(made, store, stored)
    return made, documents, Pages(documents, store, made, stored, shown)


def test_nothing_of_a_release_is_taken_for_html(hostile):
    """Scripts, quotes and javascript: addresses of a release are shown as text and not linked."""
    _, documents, pages = hostile
    html = pages.thing(documents.find("thing/x"))
    page = Reader(html)
    assert (page.wrong, page.open) == ([], [])
    assert "img" not in {tag for tag, _ in page.elements}
    assert [told["src"].rpartition("/")[2] for told in scripts(page)] == ["readouts.js"]
    links = [told["href"] for tag, told in page.elements if tag == "a" and "href" in told]
    assert not [link for link in links if "javascript" in link]
    assert "https://example.com/?a=1&b=%22" in links
    assert "&amp;amp;" in html
    assert "javascript:alert(1)" in html


def test_odd_addresses_of_a_release_lead_to_their_documents(hostile):
    """A colon, a question mark or a quotation mark in an IRI does not bend a link."""
    _, documents, pages = hostile
    assert set(documents.all()) == {"thing/x", "a:b/c?d", "odd", "café", "ns"}
    page = Reader(pages.thing(documents.find("thing/x")))
    links = [told["href"] for tag, told in page.elements if tag == "a"]
    assert "../a:b/c%3Fd.html" in links
    assert "../odd.html#x'y" in links
    assert "../caf%C3%A9.html" in links


def test_the_vocabulary_is_at_ns_whatever_the_base(hostile):
    """A release of another base holds our vocabulary too, and its document is at `ns` there."""
    made, documents, _ = hostile
    assert documents.parts(documents.find("ns")) == [DRO.Exchange]
    assert Links(documents, made.base).address(DRO.Exchange) == "./ns.html#Exchange"
    assert documents.write(documents.find("ns"), "ttl").count(b"dro:Exchange") == 1


def test_a_manifest_names_files_beside_itself_only(hostile):
    """A file of a manifest that lies elsewhere is not offered."""
    made, _, _ = hostile
    assert list(dumps.find(made)) == ["manifest.json"]


def test_what_a_reader_writes_is_shown_as_text(pages, stored):
    """A value, a query, or a fault with markup in it stays text."""
    script = "<script>alert(1)</script>"
    values = {"kind": script, "from": f'"{script}'}
    for html in (
        pages.query(stored["exchanges"], Asked(values, fault=script)),
        pages.sparql(Sparql(f"</textarea>{script}", [f'"{script}']), Asked(fault=script)),
        pages.error("Not found", script, 0),
    ):
        assert script not in html
        assert Reader(html).wrong == []


# --- names and links -------------------------------------------------------


def test_properties_without_a_name_are_called_by_the_context(made, embedded):
    """A property that nobody names is called by its key in the JSON-LD context, in words."""
    context = {"@context": {"nif": NIF.x.value[:-1], "quotedWords": {"@id": "nif:sentence"}}}
    naming = labels.naming(made.base, context)
    found = labels.find([DRO.saidAt], [embedded], naming)
    assert found.term(DRO.saidAt) == labels.Text("said at", "en")
    assert found.term(NIF.sentence) == labels.Text("quoted words", "en")
    assert found.term(SCHEMA.honorificPrefix) == labels.Text("honorific prefix", "en")


@pytest.mark.parametrize("tag", ["en", "zh-hans"])
def test_every_term_in_use_has_a_name_in_the_language_of_the_page(made, embedded, tag):
    """Each class and property of the release is called by a name, ours and those of others."""
    naming = labels.naming(made.base, {}, tag)
    told = rows(embedded, "SELECT DISTINCT ?t WHERE { { ?s a ?t } UNION { ?s ?t ?o } }")
    terms = [row["t"] for row in told]
    found = labels.find(terms, [embedded], naming)

    assert len(terms) > 80
    assert {one.value for one in terms if found.term(one).language != tag} == set()
    others = [one for one in terms if one not in found.found]
    assert len(others) > 50
    assert {one.value for one in others} <= set(borrowed.held())


def test_a_thing_without_a_label_is_named_by_its_title(documents, pages):
    """The page of the vocabulary is headed by the title of the vocabulary."""
    assert '<h1 lang="en">Readouts vocabulary</h1>' in pages.thing(documents.find("ns"))


def test_a_passage_is_named_by_its_words(made, embedded):
    """A passage has no label; its words stand for it, in the language of the text."""
    node = NamedNode(f"{made.base}{TEXT}#char=479,481")
    found = labels.find([node], [embedded], labels.naming(made.base, made.context))
    assert found.name(node) == labels.Text("时任", "zh-hans")


@pytest.mark.parametrize(
    ("iri", "depth", "address"),
    [
        ("person/hun-sen", 0, "./person/hun-sen.html"),
        ("person/hun-sen", 2, "../../person/hun-sen.html"),
        ("ns#Exchange", 1, "../ns.html#Exchange"),
        (f"{TEXT}#char=476,494", 0, f"./{TEXT}.html#char=476,494"),
        ("ns/0.1.0", 0, "./ns.html"),
        ("ns/0.0.9", 0, "https://w3id.org/readouts/ns/0.0.9"),
    ],
)
def test_links_are_relative_to_the_page(documents, made, iri, depth, address):
    """A page can lie anywhere: links lead on from where it is, or to what is elsewhere."""
    assert Links(documents, made.base, depth).address(NamedNode(made.base + iri)) == address


def test_a_page_needs_a_style_sheet_and_a_script(pages, made):
    """A page loads two files, which are there, and nothing from elsewhere."""
    page = Reader(pages.home(list(dumps.find(made).values())))
    styles = [
        told["href"] for tag, told in page.elements if tag == "link" and told["rel"] == "stylesheet"
    ]
    assert styles == ["./static/style.css"]
    assert scripts(page) == [{"type": "module", "src": "./static/readouts.js"}]
    assert (STATIC / "readouts.js").is_file()
    css = (STATIC / "style.css").read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css
    assert "prefers-color-scheme:dark" in css.replace(": ", ":")
