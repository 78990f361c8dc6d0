//! The folders into which installers fetch what they then build: whose build it is shows in the path alone.

use std::path::Path;

/// Whether pip or uv fetched the project at `root`, so that its user and not its author builds it.
///
/// pip clones and unpacks into folders for the time of the command: `pip-req-build-x1y2z3`, or for a requirement whose
/// name it knows `pip-install-x1y2z3/NAME_HASH`, `pip-wheel-...` and `pip-download-...`. uv keeps both in its cache:
/// `git-v0/checkouts/HASH/REVISION` and `sdists-v9/.../src`. The project may lie in a folder below.
pub fn is_of_an_installer(root: &Path) -> bool {
    let parts: Vec<&str> = root.iter().filter_map(|part| part.to_str()).collect();
    (0..parts.len()).any(|at| is_pips(&parts[at..]) || is_uvs(&parts[at..]))
}

fn is_pips(parts: &[&str]) -> bool {
    let made = |kind: &str| parts[0].strip_prefix(kind).is_some_and(is_random);
    made("pip-req-build-")
        || parts.len() > 1 && ["pip-install-", "pip-wheel-", "pip-download-"].into_iter().any(made)
}

/// Whether Python's `tempfile` may have made the end of a name.
fn is_random(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn is_uvs(parts: &[&str]) -> bool {
    let bucket = |kind: &str| {
        let number = parts[0].strip_prefix(kind);
        number.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match parts {
        [_, "checkouts", repository, revision, ..] => {
            bucket("git-v") && is_hexadecimal(repository) && is_hexadecimal(revision)
        }
        [_, kind, below @ ..] => {
            bucket("sdists-v")
                && ["git", "path", "pypi", "index", "url"].contains(kind)
                && below.contains(&"src")
        }
        _ => false,
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_pip_and_uv_are_known() {
        for path in [
            "/tmp/pip-req-build-gup_42mp",
            "/tmp/pip-req-build-dcs91bss/servers/weather",
            "/tmp/pip-install-nfzs5a3d/weather_387b0b4702c74511bdafea4df28ba5bb",
            "/tmp/pip-wheel-tpfbt0yu/weather_e1e06a54320046388223c55fe3438599",
            "/tmp/pip-download-rvz7wo_t/weather_14986b5ca0864bafb3ba77cb1b1a837f/sub",
            "/home/ada/.cache/uv/git-v0/checkouts/7a77bcbd4daacee0/835486c",
            "/home/ada/.cache/uv/git-v1/checkouts/7a77bcbd4daacee0/835486c/servers/weather",
            "/home/ada/.cache/uv/sdists-v10/path/ba8478f4cc27865c/SxgSN8zdKX4g-0bb/src",
            "/home/ada/.cache/uv/sdists-v9/url/ba8478f4cc27865c/SxgSN8zdKX4g-0bb/src/weather",
        ] {
            assert!(is_of_an_installer(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn what_an_author_works_in_is_not() {
        for path in [
            "/",
            "/home/ada/weather",
            "/home/ada/pip-req-build/weather",
            "/home/ada/pip-req-build-tools/weather",
            "/home/ada/pip-install-nfzs5a3d",
            "/home/ada/pip-install-helpers/weather",
            "/home/ada/git-v2/checkouts/weather/main",
            "/home/ada/checkouts/7a77bcbd4daacee0/835486c",
            "/home/ada/sdists-v10/weather",
            "/tmp/build-via-sdist-8x2k/weather-1.0",
        ] {
            assert!(!is_of_an_installer(Path::new(path)), "{path}");
        }
    }
}
