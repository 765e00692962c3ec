"""One module a rule; each has check(files), which yields (path, line, message)."""
