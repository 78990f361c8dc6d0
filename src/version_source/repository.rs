//! The version that the tags of a repository make.

use super::tags::{escaped, next_development};
use super::{TagForms, TaggedVersion, UntoldVersion};
use crate::git::{Checkout, Git, NearestTag, NoCheckout};
use crate::project::FILE_NAME;
use crate::tree::SourceTree;

/// What the tags of the repository that holds the project tell.
pub fn told(tree: &SourceTree, forms: &TagForms<'_>) -> Result<TaggedVersion, UntoldVersion> {
    let git = Git::at(tree.root()).ok_or(UntoldVersion::NoGit)?;
    let is_root = tree.is_root_of_repository();
    // what somebody unpacked in a repository is not of it
    let seen = if is_root { None } else { Some(checkout(&git)?) };
    if seen.is_some_and(|seen| !seen.is_root) && !git.tracks(FILE_NAME) {
        return Err(UntoldVersion::NoRepository);
    }
    let is_shallow = || seen.map_or_else(|| checkout(&git), Ok).map(|seen| seen.is_shallow);
    let Some((nearest, forms)) = nearest(&git, forms, is_root) else {
        return Err(if is_shallow()? {
            UntoldVersion::Shallow
        } else {
            UntoldVersion::NoTag { other: other(&git) }
        });
    };
    let NearestTag { tag, distance, beside } = nearest;
    // where the history ends, a merged branch may end before the tag, so that its commits count
    if distance > 0 && tree.is_shallow().unwrap_or(true) && is_shallow()? && !git.is_linear_since(&tag) {
        return Err(UntoldVersion::Shallow);
    }
    let highest = beside.iter().filter_map(|tag| Some((forms.version_of(tag)?, tag)));
    // `v1.2` may move beside `v1.2.0`
    let highest = highest.max_by_key(|(version, _)| (version.clone(), version.release().len()));
    let tag = highest.map_or(&tag, |(_, tag)| tag);
    versioned(tag, distance, git.changed(), &forms)
}

fn checkout(git: &Git<'_>) -> Result<Checkout, UntoldVersion> {
    git.checkout().map_err(|reason| match reason {
        NoCheckout::NoRepository => UntoldVersion::NoRepository,
        NoCheckout::Distrusted => UntoldVersion::Distrusted,
    })
}

/// The nearest tag of the project, and the forms that it is one of.
///
/// In a folder of a repository that knows tags of the project's own name, those of others are not its.
fn nearest<'p>(git: &Git<'_>, forms: &TagForms<'p>, is_root: bool) -> Option<(NearestTag, TagForms<'p>)> {
    if let Some(named) = forms.named().filter(|_| !is_root) {
        let own = git.tags_like(&named.globs());
        if own.iter().any(|tag| named.version_of(tag).is_some()) {
            return nearest_of(git, named);
        }
    }
    nearest_of(git, forms.clone())
}

fn nearest_of<'p>(git: &Git<'_>, forms: TagForms<'p>) -> Option<(NearestTag, TagForms<'p>)> {
    let globs = forms.globs();
    let nearest = git.nearest_tag(&globs, &[])?;
    if forms.version_of(&nearest.tag).is_some() {
        return Some((nearest, forms));
    }
    // a glob cannot tell what a version is
    let mut others = git.tags_like(&globs);
    others.retain(|tag| forms.version_of(tag).is_none());
    let others: Vec<String> = others.iter().map(|tag| escaped(tag)).collect();
    let nearest = git.nearest_tag(&globs, &others)?;
    forms.version_of(&nearest.tag).is_some().then_some((nearest, forms))
}

/// The nearest tag with a number in it, which is not of the project's forms.
fn other(git: &Git<'_>) -> Option<String> {
    git.nearest_tag(&["*[0-9]*".to_owned()], &[]).map(|nearest| nearest.tag)
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
