//! What a rule is, and what it may look at.

use crate::diagnostic::{Card, Diagnostic};
use crate::layout::Layout;
use crate::plan::Plan;
use crate::program::Program;
use crate::project::Project;
use crate::server::Server;
use crate::tree::SourceTree;

/// Everything that is known of a build before a byte is written.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// `pyproject.toml`.
    pub project: &'a Project,
    /// The files on the disk.
    pub tree: &'a SourceTree,
    /// The modules that are installed, and what lies wrongly.
    pub layout: &'a Layout,
    /// The Python behind the entry points.
    pub program: &'a Program,
    /// The MCP server that the program makes.
    pub server: &'a Server,
    /// What the wheel would hold.
    pub wheel: &'a Plan,
    /// What the sdist would hold.
    pub sdist: &'a Plan,
}

/// One rule: its card, and the function that finds its fault.
#[derive(Debug)]
pub struct Rule {
    /// What it is called and says of itself.
    pub card: Card,
    /// Adds a finding for each place at fault; silent where it cannot be certain.
    pub check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
}

/// Declares the rule of a file: its documentation, code, name, level and reach; the file's `check` is its function.
macro_rules! declare_rule {
    ($(#[doc = $doc:expr])+ $code:ident $name:literal $level:ident $reach:ident) => {
        $(#[doc = $doc])+
        pub(super) static RULE: $crate::rule::Rule = $crate::rule::Rule {
            card: $crate::diagnostic::Card {
                code: stringify!($code),
                name: $name,
                level: $crate::diagnostic::Level::$level,
                reach: $crate::diagnostic::Reach::$reach,
                doc: concat!($($doc, "\n",)+),
            },
            check,
        };
    };
}

pub(crate) use declare_rule;
