//! Nothing. Cargo counts the features that tests ask of a dependency only where it builds something that may use them, as
//! an example may. Whoever builds a part of the workspace for development names this too, with `--workspace`: then every
//! dependency has the same features as for the tests, and none is compiled twice.

fn main() {}
