"""HTML pages → blocks of their article, with the links of markers to notes, and what the head says."""
