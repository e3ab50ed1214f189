"""Turns an address as printed into the one it stands for, and into the ids that everything hangs on.

Ids are the first 16 hex characters of a SHA-256 over a namespaced string: stable across machines and rebuilds.
"""

import hashlib
import re
from datetime import date
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from tld import get_fld
from w3lib.url import canonicalize_url

URL_CHARS = 2_048
ID_CHARS = 16

# parameters that say how a reader came, not what is read
TRACKING = re.compile(
    r"^(utm_.*|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|spm|scm|_hs(enc|mi)|mkt_tok|ref_src|referrer|cmpid"
    r"|ncid|ito|ocid|smid|smtyp|share(_.*)?|guccounter|at_(medium|campaign|link.*|custom.*)|isappinstalled|nsukey)$",
    re.IGNORECASE,
)
# the same, unless the value is a number: `?from=timeline` is a way in, `?source=4711` names what is read
OFTEN_TRACKING = re.compile(r"^(ref|src|from|source|partner|channel|cid)$", re.IGNORECASE)
MOBILE_HOST = re.compile(r"^(?:www|m|wap|amp|mobile|3g)\.(?=[^.]+\.)")
AMP_TAIL = re.compile(r"(?:/amp/?|\.amp)$", re.IGNORECASE)
INDEX_TAIL = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)


def digest(namespace: str, *parts: str) -> str:
    """16 hex characters for these words; the same words in another namespace give others."""
    return hashlib.sha256("\0".join((namespace, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:ID_CHARS]


def absolute_url(link: str, base: str) -> str:
    """The link as a full http(s) address, or "" when it is none (javascript:, mailto:, too long, broken)."""
    try:
        url = urljoin(base, link.strip())
        parts = urlsplit(url)
        _ = parts.port  # raises on a port that is no number
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > URL_CHARS:
        return ""
    return url


def canonical_url(url: str) -> str:
    """The address two copies of a link agree on: no tracking, fragment, default port, mobile or AMP form; https.

    "" for what is no http(s) address. Used as identity, never to fetch: the link as given is fetched.
    """
    if not absolute_url(url, ""):
        return ""
    try:
        parts = urlsplit(canonicalize_url(url.strip(), keep_blank_values=True))
        host = plain_host(parts)
    except ValueError:  # covers UnicodeError: a host name that has no ASCII form
        return ""
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not is_tracking(*pair)])
    return urlunsplit(("https", host, plain_path(parts.path), query, "")) if host else ""


def plain_host(parts: SplitResult) -> str:
    """The host without `www.`, `m.` and the like, and its port when it is not the usual one. Raises ValueError."""
    host, port = (parts.hostname or "").rstrip("."), parts.port
    while (shorter := MOBILE_HOST.sub("", host)) != host:
        host = shorter
    host = f"[{host}]" if ":" in host else host
    return host if not host or port in (None, 80, 443) else f"{host}:{port}"


def plain_path(path: str) -> str:
    """A path without AMP tail, index file, closing slash or empty parameters."""
    before = None
    while before != path:
        before = path
        path = INDEX_TAIL.sub("/", AMP_TAIL.sub("", path)).rstrip("/;")
    return path


def is_tracking(name: str, value: str) -> bool:
    """Whether a query parameter tells how a reader came."""
    return bool(TRACKING.match(name) or (OFTEN_TRACKING.match(name) and not value.isdigit()))


def publisher_of(url: str) -> str:
    """The registrable domain (bbc.co.uk, qwenlm.github.io), by the public suffix list; else the host itself.

    `tld` brings the list along: no network.
    """
    try:
        domain = get_fld(url, fail_silently=True, search_private=True)
    except ValueError:  # tld lets urlsplit's complaints through
        domain = None
    return (domain or host_of(url)).removeprefix("www.")


def host_of(url: str) -> str:
    """The host name of an address, lower case; "" when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def page_id(url: str) -> str:
    """Id of the page at a canonical URL."""
    return digest("page", url)


def article_id(url: str, item_no: int | None = None) -> str:
    """Id of the article at a canonical URL, or of one item of a digest there."""
    return digest("article", url) if item_no is None else digest("article", url, str(item_no))


def entry_id(feed_id: str, guid: str, url: str, title: str, day: date | None) -> str:
    """Id of a feed's entry by the identity ladder: its guid, else its canonical URL, else title and day."""
    if guid:
        return digest("entry", feed_id, "guid", guid_identity(guid))
    if url:
        return digest("entry", feed_id, "url", url)
    return digest("entry", feed_id, "title", title, day.isoformat() if day else "")


def guid_identity(guid: str) -> str:
    """A guid without what changes by itself: a guid that is an address survives a switch from http to https."""
    return re.sub(r"^https?://(www\.)?", "", guid.strip())
