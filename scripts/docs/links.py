"""Every address in a built site: files and anchors are there, and nothing is fetched from elsewhere.

``python -m scripts.docs.links build/site`` prints what is wrong, one line each, and exits with 1 then.
"""

import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ASSETS = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("form", "action")}
FETCHED = {"stylesheet", "icon", "preconnect", "preload", "prefetch", "dns-prefetch", "modulepreload"}

NOT_FOUND = "404.html"  # shown at any address, so its links begin at the server's root


@dataclass
class Page(HTMLParser):
    """The addresses that a page names, and the anchors that it has."""

    links: list[str] = field(default_factory=list)  # followed by a reader
    assets: list[str] = field(default_factory=list)  # fetched by the browser
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "link" and FETCHED & set(found.get("rel", "").split()):
            self.assets.append(found.get("href", ""))
        self.assets += [value for name, value in found.items() if (tag, name) in ASSETS]


def faults(site: Path) -> list[str]:
    """What is wrong, page by page; empty: nothing."""
    pages = {path.resolve(): _read(path) for path in sorted(site.rglob("*.html")) if path.name != NOT_FOUND}
    found = list[str]()
    for path, page in pages.items():
        where = path.relative_to(site.resolve())
        found += [f"{where}: fetches {asset}" for asset in page.assets if _is_elsewhere(asset)]
        inside = [link for link in (*page.links, *page.assets) if not _is_elsewhere(link)]
        found += [f"{where}: {link} leads nowhere" for link in inside if not _leads(path, link, pages)]
    for style in sorted(site.rglob("*.css")):
        for address in re.findall(r"url\(\s*[\"']?((?:https?:)?//[^)\"']+)", style.read_text("utf-8")):
            found.append(f"{style.relative_to(site)}: fetches {address}")
    return found


def _read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _is_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in ("http", "https", "mailto")


def _leads(page: Path, address: str, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(address)
    if parts.scheme in ("data", "javascript"):
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    anchor = unquote(parts.fragment)
    return not anchor or target not in pages or anchor in pages[target].anchors


def main(site: Path) -> int:
    found = faults(site)
    print("\n".join(found) or f"{site}: every link leads somewhere, nothing is fetched from elsewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
