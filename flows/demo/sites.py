"""Turns samples into every answer the newsroom can give: host and path -> status, headers and bytes."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.demo import pages
from flows.demo.outlets import MOVED_TO, OUTLETS, Fault, Outlet, Validators, outlet_of
from flows.demo.samples import Sample

Address = tuple[str, str]  # host, path
RETRY_AFTER_SECONDS = 3_600
SLOW_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at an address. `delay_seconds` passes before it is given; an empty validator is not sent."""

    body: bytes
    content_type: str
    status: int = 200
    etag: str = ""
    last_modified: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0


def build_sites(samples: Sequence[Sample]) -> dict[Address, Answer]:
    """Every answer of every outlet whose host can be reached."""
    by_outlet = defaultdict(list)
    for sample in samples:
        by_outlet[sample.outlet.id].append(sample)
    return {
        (outlet.host, path): answer
        for outlet in OUTLETS
        if outlet.fault is not Fault.DEAD
        for path, answer in answers_of(outlet, by_outlet[outlet.id])
    }


def answers_of(outlet: Outlet, samples: Sequence[Sample]) -> Iterator[tuple[str, Answer]]:
    """Path and answer for everything on one outlet's host."""
    yield "/robots.txt", Answer(outlet.robots.encode() or b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")
    newest = samples[0].published_at if samples else None
    yield "/", page(outlet, pages.front_page(outlet, samples), newest)
    feed = validated(outlet, pages.feed_of(outlet, samples), pages.CONTENT_TYPES[outlet.format], newest)
    yield outlet.feed_path, at_fault(outlet, feed)
    for sample in samples:
        yield sample.path, page(outlet, pages.article_page(sample, samples), sample.published_at)


def page(outlet: Outlet, body: bytes, changed_at: datetime | None) -> Answer:
    """An HTML page."""
    return validated(outlet, body, "text/html", changed_at)


def not_found(outlet: Outlet, path: str) -> Answer:
    """Where nothing is: a page that says so, without validators."""
    return Answer(pages.not_found_page(outlet, path), content_type_of(outlet, "text/html"), status=404)


def validated(outlet: Outlet, body: bytes, content_type: str, changed_at: datetime | None) -> Answer:
    """An answer with the validators this outlet sends."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return Answer(
        body,
        content_type_of(outlet, content_type),
        etag={Validators.DATE: "", Validators.WEAK_ETAG: f"W/{etag}"}.get(outlet.validators, etag),
        last_modified=changed_at if outlet.validators in (Validators.BOTH, Validators.DATE) else None,
    )


def content_type_of(outlet: Outlet, content_type: str) -> str:
    """The header's value, with the charset where the outlet names it there."""
    return f"{content_type}; charset={outlet.declared_charset}" if outlet.charset_in_header else content_type


def at_fault(outlet: Outlet, feed: Answer) -> Answer:
    """The feed's answer with the outlet's fault put in."""
    failing = Answer(b"", "text/plain; charset=utf-8")
    match outlet.fault:
        case Fault.NOT_FOUND:
            return not_found(outlet, outlet.feed_path)
        case Fault.GONE:
            return replace(failing, status=410, body=b"This feed was closed.\n")
        case Fault.RATE_LIMITED:
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return replace(failing, status=429, body=b"Too many requests.\n", headers=headers)
        case Fault.MOVED:
            target = outlet_of(MOVED_TO)
            return replace(failing, status=301, headers={"Location": target.feed_url if target else "/"})
        case Fault.BOZO:
            return replace(feed, body=break_xml(feed.body))
        case Fault.SLOW:
            return replace(feed, delay_seconds=SLOW_SECONDS)
        case Fault.HTML:
            return page(outlet, pages.front_page(outlet, ()), None)
        case _:
            return feed


def break_xml(body: bytes) -> bytes:
    """A feed as careless software writes it: a bare ampersand, an entity of HTML, an element never closed."""
    return body.replace(b"</title>", b" &amp; more&nbsp;news & views</title>", 1).replace(b"</channel>", b"")
