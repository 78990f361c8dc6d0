//! Words of position: where something stands in a file of the project.
//!
//! Nothing here reads the disk.

mod closest;
mod path;
mod source;

pub use closest::closest;
pub use path::{PathFault, RelPath};
pub use source::{Position, SourceText, Span, Spanned};
