//! The variables by which a packager says the version that the tags would tell, under the names of setuptools-scm.

use std::ffi::OsString;

use super::{TaggedVersion, UntoldVersion};
use crate::spec::version;

const GENERAL: &str = "SETUPTOOLS_SCM_PRETEND_VERSION";

type Told = Option<Result<TaggedVersion, UntoldVersion>>;

/// What is said of the project of this normalised name.
pub fn named(name: &str) -> Told {
    let variables: Vec<_> = std::env::vars_os().collect();
    read(found(&variables, name)?)
}

/// What is said of any project.
pub fn general() -> Told {
    let value = std::env::var_os(GENERAL)?;
    read((GENERAL, value.to_string_lossy().into_owned()))
}

/// The variable that names the project in capitals, or else in other letters; one that is empty is none.
fn found<'v>(variables: &'v [(OsString, OsString)], name: &str) -> Option<(&'v str, String)> {
    let word = name.replace('-', "_");
    let exact = word.to_ascii_uppercase();
    let meant = variables.iter().filter_map(|(key, value)| {
        let key = key.to_str()?;
        let named = key.strip_prefix(GENERAL)?.strip_prefix("_FOR_")?;
        let is_meant = named.eq_ignore_ascii_case(&word) && !value.is_empty();
        is_meant.then(|| (named == exact, (key, value.to_string_lossy().into_owned())))
    });
    meant.max_by_key(|(is_exact, _)| *is_exact).map(|(_, found)| found)
}

fn read((variable, value): (&str, String)) -> Told {
    if value.is_empty() {
        return None;
    }
    let version = version::parse(&value).map(TaggedVersion::from);
    Some(version.map_err(|_| UntoldVersion::Variable { name: variable.to_owned(), value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_my_demo(variables: &[(&str, &str)]) -> Option<String> {
        let variables: Vec<_> = variables.iter().map(|(key, value)| (key.into(), value.into())).collect();
        found(&variables, "my-demo").map(|(_, value)| value)
    }

    #[test]
    fn a_project_is_named_in_any_case() {
        const UPPER: &str = "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY_DEMO";
        const LOWER: &str = "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_my_demo";
        for (variables, told) in [
            (&[(UPPER, "1.0")][..], Some("1.0")),
            (&[(LOWER, "1.0")], Some("1.0")),
            (&[(LOWER, "1.0"), (UPPER, "2.0")], Some("2.0")),
            (&[(UPPER, "2.0"), (LOWER, "1.0")], Some("2.0")),
            (&[(LOWER, "1.0"), (UPPER, "")], Some("1.0")),
            (&[(UPPER, "")], None),
            (&[("SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY-DEMO", "1.0")], None),
            (&[("SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY_DEMO_TWO", "1.0")], None),
            (&[("SETUPTOOLS_SCM_PRETEND_VERSION", "1.0")], None),
        ] {
            assert_eq!(of_my_demo(variables).as_deref(), told, "{variables:?}");
        }
    }

    #[test]
    fn what_is_no_version_is_told() {
        assert_eq!(read((GENERAL, String::new())), None);
        assert_eq!(
            read((GENERAL, "v7.8.9-rc1".to_owned()))
                .and_then(Result::ok)
                .map(|told| told.version.to_string()),
            Some("7.8.9rc1".to_owned())
        );
        assert!(read((GENERAL, "latest".to_owned())).is_some_and(|told| told.is_err()));
    }
}
