//! Lock files: which release of everything that a project requires was chosen, and for which environments.
//!
//! `uv.lock` (docs.astral.sh/uv, versions 1) and `pylock.toml` (packaging.python.org, "pylock.toml", PEP 751). Of both
//! is read what an install of the project without extras and groups takes.

mod pylock;
mod uv;

use super::data::{self, Datum};
use super::marker::{Marker, MarkerFault};
use super::marker_space::{MarkerSet, MarkerSpace};
use super::name;
use super::version::{self, Version, VersionSpecifiers};

/// What a lock chose for one project.
#[derive(Debug)]
pub struct Lock {
    /// The Pythons that it is for; none where it is for all, or does not say it in words that are understood.
    pub requires_python: Option<VersionSpecifiers>,
    /// Where its sets of environments, and those of the markers that were given, are told apart.
    pub space: MarkerSpace,
    /// The environments that it is for.
    pub covered: MarkerSet,
    /// What an install takes, in order of names and versions, the project itself left out.
    pub packages: Vec<LockedPackage>,
    /// The normalised names of what the lock was told to take whatever is required.
    pub overridden: Vec<String>,
}

/// One release, or what stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPackage {
    /// Its normalised name.
    pub name: String,
    /// Its version; none where it changes with its source.
    pub version: Option<Version>,
    /// Where it comes from.
    pub origin: Origin,
    /// The environments that take it.
    pub environments: MarkerSet,
}

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An index, by its version.
    Index,
    /// A repository of version control.
    Repository,
    /// An archive at an address.
    Url,
    /// An archive on a disk.
    Archive,
    /// A folder.
    Folder,
}

impl Origin {
    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Index => "an index",
            Self::Repository => "a repository",
            Self::Url => "an archive at an address",
            Self::Archive => "an archive on the disk",
            Self::Folder => "a folder",
        }
    }
}

/// For whom a lock is read.
#[derive(Clone, Copy, Debug)]
pub struct LockedProject<'a> {
    /// The normalised name of the project.
    pub name: &'a str,
    /// The normalised names of its groups of requirements.
    pub groups: &'a [String],
    /// What it is later asked for, so that the space tells these apart too.
    pub markers: &'a [&'a Marker],
}

/// Why a lock does not tell what an install takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockFault {
    /// No file that is called like a lock.
    #[error("a lock is called `uv.lock`, `pylock.toml` or `pylock.<name>.toml`")]
    Name,
    /// No file.
    #[error("it is not there")]
    NoFile,
    /// No TOML.
    #[error("it is no TOML")]
    Syntax,
    /// It does not say of which form it is.
    #[error("it has no `{0}`")]
    NoForm(&'static str),
    /// A form that is not known.
    #[error("it has the form `{0}`, which is not known")]
    Form(String),
    /// The project is not in it.
    #[error("it holds no project `{0}`")]
    NoProject(String),
    /// A package without what it needs.
    #[error("`{0}` is not told in full")]
    Package(String),
    /// A package requires what the lock does not hold once.
    #[error("what `{0}` requires as `{1}` is not told")]
    Edge(String, String),
    /// A marker that is none.
    #[error("the marker `{0}` is none: {1}")]
    Marker(String, MarkerFault),
    /// There are too many environments to tell apart.
    #[error("it tells more environments apart than can be followed")]
    Exhausted,
}

/// Whether a file is called as PEP 751 has it.
fn is_pylock(file_name: &str) -> bool {
    let middle = file_name.strip_prefix("pylock").and_then(|rest| rest.strip_suffix("toml"));
    middle.is_some_and(|middle| {
        let name = middle.strip_prefix('.').and_then(|rest| rest.strip_suffix('.'));
        middle == "." || name.is_some_and(|name| !name.is_empty() && !name.contains('.'))
    })
}

impl Lock {
    /// Reads the lock in the file of this name.
    pub fn read(file_name: &str, text: &str, project: &LockedProject<'_>) -> Result<Self, LockFault> {
        let root = || data::toml(text).ok_or(LockFault::Syntax);
        let mut lock = match file_name {
            "uv.lock" => uv::read(&root()?, project)?,
            _ if is_pylock(file_name) => pylock::read(&root()?, project)?,
            _ => return Err(LockFault::Name),
        };
        lock.packages.retain(|package| package.environments != MarkerSet::NONE);
        lock.packages.sort_by(|left, right| (&left.name, &left.version).cmp(&(&right.name, &right.version)));
        if lock.space.is_exhausted() { Err(LockFault::Exhausted) } else { Ok(lock) }
    }

    /// The requirements that pin what comes from an index: `numpy==2.2.6 ; python_full_version < '3.11'`.
    pub fn pins(&mut self) -> Result<Vec<String>, LockFault> {
        let Self { space, packages, .. } = self;
        let pinned = packages.iter().filter(|package| package.origin == Origin::Index);
        let pins: Vec<String> = pinned
            .filter_map(|package| {
                let version = package.version.as_ref()?;
                let marker = space.marker(package.environments).map(|marker| format!(" ; {marker}"));
                Some(format!("{}=={version}{}", package.name, marker.unwrap_or_default()))
            })
            .collect();
        if space.is_exhausted() { Err(LockFault::Exhausted) } else { Ok(pins) }
    }

    /// The packages called so, a normalised name.
    pub fn called<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l LockedPackage> {
        self.packages.iter().filter(move |package| package.name == name)
    }
}

fn text_of<'d>(datum: &'d Datum, key: &str) -> Option<&'d str> {
    datum.get(key).and_then(Datum::text)
}

fn texts_of<'d>(datum: &'d Datum, key: &str) -> impl Iterator<Item = &'d str> {
    datum.get(key).map(Datum::items).unwrap_or_default().iter().filter_map(Datum::text)
}

fn name_of(datum: &Datum) -> Result<String, LockFault> {
    let name = text_of(datum, "name").filter(|name| name::is_valid(name));
    name.map(name::normalize).ok_or_else(|| LockFault::Package("a package".to_owned()))
}

fn version_of(datum: &Datum, name: &str) -> Result<Option<Version>, LockFault> {
    let text = text_of(datum, "version");
    text.map(|text| version::parse(text).map_err(|_| LockFault::Package(name.to_owned()))).transpose()
}

fn marker(text: &str) -> Result<Marker, LockFault> {
    Marker::parse(text).map_err(|fault| LockFault::Marker(text.to_owned(), fault))
}

/// The Pythons that the table asks for, where it says so in words that are understood.
fn requires_python(datum: &Datum) -> Option<VersionSpecifiers> {
    version::parse_specifiers(text_of(datum, "requires-python")?).ok()
}

/// The environments that one of `markers` admits; all where there is none.
fn any_of(space: &mut MarkerSpace, markers: &[Marker]) -> MarkerSet {
    let start = if markers.is_empty() { MarkerSet::ALL } else { MarkerSet::NONE };
    markers.iter().fold(start, |any, marker| {
        let one = space.of(marker);
        space.either(any, one)
    })
}

#[cfg(test)]
mod tests;
