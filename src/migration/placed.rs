//! Where the modules of the wheel come to lie.

use super::Move;
use super::version_literal::VersionLiteral;
use crate::text::RelPath;

/// Where the modules come to lie.
pub(super) struct Placed {
    pub(super) moves: Vec<Move>,
    /// `module-name`, where it has to be said.
    pub(super) names: Option<Vec<String>>,
    pub(super) modules: Vec<InstalledModule>,
}

/// A module of the wheel.
pub(super) struct InstalledModule {
    pub(super) name: String,
    /// What is run first when it is imported, as the project lies now.
    pub(super) main: Option<RelPath>,
}

impl Placed {
    /// Whether our backend finds the version in the file, in which the first module is to say it.
    pub(super) fn is_main(&mut self, literal: &VersionLiteral) -> bool {
        let main = |one: &&InstalledModule| {
            let main = one.main.as_ref().map_or("", RelPath::as_str);
            literal.name == "__version__" && literal.seen_in.iter().any(|file| file == main)
        };
        let Some(module) = self.modules.iter().find(main) else { return false };
        if let Some(names) = &mut self.names {
            let at = names.iter().position(|other| *other == module.name).unwrap_or_default();
            names[..=at].rotate_right(1);
        }
        true
    }
}
