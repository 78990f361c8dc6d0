//! Facts about the world as compact tables, made by `scripts/refresh_knowledge.py`.

pub mod actions;
pub mod classifiers;
pub mod clients;
pub mod dependencies;
pub mod imports;
pub mod machines;
pub mod platforms;
pub mod providers;
pub mod stdlib;
pub(crate) mod table;
