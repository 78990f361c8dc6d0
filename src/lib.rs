//! mcp-backend: the build backend for MCP servers.
//!
//! A build is a straight stair: read the project, understand it, decide what will be in the archives,
//! let the rules look at exactly that, and only then write. `ARCHITECTURE.md` holds the floor plan; the
//! modules stand here in reading order.

pub mod diagnostic;
pub mod error;
pub mod knowledge;
pub mod layout;
pub mod plan;
pub mod spec;
pub mod text;
pub mod tree;
