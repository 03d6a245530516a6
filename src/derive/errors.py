"""The errors that derive raises on purpose. Every message says what was expected, what came, and what to do."""


class DeriveError(Exception):
    """Bad input from outside: an expression, a page, a command line. Carries file and line where they are known."""

    def __init__(self, message: str, *, file: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.message, self.file, self.line = message, file, line


class ReadError(DeriveError):
    """An expression that cannot be read: a float, an unknown function, a shape or an index range that does not fit."""


class PageError(DeriveError):
    """A page that does not load."""
