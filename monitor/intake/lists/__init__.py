"""Reference lists → entries with their numbers, wherever they stand: on the page, in its head, in a file."""
