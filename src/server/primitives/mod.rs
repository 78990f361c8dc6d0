//! What a server offers its clients, read from the code that registers it.
//!
//! The program's start is followed as far as its text tells (`evaluation`); what it calls on the SDKs' objects is kept
//! here, and listed as the SDK that the project requires would list it. What cannot be decided is marked `partial` or
//! told as unknown with its place, never guessed.

mod begun;
mod conditional;
mod draft;
mod endpoint;
mod json;
mod listed;
mod listed_object;
mod lowlevel;
mod offered;
mod openapi;
mod primitive;
mod registration;
mod registry;
mod schema;
mod scripts;
mod serving;
mod signature;
mod source;
mod start;

use std::sync::OnceLock;

use crate::program::Program;
use crate::project::Project;
use crate::tree::SourceTree;

pub use conditional::Conditional;
pub use endpoint::{Endpoint, Told};
pub use primitive::{Code, Double, Identity, Primitive, Primitives, Unknown};
pub use signature::{Signature, SignatureParameter, Typing};
pub use source::Source;

/// Enough for code that nests as deep as `evaluation` follows it, and for lists within lists; reserved, not used.
const STACK: usize = 256 * 1024 * 1024;

/// The primitives of a program, extracted once, when somebody first asks.
#[derive(Debug, Default)]
pub struct LazyPrimitives(OnceLock<Primitives>);

impl LazyPrimitives {
    /// What the program of the project offers, under the SDK that the project requires.
    pub fn get(&self, project: &Project, program: &Program, tree: &SourceTree) -> &Primitives {
        self.0.get_or_init(|| extract(project, program, tree))
    }
}

/// Follows the start of the program on a stack that is high enough.
fn extract(project: &Project, program: &Program, tree: &SourceTree) -> Primitives {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let started = thread.spawn_scoped(scope, || start::follow(project, program, tree));
        // without a thread nothing is known; nor after a fault of ours, which no build is to fail for
        let followed = started.ok().and_then(|thread| thread.join().ok());
        debug_assert!(followed.is_some(), "the start of a program is followed without a panic");
        followed.unwrap_or_default()
    })
}
