"""Formulas as text: what `derive -c` takes. Text is parsed by our own grammar and never run."""
