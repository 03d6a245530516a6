"""Figures: what can be drawn of a page, as numbers that come from the kernel's terms. How it looks is export's to choose."""
