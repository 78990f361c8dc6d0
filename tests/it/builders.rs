//! Whose build it is, and which findings stop it: the author's, a consumer's, or one that was asked to be strict.

use std::path::Path;

use mcp_backend::backend::{self, Check, Outcome, Request};

use crate::healthy::{self, Files};

/// Whether a wheel of the healthy server, with `files` over it, is refused when it is built in the folder `place`.
fn refused(place: &str, check: Check, files: &[(&str, &str)]) -> bool {
    let (folder, out) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let root = folder.path().join(place);
    let mut all: Files = healthy::files();
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    healthy::lay(&root, &all);
    let outcome = backend::build_wheel(&request(&root, out.path(), check)).expect("the disk works");
    matches!(outcome, Outcome::Refused(_))
}

fn request<'a>(root: &'a Path, out: &'a Path, check: Check) -> Request<'a> {
    Request { root, out, check, epoch: None, metadata: None, interrupted: &|| false }
}

/// A user is harmed, but the wheel is whole.
const HARMFUL: (&str, &str) = ("src/weather/server.py", "async def main() -> None: ...\n");
/// The script names what is not there.
const STRUCTURAL: (&str, &str) = ("src/weather/server.py", "");
/// Where installers build what they fetched.
const FETCHED: [&str; 5] = [
    "pip-req-build-gup_42mp",
    "pip-req-build-gup_42mp/servers/weather",
    "pip-install-nfzs5a3d/weather_387b0b4702c74511bdafea4df28ba5bb",
    "uv/git-v0/checkouts/7a77bcbd4daacee0/835486c",
    "uv/sdists-v9/url/ba8478f4cc27865c/SxgSN8zdKX4g-0bb/src",
];

#[test]
fn what_an_installer_fetched_is_stopped_by_structural_rules_alone() {
    assert!(refused("weather", Check::Error, &[HARMFUL]));
    for place in FETCHED {
        for check in [Check::Off, Check::Warn, Check::Error, Check::Strict] {
            assert!(!refused(place, check, &[HARMFUL]), "{place} {check:?}");
        }
        assert!(refused(place, Check::Off, &[STRUCTURAL]), "{place}");
    }
}

#[test]
fn a_strict_build_is_stopped_by_the_warnings_that_are_listed() {
    let drift = ("src/weather/__init__.py", "__version__ = \"0.9.0\"\n");
    assert!(!refused("weather", Check::Error, &[drift]));
    assert!(refused("weather", Check::Strict, &[drift]));
    assert_eq!(Check::parse("strict"), Some(Check::Strict));
}
