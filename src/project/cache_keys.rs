//! `cache-keys` of `[tool.uv]`: the files and facts whose change has uv build a project anew. Without them an editable keeps
//! what its metadata said.
//!
//! Reference: <https://docs.astral.sh/uv/reference/settings/#cache-keys>.

use super::toml::{self, TomlKind, TomlNode};
use crate::spec::glob::Glob;
use crate::text::Span;
use crate::text::literal::quoted;

/// The key for git's commit and tags, as TOML.
pub const OF_GIT: &str = "{ git = { commit = true, tags = true } }";

/// The key for a file, as TOML.
pub fn of_file(path: &str) -> String {
    format!("{{ file = {} }}", quoted(path))
}

/// The array that is written, or else that of the keys which hold without any, with a further key, as TOML.
pub fn with(written: Option<&str>, key: &str) -> String {
    let Some(items) = written.and_then(|array| array.strip_prefix('[')) else {
        return format!("[{}, {key}]", of_file(super::FILE_NAME));
    };
    // in front, as a comment may stand last
    let gap = if items.trim_start().starts_with(']') { "" } else { ", " };
    format!("[{key}{gap}{items}")
}

/// The keys that a project gives.
#[derive(Debug)]
pub struct CacheKeys {
    /// The array.
    pub span: Span,
    keys: Vec<CacheKey>,
}

#[derive(Debug)]
enum CacheKey {
    /// The files that a glob matches; all, where the glob is not of our grammar.
    File(Option<Glob>),
    /// The commit that is checked out, and the tags.
    Git {
        commit: bool,
        tags: bool,
    },
    Other,
}

impl CacheKeys {
    /// Reads them from the whole of a `pyproject.toml`.
    pub fn read(root: &TomlNode) -> Option<Self> {
        let node = toml::at(root, "tool.uv.cache-keys")?;
        let TomlKind::Array(items) = &node.kind else { return None };
        Some(Self { span: node.span, keys: items.iter().map(key).collect() })
    }

    /// Whether a new commit and a new tag have the project built anew.
    pub fn hold_git(&self) -> bool {
        let holds = |wanted: fn(&CacheKey) -> bool| self.keys.iter().any(wanted);
        holds(|key| matches!(key, CacheKey::Git { commit: true, .. }))
            && holds(|key| matches!(key, CacheKey::Git { tags: true, .. }))
    }

    /// Whether a change of the file has it built anew.
    pub fn hold_file(&self, path: &str) -> bool {
        self.keys.iter().any(|key| match key {
            CacheKey::File(glob) => glob.as_ref().is_none_or(|glob| glob.matches(path)),
            _ => false,
        })
    }
}

fn key(node: &TomlNode) -> CacheKey {
    let file = |text: String| CacheKey::File(Glob::parse(&text).ok());
    if let Some(path) = toml::text(node).or_else(|| toml::at(node, "file").and_then(toml::text)) {
        return file(path);
    }
    let Some(git) = toml::at(node, "git") else { return CacheKey::Other };
    let is_set = |node: &TomlNode| matches!(node.kind, TomlKind::Bool(true));
    let part = |name: &str| toml::at(git, name).is_some_and(is_set);
    CacheKey::Git { commit: is_set(git) || part("commit"), tags: part("tags") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_uv_reads_them() {
        for (keys, git, file) in [
            ("[]", false, false),
            (&*with(None, OF_GIT), true, false),
            (&*with(None, &of_file("src/weather/__init__.py")), false, true),
            (&*with(Some("['x', # why\n]"), OF_GIT), true, false),
            (&*with(Some("[]"), OF_GIT), true, false),
            ("['src/**/*.py']", false, true),
            ("[{ git = true }]", false, false),
            ("[{ git = { commit = true } }, { git = { tags = true } }]", true, false),
            ("[{ env = 'X' }, { dir = 'src' }]", false, false),
        ] {
            let (root, _) = toml::parse(&format!("[tool.uv]\ncache-keys = {keys}\n"));
            let keys = CacheKeys::read(&root).expect("they are there");
            assert_eq!((keys.hold_git(), keys.hold_file("src/weather/__init__.py")), (git, file), "{keys:?}");
        }
    }
}
