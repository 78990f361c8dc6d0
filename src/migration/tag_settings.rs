//! The settings by which our backend takes the version from git's tags.

use crate::text::literal::quoted;

/// How our backend asks the tags.
pub(super) struct TagSettings {
    /// What they begin with, where that has to be said.
    pub(super) prefix: Option<String>,
}

impl TagSettings {
    /// The settings with their values as TOML.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'static str, String)> {
        let prefix = self.prefix.as_ref().map(|prefix| ("tag-prefix", quoted(prefix)));
        prefix.into_iter().chain([("version", quoted("git"))])
    }
}
