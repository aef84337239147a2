"""The command line: a verb parses, calls one function, and renders the answer with Rich."""
