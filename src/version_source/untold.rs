//! Why no tag tells the version.

/// Why no tag tells the version; a phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UntoldVersion {
    /// A variable says something else.
    #[error("`{name}` is set to `{value}`, which is no PEP 440 version")]
    Variable {
        /// The variable.
        name: String,
        /// What it says.
        value: String,
    },
    /// No git is at hand.
    #[error("git cannot be run")]
    NoGit,
    /// No repository holds the project.
    #[error("the project is in no git repository, and neither an unpacked sdist nor made by `git archive`")]
    NoRepository,
    /// The repository is another user's.
    #[error("git does not trust the repository, as it is another user's")]
    Distrusted,
    /// History is missing.
    #[error("this clone is shallow: the tag before its commit is not there")]
    Shallow,
    /// No tag names a version of the project.
    #[error("no tag before this commit names a version of the project{}", .other.as_ref().map(|tag| format!(": `{tag}` does not")).unwrap_or_default())]
    NoTag {
        /// The nearest that names something else.
        other: Option<String>,
    },
    /// An archive was made of a commit without one.
    #[error("`.git_archival.txt` names no tag")]
    ArchiveWithoutTag,
    /// The tag's number is that of commits which it cannot know.
    #[error("no version follows the tag `{tag}`, as the number behind `.dev` is that of the commits since")]
    NumberedDevelopment {
        /// The tag.
        tag: String,
    },
}

impl UntoldVersion {
    /// What to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Variable { .. } => "set it to a version such as `1.4.0`, or unset it",
            Self::NoGit | Self::NoRepository => {
                "build in a clone with git at hand, or set `SETUPTOOLS_SCM_PRETEND_VERSION` to the version"
            }
            Self::Distrusted => "run `git config --global --add safe.directory \"$PWD\"`",
            Self::Shallow => {
                "fetch all of the history: `fetch-depth: 0` for `actions/checkout`, or `git fetch --unshallow --tags`"
            }
            Self::NoTag { other: None } => {
                "tag the release, as by `git tag v0.1.0`; where it is tagged, run `git fetch --tags`, or give `actions/checkout` `fetch-depth: 0`"
            }
            Self::NoTag { other: Some(_) } => {
                "tag the release as `v1.4.0`, or write what its tags begin with as `tag-prefix`; where it is tagged, run `git fetch --tags`, or give `actions/checkout` `fetch-depth: 0`"
            }
            Self::ArchiveWithoutTag => {
                "write `describe-name: $Format:%(describe:tags=true,match=*[0-9]*)$` in the repository's `.git_archival.txt`, or set `SETUPTOOLS_SCM_PRETEND_VERSION` to the version"
            }
            Self::NumberedDevelopment { .. } => {
                "tag the commit anew with a version that ends with `.dev0`, or with none"
            }
        }
    }

    /// Whether the place of the build is at fault, and not the repository: another may tell the version.
    pub fn is_of_the_place(&self) -> bool {
        matches!(self, Self::NoGit | Self::NoRepository | Self::Distrusted)
    }
}
