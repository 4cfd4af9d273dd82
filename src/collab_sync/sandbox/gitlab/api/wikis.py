"""Wiki pages. Their directories are the trap: the title carries them in, and a change without title loses them."""

from __future__ import annotations

from collab_sync.sandbox.gitlab.answers import answer, nothing
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.errors import ApiError, bad_parameter, not_found, server_error
from collab_sync.sandbox.gitlab.shapes import wiki_shape
from collab_sync.sandbox.gitlab.state import DEVELOPER, Project, WikiPage
from collab_sync.sandbox.wire import Response

FORMATS = ("markdown", "rdoc", "asciidoc", "org")


def list_pages(call: Call, project: str) -> Response:
    """``GET …/wikis``: all of them, without pages; ``with_content``."""
    found = call.project(project)
    content = bool(call.params.flag("with_content"))
    pages = sorted(found.wiki, key=lambda page: page.slug)
    return answer([wiki_shape(page, content=content) for page in pages])


def get_page(call: Call, project: str, slug: str) -> Response:
    """``GET …/wikis/:slug``."""
    return answer(wiki_shape(_page(call.project(project), slug)))


def create_page(call: Call, project: str) -> Response:
    """``POST …/wikis``: an empty content stores nothing and says ``null``; a duplicate inside a directory is a 500."""
    _ = call.user
    call.params.require("title", "content")
    form = call.params.choice("format", FORMATS, "markdown")
    found = call.project(project, DEVELOPER)
    slug, content = _slug(call.params.text("title") or ""), call.params.text("content") or ""
    if not slug:
        raise ApiError(400, {"message": {"title": ["can't be blank"]}})
    if _at(found, slug):
        raise server_error() if "/" in slug else _duplicate(slug)
    if not content:
        return answer(None, 201)
    page = WikiPage(slug=slug, title=_title(slug), content=content, format=form)
    found.wiki.append(page)
    return answer(wiki_shape(page), 201)


def update_page(call: Call, project: str, slug: str) -> Response:
    """``PUT …/wikis/:slug``: the page goes where ``title`` says; without a title it leaves its directory."""
    _ = call.user
    if not call.params.given(("title", "content", "format")):
        raise bad_parameter("title, content, format are missing, at least one parameter must be provided")
    form = call.params.choice("format", FORMATS, "markdown")
    found = call.project(project, DEVELOPER)
    page = _page(found, slug)
    target = _slug(call.params.text("title") or page.title)
    if target != page.slug and _at(found, target):
        raise _duplicate(target)
    page.slug, page.title = target, _title(target)
    page.content = call.params.text("content") or page.content
    page.format = form if "format" in call.params else page.format
    return answer(wiki_shape(page))


def delete_page(call: Call, project: str, slug: str) -> Response:
    """``DELETE …/wikis/:slug``."""
    _ = call.user
    found = call.project(project, DEVELOPER)
    found.wiki.remove(_page(found, slug))
    return nothing()


def _slug(title: str) -> str:
    return "/".join(part.strip().replace(" ", "-") for part in title.strip().strip("/").split("/"))


def _title(slug: str) -> str:
    return slug.rpartition("/")[2].replace("-", " ")


def _at(project: Project, slug: str) -> WikiPage | None:
    return next((page for page in project.wiki if page.slug == slug), None)


def _page(project: Project, slug: str) -> WikiPage:
    page = _at(project, slug)
    if page is None:
        raise not_found("Wiki Page")
    return page


def _duplicate(slug: str) -> ApiError:
    text = f"Duplicate page: Cannot write //{slug}.md, found //{slug}.md."
    return ApiError(400, {"message": {"base": [text]}})


_PATH = "/projects/{project}/wikis"

ROUTES: Routes = (
    ("GET", _PATH, list_pages),
    ("POST", _PATH, create_page),
    ("GET", f"{_PATH}/{{slug}}", get_page),
    ("PUT", f"{_PATH}/{{slug}}", update_page),
    ("DELETE", f"{_PATH}/{{slug}}", delete_page),
)
