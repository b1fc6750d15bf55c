"""How a compiled policy is shown: as HTML for the page, and in words. Nothing here reads a document."""

from remit.policy.document.render.html import RenderedClause, RenderedPolicy, policy_html, standalone_page

__all__ = ["RenderedClause", "RenderedPolicy", "policy_html", "standalone_page"]
