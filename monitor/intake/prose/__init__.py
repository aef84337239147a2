"""The text of an article → claims with their markers, and the evidence that is named in it."""
