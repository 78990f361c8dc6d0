//! What a bill of materials tells of a wheel, in whatever format.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::Publication;
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::text::hex;

/// The folders that hold what others wrote.
const VENDORED: &[&str] = &["_vendor", "_vendored", "third_party", "vendor", "vendored"];

/// A distribution that the project declares to need.
pub(super) struct Dependency<'a> {
    /// Its name, normalised.
    pub(super) name: String,
    /// Only an extra needs it.
    pub(super) is_optional: bool,
    /// The requirements as they are written.
    pub(super) declared: BTreeSet<&'a str>,
}

/// The package of this name, as the purl specification has its type `pypi`.
pub(super) fn purl(name: &str, version: Option<&str>) -> String {
    let version = version.map(|version| format!("@{}", version.replace('+', "%2B").replace('!', "%21")));
    format!("pkg:pypi/{}{}", name::normalize(name), version.unwrap_or_default())
}

/// What the project declares to need, each once, in order of their names.
pub(super) fn needed<'a>(publication: &Publication<'a>) -> Vec<Dependency<'a>> {
    let project = publication.project;
    let always = project.dependencies.iter().map(|each| (each, false));
    let extras = project.optional_dependencies.iter().flat_map(|extra| &extra.requirements);
    let mut all: BTreeMap<String, (bool, BTreeSet<&str>)> = BTreeMap::new();
    for (each, is_optional) in always.chain(extras.map(|each| (each, true))) {
        let Ok(requirement) = &each.value else { continue };
        let name = name::normalize(&requirement.name);
        // an extra may name the project itself
        if name != name::normalize(publication.name) {
            all.entry(name).or_insert((is_optional, BTreeSet::new())).1.extend(declared(requirement));
        }
    }
    all.into_iter()
        .map(|(name, (is_optional, declared))| Dependency { name, is_optional, declared })
        .collect()
}

/// The requirement as it is written; an address may sign in and stays out.
fn declared(requirement: &Requirement) -> Option<&str> {
    requirement.url.is_none().then(|| requirement.text.trim())
}

/// The path of the library that the file is part of: `weather/_vendor/six.py`.
pub(super) fn vendored(path: &str) -> Option<&str> {
    let mut at = 0;
    let mut inside = false;
    for part in path.split('/') {
        at += part.len();
        if inside {
            let is_library = path[at..].starts_with('/') || part.ends_with(".py") && part != "__init__.py";
            return is_library.then(|| &path[..at]);
        }
        inside = VENDORED.contains(&part);
        at += 1;
    }
    None
}

/// A UUID of these contents alone (RFC 9562, version 8).
pub(super) fn uuid(contents: &str) -> String {
    let mut bytes = Sha256::digest(contents);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes[..16]);
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_others_wrote() {
        for (path, library) in [
            ("weather/_vendor/six.py", Some("weather/_vendor/six.py")),
            ("weather/_vendor/rich/table.py", Some("weather/_vendor/rich")),
            ("weather/_vendor/__init__.py", None),
            ("weather/_vendor/README.md", None),
            ("weather/vendor.py", None),
            ("weather/server.py", None),
        ] {
            assert_eq!(vendored(path), library, "{path}");
        }
    }

    #[test]
    fn serial_numbers_differ_with_the_contents_alone() {
        let number = uuid("a");
        assert_eq!(number, uuid("a"));
        assert_ne!(number, uuid("b"));
        assert_eq!((&number[14..15], number.len()), ("8", 36), "{number}");
        assert!("89ab".contains(&number[19..20]), "{number}");
    }

    #[test]
    fn packages_are_named_as_the_index_does() {
        assert_eq!(purl("My_Server", Some("1!2.0+x")), "pkg:pypi/my-server@1%212.0%2Bx");
    }
}
