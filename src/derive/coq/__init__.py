"""Goals for Coq: proved equations between smooth terms, at small sizes, as an audit by a prover from outside. Makes no verdict."""
