"""The rules by which Apache answers the address of a thing: 303 to the document that Accept wants.

The weights of Accept (RFC 9110 §12.5.1) are read one by one, and the formats compared in steps of
a tenth; among equals the first on offer wins, as on the server.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from readouts.render.phrases import FOLDERS
from readouts.serve.files import POLICIES
from readouts.serve.guard import HEADERS
from readouts.serve.things import OFFERED
from readouts.site.address import Address

# What may stand between a media range and its weight, and a weight; a wrong one is no range.
FIELDS = r"\s*(?:;(?!\s*q\s*=)[^,;]*)*"
WEIGHT = r"(?:;\s*q\s*=\s*(1(?:\.0*)?|0?\.\d*|0)\s*(?:;[^,]*)?)?\s*(?:,|$)"
# From the whole down: 1, half a tenth less, then by tenths, in the end anything above nothing.
STEPS = (
    r"(?:1(?:\.0*)?)?",
    r"0?\.9[5-9]\d*",
    *(rf"0?\.{tenth}\d*" for tenth in range(9, 0, -1)),
    r"0?\.0+[1-9]\d*",
)
THING = "# A thing: its document in the format of the greatest weight in Accept."
PLACED = """# Made by `readouts site`: what is served from files, with the formats chosen by Accept.
Options -Indexes -MultiViews
DirectoryIndex index.html
<IfModule mod_dir.c>
DirectorySlash Off
</IfModule>
ErrorDocument 404 {path}404.html
AddDefaultCharset utf-8
AddCharset utf-8 .css .csv .js .rq .tsv .ttl
{types}
<IfModule mod_headers.c>
{headers}
</IfModule>
RewriteEngine On
RewriteBase {path}
{odd}
# Files hold the answers to stored queries without parameters, and give no other.
RewriteCond %{{QUERY_STRING}} .
RewriteRule ^queries/[^/]+\\.(?!html$)[a-z]+$ - [R=404,L]
{things}
# A page may be asked for without its ending.
RewriteCond %{{REQUEST_FILENAME}} !-f
RewriteCond %{{REQUEST_FILENAME}}.html -f
RewriteRule ^(.*[^/])$ $1.html [L]
"""
ELSEWHERE = """# Made by `readouts site`: for the folder of the IRIs at w3id.org.
RewriteEngine On
{things}
# Documents, pages and files lie where the site is.
RewriteRule ^(.*)$ {site}$1 [R=302,L]
"""


def write(things: Iterable[str], media: Mapping[str, str], address: Address) -> dict[str, bytes]:
    """The rules for the folder of files and, where the host is known, for the one of the IRIs."""
    pattern = _pattern(things)
    here = PLACED.format(
        path=address.path,
        types=_types(media),
        headers=_headers(),
        odd=_odd(media),
        things=_things(pattern, "", there="RewriteCond %{REQUEST_FILENAME}.html -f\n"),
    )
    files = {".htaccess": here.encode()}
    if address.host:
        away = ELSEWHERE.format(site=address, things=_things(pattern, str(address), there=""))
        files["w3id.htaccess"] = away.encode()
    return files


def _pattern(things: Iterable[str]) -> str:
    """What the addresses of things begin with, or are, and documents do not end in."""
    paths = {
        re.escape(f"{kind}/") + ".+" if rest else re.escape(kind)
        for kind, _, rest in _parts(things)
    }
    endings = "".join(rf"(?<!\.{one})" for one in dict.fromkeys(OFFERED.values()))
    return f"^(?:{'|'.join(sorted(paths))})$" + endings


def _parts(things: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    return (one.partition("/") for one in things)


def _things(pattern: str, target: str, there: str) -> str:
    """The rules for the addresses of things: weigh the formats, choose one, lead there."""
    names = list(dict.fromkeys(OFFERED.values()))
    rules = [f"RewriteCond %{{HTTP_ACCEPT}} !/\nRewriteRule ^ - [E=a_{names[0]}:w]"]
    for media, suffixes in _ranges(names).items():
        # A format that is named is preferred to one that a wildcard covers, among equals.
        mark = "w" if media.endswith("*") else "n"
        covered = ",".join(f"E=a_{one}:{mark}%1" for one in suffixes)
        found = rf".*(?:^|,)\s*{re.escape(media)}{FIELDS}{WEIGHT}"
        rules.append(f"RewriteCond %{{HTTP_ACCEPT}} {found} [NC]\nRewriteRule ^ - [{covered}]")
    weights = ",".join(f"{one}:%{{ENV:a_{one}}}" for one in names)
    rules += [
        "RewriteCond %{ENV:chosen} ^$\n"
        f"RewriteCond {weights} (?:^|,)([a-z]+):{mark}{step}(?:,|$)\n"
        "RewriteRule ^ - [E=chosen:%1]"
        for step in STEPS
        for mark in "nw"
    ]
    rules += [
        f"{there}RewriteCond %{{ENV:chosen}} ^html$\n"
        rf"RewriteCond %{{HTTP:Accept-Language}} ^\s*{tag.partition('-')[0]}\b [NC]"
        f"\nRewriteRule ^(.+)$ {target}{folder}$1.html [R=303,L]"
        for tag, folder in FOLDERS.items()
        if folder
    ]
    rules += [
        f"{there}RewriteCond %{{ENV:chosen}} (.+)\nRewriteRule ^(.+)$ {target}$1.%1 [R=303,L]",
        f"{there}RewriteRule ^ - [R=406,L]",
    ]
    first = f"RewriteRule !{pattern} - [S={len(rules)}]"
    return "\n".join([THING, first, *rules])


def _ranges(names: Iterable[str]) -> dict[str, list[str]]:
    """The media ranges that cover what is offered, the widest first, with what each covers."""
    ranges = {"*/*": list(names)}
    for media, suffix in OFFERED.items():
        ranges.setdefault(f"{media.partition('/')[0]}/*", []).append(suffix)
    # The general name of a format before its own, which counts.
    exact = {media: [suffix] for media, suffix in reversed([*OFFERED.items()])}
    return ranges | exact


def _types(media: Mapping[str, str]) -> str:
    """The media type of each suffix: the one that most files with it have."""
    return "\n".join(f"AddType {told} .{suffix}" for suffix, told in _usual(media).items())


def _odd(media: Mapping[str, str]) -> str:
    """The media types that a suffix has in one folder and not in most others."""
    usual = _usual(media)
    return "\n".join(
        rf"RewriteRule ^{re.escape(folder)}[^/]+\.{suffix}$ - [T={told}]"
        for (folder, suffix), told in sorted(_held(media).items())
        if suffix != "html" and told != usual[suffix]
    )


def _usual(media: Mapping[str, str]) -> dict[str, str]:
    """The media type that a suffix has in most folders."""
    found: dict[str, Counter[str]] = {}
    for (_, suffix), told in sorted(_held(media).items()):
        found.setdefault(suffix, Counter())[told] += 1
    return {one: held.most_common(1)[0][0] for one, held in found.items() if one != "html"}


def _held(media: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The media type of a folder, which is empty or ends in a slash, and a suffix."""
    found = {}
    for path, told in media.items():
        folder, _, name = path.removeprefix("/").rpartition("/")
        suffix = name.rpartition(".")[2]
        if re.fullmatch("[a-z0-9]+", suffix):
            found[f"{folder}/" if folder else "", suffix] = told
    return found


def _headers() -> str:
    """What every answer of the server has, and the policy of what may do more."""
    lines = [f'Header always set {name} "{value}"' for name, value in HEADERS.items()]
    for name, policy in POLICIES.items():
        lines += [
            f"<Files {name}>",
            f'Header always set Content-Security-Policy "{policy}"',
            "</Files>",
        ]
    return "\n".join(lines)
