"""Exports: terminal, LaTeX, HTML, JSON, Markdown. They read Outcomes and decide nothing."""
