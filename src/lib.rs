//! mcp-backend: the build backend for MCP servers.
//!
//! A build is a straight stair: read the project, understand it, decide what will be in the archives, let the rules
//! look at exactly that, and only then write. `ARCHITECTURE.md` holds the floor plan; the modules stand here in
//! reading order.

pub mod text;
mod spec;
pub mod knowledge;
pub mod sdk;
pub mod error;
mod git;
mod secrets;
pub mod diagnostic;
pub mod render;
pub mod tree;
pub mod project;
pub mod workspace;
mod dependencies;
mod syntax;
mod foreign;
mod layout;
mod registry_files;
pub mod migration;
mod program;
mod version_source;
mod evaluation;
pub mod server;
mod environment;
pub mod clients;
pub mod contract;
pub mod primitive_docs;
pub mod plan;
pub mod export;
mod scaffold;
mod secret_scan;
pub mod rule;
pub mod archive;
pub mod rules;
pub mod analysis;
pub mod inspection;
pub mod check;
pub mod fix;
pub mod docs;
pub mod backend;
mod release;
pub mod cli;
#[cfg(feature = "python")]
mod python;
