//! Which modules the project installs, found under `src/`, and what is wrong with where they lie.

mod modules;

pub use modules::{Module, Modules};
