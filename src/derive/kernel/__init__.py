"""TRUSTED: the only place that mints a Verdict."""
