//! Words of position: where something stands in a file of the project; and words themselves: which was meant, several
//! in a row, and those that a name is made of.
//!
//! Nothing here reads the disk.

mod closest;
mod filled;
mod hex;
mod indented;
mod listed;
pub mod literal;
mod path;
mod source;
mod word;

pub use closest::closest;
pub use filled::filled;
pub use hex::hex;
pub use indented::{cleaned, dedented};
pub use listed::{in_words, listed};
pub use path::{PathFault, RelPath};
pub use source::{Position, SourceText, Span, Spanned};
pub use word::{has_word, parts, words};
