"""The rules by which Apache answers the address of a thing: 303 to the document that Accept wants.

The weights of Accept (RFC 9110 §12.5.1) are read one by one, and the formats compared in steps of
a tenth; among equals the first on offer wins, as on the server.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from readouts.render.phrases import ENGLISH, FOLDERS
from readouts.serve.files import POLICIES
from readouts.serve.guard import HEADERS
from readouts.serve.things import OFFERED
from readouts.site.address import Address

# What may stand between a media range and its weight, and a weight; a wrong one is no range.
FIELDS = r"\s*(?:;(?!\s*q\s*=)[^,;]*)*"
WEIGHT = r"(?:;\s*q=(1(?:\.0*)?|0?\.\d*|0)(?:;[^,]*)?)?\s*(?:,|$)"
# From the whole down: 1, then nine tenths, and in the end anything above nothing.
STEPS = (r"(?:1(?:\.0*)?)?", *(rf"0?\.{tenth}\d*" for tenth in range(9, 0, -1)), r"0?\.0+[1-9]\d*")
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
# Files hold the answers to stored queries without parameters, and give no other.
RewriteCond %{{QUERY_STRING}} .
RewriteRule ^queries/[^/]+\\.(?!html$)[a-z]+$ - [R=404,L]
{odd}
# A page may be asked for without its ending.
RewriteCond %{{REQUEST_FILENAME}} !-f
RewriteCond %{{REQUEST_FILENAME}}.html -f
RewriteCond $1 !^(?:{kinds})/
RewriteRule ^((?:[a-z]+/)?[a-z-]+)$ $1.html [L]
"""
ELSEWHERE = """# Made by `readouts site`: for the folder of the IRIs at w3id.org.
RewriteEngine On
"""


def write(things: Iterable[str], media: Mapping[str, str], address: Address) -> Mapping[str, bytes]:
    """The rules for the folder of files and, where the host is known, for the one of the IRIs."""
    held = list(things)
    kinds = "|".join(sorted({re.escape(one.partition("/")[0]) for one in held if "/" in one}))
    single = "|".join(sorted(re.escape(one) for one in held if "/" not in one))
    pattern = "|".join([*([f"(?:{kinds})/.+"] if kinds else []), *([single] if single else [])])
    here = PLACED.format(
        path=address.path, types=_types(media), headers=_headers(), odd=_odd(media), kinds=kinds
    )
    files = {".htaccess": f"{here}{_things(pattern, '', is_here=True)}".encode()}
    if address.host:
        rest = f"RewriteRule ^(.*)$ {address}$1 [R=302,NE,L]\n"
        away = f"{ELSEWHERE}{_things(pattern, str(address), is_here=False)}{rest}"
        files["w3id.htaccess"] = away.encode()
    return files


def _things(pattern: str, target: str, *, is_here: bool) -> str:
    """The rules for the addresses of things: weigh the formats, choose one, lead there."""
    names = list(dict.fromkeys(OFFERED.values()))
    thing = f"^({pattern}){'' if is_here else ''.join(rf'(?<![.]{one})' for one in names)}$"
    there = ["RewriteCond %{REQUEST_FILENAME}.html -f"] if is_here else []
    lines = ["# The weight that Accept gives to each format.", "RewriteCond %{HTTP_ACCEPT} !/"]
    lines.append(f"RewriteRule {thing} - [E=a_{names[0]}:w]")
    for media, suffixes in _ranges(names).items():
        weighed = ",".join(f"E=a_{one}:w%1" for one in suffixes)
        lines += [
            rf"RewriteCond %{{HTTP_ACCEPT}} .*(?:^|,)\s*{re.escape(media)}{FIELDS}{WEIGHT} [NC]",
            f"RewriteRule {thing} - [{weighed}]",
        ]
    lines.append("# The format of the greatest weight.")
    weights = ",".join(f"{one}:%{{ENV:a_{one}}}" for one in names)
    for step in STEPS:
        lines += [
            "RewriteCond %{ENV:chosen} ^$",
            f"RewriteCond {weights} (?:^|,)([a-z]+):w{step}(?:,|$)",
            f"RewriteRule {thing} - [E=chosen:%1]",
        ]
    for tag, folder in FOLDERS.items():
        if tag != ENGLISH:
            lines += [
                *there,
                "RewriteCond %{ENV:chosen} ^html$",
                rf"RewriteCond %{{HTTP:Accept-Language}} ^\s*{tag.partition('-')[0]}\b [NC]",
                f"RewriteRule {thing} {target}{folder}$1.html [R=303,L]",
            ]
    lines += [*there, "RewriteCond %{ENV:chosen} (.+)"]
    lines.append(f"RewriteRule {thing} {target}$1.%1 [R=303,L]")
    lines += [*there, f"RewriteRule {thing} - [R=406,L]", ""]
    return "\n".join(lines)


def _ranges(names: Iterable[str]) -> dict[str, list[str]]:
    """The media ranges that cover what is offered, the widest first, with what each covers."""
    ranges = {"*/*": list(names)}
    for media, suffix in OFFERED.items():
        ranges.setdefault(f"{media.partition('/')[0]}/*", []).append(suffix)
    exact = {media: [suffix] for media, suffix in reversed([*OFFERED.items()])}
    return ranges | exact


def _types(media: Mapping[str, str]) -> str:
    """The media type of each suffix: the one that most files with it have."""
    return "\n".join(f"AddType {told} .{suffix}" for suffix, told in _usual(media).items())


def _odd(media: Mapping[str, str]) -> str:
    """The media types that a suffix has in one folder and not in others."""
    usual, folders = _usual(media), _counted(media)
    lines = []
    for (folder, suffix), held in sorted(folders.items()):
        told = held.most_common(1)[0][0]
        if suffix in usual and told != usual[suffix]:
            lines.append(f"RewriteRule ^{re.escape(folder)}/[^/]+\\.{suffix}$ - [T={told}]")
    return "\n".join(lines)


def _usual(media: Mapping[str, str]) -> dict[str, str]:
    by_suffix: dict[str, Counter[str]] = {}
    for (_, suffix), held in _counted(media).items():
        by_suffix.setdefault(suffix, Counter()).update(held)
    return {one: by_suffix[one].most_common(1)[0][0] for one in sorted(by_suffix) if one != "html"}


def _counted(media: Mapping[str, str]) -> dict[tuple[str, str], Counter[str]]:
    """How many files of a first folder and a suffix have each media type."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for path, told in media.items():
        folder, suffix = path.strip("/").partition("/")[0], path.rpartition(".")[2]
        if re.fullmatch("[a-z0-9]+", suffix):
            found.setdefault((folder, suffix), Counter())[told] += 1
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
