//! The version that the tags of a repository make.

use std::path::Path;

use super::tags::{escaped, next_development};
use super::{TagForms, TaggedVersion, UntoldVersion};
use crate::git::{Git, NoCheckout};
use crate::project::FILE_NAME;

/// What the tags of the repository that holds the folder tell.
pub fn told(root: &Path, forms: &TagForms<'_>) -> Result<TaggedVersion, UntoldVersion> {
    let git = Git::at(root).ok_or(UntoldVersion::NoGit)?;
    let checkout = git.checkout().map_err(|reason| match reason {
        NoCheckout::NoRepository => UntoldVersion::NoRepository,
        NoCheckout::Distrusted => UntoldVersion::Distrusted,
    })?;
    // what somebody unpacked in a repository is not of it
    if !checkout.is_root && !git.tracks(FILE_NAME) {
        return Err(UntoldVersion::NoRepository);
    }
    let untold = || match checkout.is_shallow {
        true => UntoldVersion::Shallow,
        false => UntoldVersion::NoTag { other: other(&git) },
    };
    let (tag, distance, forms) = nearest(&git, forms, checkout.is_root).ok_or_else(untold)?;
    // where the history ends, a merged branch may end before the tag, so that its commits count
    if checkout.is_shallow && distance > 0 && !git.is_linear_since(&tag) {
        return Err(UntoldVersion::Shallow);
    }
    let beside = git.tags_like(&forms.globs(), Some(&tag));
    let highest = beside.iter().filter_map(|tag| Some((forms.version_of(tag)?, tag)));
    // `v1.2` may move beside `v1.2.0`
    let highest = highest.max_by_key(|(version, _)| (version.clone(), version.release().len()));
    let tag = highest.map_or(&tag, |(_, tag)| tag);
    versioned(tag, distance, git.changed(), &forms)
}

/// The nearest tag of the project, the number of commits since, and the forms that it is one of.
///
/// In a folder of a repository that knows tags of the project's own name, those of others' are not its.
fn nearest<'p>(git: &Git<'_>, forms: &TagForms<'p>, is_root: bool) -> Option<(String, u64, TagForms<'p>)> {
    if let Some(named) = forms.named().filter(|_| !is_root) {
        let own = git.tags_like(&named.globs(), None);
        if own.iter().any(|tag| named.version_of(tag).is_some()) {
            return nearest_of(git, named);
        }
    }
    nearest_of(git, forms.clone())
}

fn nearest_of<'p>(git: &Git<'_>, forms: TagForms<'p>) -> Option<(String, u64, TagForms<'p>)> {
    let globs = forms.globs();
    let (tag, distance) = git.nearest_tag(&globs, &[])?;
    if forms.version_of(&tag).is_some() {
        return Some((tag, distance, forms));
    }
    // a glob cannot tell what a version is
    let mut others = git.tags_like(&globs, None);
    others.retain(|tag| forms.version_of(tag).is_none());
    let others: Vec<String> = others.iter().map(|tag| escaped(tag)).collect();
    let (tag, distance) = git.nearest_tag(&globs, &others)?;
    forms.version_of(&tag).is_some().then_some((tag, distance, forms))
}

/// The nearest tag with a number in it that is not of the project's forms.
fn other(git: &Git<'_>) -> Option<String> {
    git.nearest_tag(&["*[0-9]*".to_owned()], &[]).map(|(tag, _)| tag)
}

/// The version that a tag makes of what is so many commits after it, with these files changed since.
pub fn versioned(
    tag: &str,
    distance: u64,
    changed: Vec<String>,
    forms: &TagForms<'_>,
) -> Result<TaggedVersion, UntoldVersion> {
    let named = forms.version_of(tag).ok_or_else(|| UntoldVersion::NoTag { other: Some(tag.to_owned()) })?;
    let named = named.without_local();
    let version = if distance == 0 && changed.is_empty() {
        named
    } else {
        next_development(&named, distance)
            .ok_or_else(|| UntoldVersion::NumberedDevelopment { tag: tag.to_owned() })?
    };
    Ok(TaggedVersion { version, tag: Some(tag.to_owned()), changed })
}
