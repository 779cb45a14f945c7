"""Which chapter helps with which page, for this reader."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from zhibu.kernel.actor import Actor
from zhibu.kernel.handbook.chapters import Chapter, Cover, all_chapters

Roles = Callable[[Actor], frozenset[str]]
MEMBER = "member"


def _nobody(actor: Actor) -> frozenset[str]:
    return frozenset()


_resolver: Roles = _nobody


def set_role_resolver(resolver: Roles) -> None:
    """Say how to tell the built-in roles of an actor; it must not ask the database, every page calls it."""
    global _resolver
    _resolver = resolver


def roles_of(actor: Actor) -> frozenset[str]:
    """Return the codes of the built-in roles that the actor's permissions amount to; who has none is a member."""
    return (_resolver(actor) or frozenset({MEMBER})) if actor.account_id is not None else frozenset()


def readable(actor: Actor) -> list[Chapter]:
    """Return the chapters the actor may read: all of them signed in, else the public ones."""
    return [chapter for chapter in all_chapters() if chapter.public or actor.account_id is not None]


def key_of(request: HttpRequest) -> str:
    """Return what a page is called in `covers`: the code of the act, else the name of the address."""
    match = request.resolver_match
    if match is None:
        return "error-404"
    return str(match.kwargs["code"]) if match.url_name in {"action", "action-on"} else str(match.view_name)


def help_url(actor: Actor, key: str) -> str:
    """Return the address of the chapter and section that help with a page, else of the chapter of one's role."""
    roles = roles_of(actor)
    found = best(key, actor.account_id is not None, roles) or _own(roles)
    try:
        if found is None:
            return reverse("handbook")
        chapter, anchor = found
        return reverse("handbook-chapter", args=[chapter.slug]) + (f"#{quote(anchor)}" if anchor else "")
    except NoReverseMatch:  # the look served on its own, without the platform around it
        return ""


@lru_cache(maxsize=2048)
def best(key: str, signed_in: bool, roles: frozenset[str]) -> tuple[Chapter, str] | None:
    """Return the chapter that covers a page, with the section: one's own role first, then the most exact name."""
    fitting = [
        (_nearness(chapter, roles), _exactness(cover), -chapter.order, chapter, cover)
        for chapter in all_chapters()
        if signed_in or chapter.public
        for cover in chapter.covers
        if fnmatchcase(key, cover.pattern)
    ]
    if not fitting:
        return None
    *_, chapter, cover = max(fitting, key=lambda row: row[:3])
    return chapter, cover.anchor


def _nearness(chapter: Chapter, roles: frozenset[str]) -> int:
    if roles.intersection(chapter.roles):
        return 2
    return 0 if chapter.roles else 1


def _exactness(cover: Cover) -> tuple[bool, int]:
    return "*" not in cover.pattern, len(cover.pattern)


def _own(roles: frozenset[str]) -> tuple[Chapter, str] | None:
    own = [chapter for chapter in all_chapters() if roles.intersection(chapter.roles)]
    return (own[0], "") if own else None
