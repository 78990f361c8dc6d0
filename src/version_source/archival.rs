//! `.git_archival.txt`, which `git archive` fills in: what archives of a repository tell of its tags.
//!
//! Format: setuptools-scm, "Git archives"; the placeholders are those of `git log --format`.

use super::repository::versioned;
use super::{TagForms, TaggedVersion, UntoldVersion};
use crate::text::RelPath;
use crate::tree::SourceTree;

/// What the file at the root tells; none where it is not there, or no `git archive` filled it in.
pub fn told(tree: &SourceTree, forms: &TagForms<'_>) -> Option<Result<TaggedVersion, UntoldVersion>> {
    read(&tree.text_lossy(&RelPath::new(".git_archival.txt"))?, forms)
}

fn read(text: &str, forms: &TagForms<'_>) -> Option<Result<TaggedVersion, UntoldVersion>> {
    let value = |key: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
    };
    if value("node")?.contains("$Format") {
        return None;
    }
    // a git older than 2.32 leaves the placeholder of a description as it is
    let described = value("describe-name").filter(|name| !name.is_empty() && !name.contains("%("));
    let tags = value("ref-names").unwrap_or_default().split(',').filter_map(|name| {
        let tag = name.trim().strip_prefix("tag: ")?;
        Some((forms.version_of(tag)?, tag))
    });
    let on_it = tags.max_by(|left, right| left.0.cmp(&right.0)).map(|(_, tag)| (tag, 0));
    let Some((tag, distance)) = described.map(described_as).or(on_it) else {
        return Some(Err(UntoldVersion::ArchiveWithoutTag));
    };
    Some(versioned(tag, distance, Vec::new(), forms))
}

/// The tag and the number of commits since, of `v1.4.0-2-g1234567`; of a tag alone, none since.
fn described_as(name: &str) -> (&str, u64) {
    let since = || {
        let (rest, commit) = name.rsplit_once("-g")?;
        let (tag, distance) = rest.rsplit_once('-')?;
        let is_commit = !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some((tag, distance.parse().ok()?)).filter(|_| is_commit)
    };
    since().unwrap_or((name, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(text: &str) -> Option<String> {
        let told = read(text, &TagForms::new("demo", None))?;
        Some(told.map_or_else(|fault| fault.to_string(), |told| told.version.to_string()))
    }

    #[test]
    fn what_an_archive_tells_is_read() {
        const NONE: &str = "`.git_archival.txt` names no tag";
        for (text, version) in [
            ("node: 1234\ndescribe-name: v1.2.3\n", Some("1.2.3")),
            ("node: 1234\ndescribe-name: v1.2.3-2-gabc1234\n", Some("1.2.4.dev2")),
            ("node: 1234\ndescribe-name: v1.2.3-rc.1\n", Some("1.2.3rc1")),
            ("node: 1234\ndescribe-name: demo-v1.2.3-2-gabc1234\n", Some("1.2.4.dev2")),
            ("node: 1234\nref-names: HEAD -> main, tag: v1.2.3, tag: v1\n", Some("1.2.3")),
            ("node: 1234\ndescribe-name: %(describe:tags=true)\nref-names: tag: v1.2.3\n", Some("1.2.3")),
            ("node: $Format:%H$\ndescribe-name: $Format:%(describe)$\n", None),
            ("node: 1234\ndescribe-name:\n", Some(NONE)),
            ("", None),
        ] {
            let told = told_of(text);
            let is_told =
                told.as_deref().is_some_and(|told| version.is_some_and(|word| told.starts_with(word)));
            assert!(is_told || told.is_none() && version.is_none(), "{text}: {told:?}");
        }
    }
}
