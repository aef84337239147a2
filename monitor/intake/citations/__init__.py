"""Citation strings → their parts, and parts → the string that prints them."""
