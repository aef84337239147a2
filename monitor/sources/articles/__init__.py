"""Sources of articles: a folder, or a site by its sitemap or its feed, followed for new, changed and removed pages."""

from monitor.sources.articles.collection import ArticleCollection
from monitor.sources.articles.folder import Folder
from monitor.sources.articles.site import Site

__all__ = ["ArticleCollection", "Folder", "Site"]
