"""The browser for the tests of this folder."""

from explorer.browser import chromium, open_page

__all__ = ["chromium", "open_page"]
