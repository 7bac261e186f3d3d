//! Histories with a name.
