"""What can be said: terms, claims, links, hypotheses, sources, errata. Frozen data, no proofs."""
