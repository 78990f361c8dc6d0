//! What a requirement may hold by the standard, as Python's `packaging` reads it, and installers do not take.
//!
//! Found by installing wheels with each form: with pip 26.3 and 23.3, and uv 0.13. What one of them refuses cannot be
//! installed by its users; what they read in different ways installs something else for some.
//!
//! | in the requirement | pip | uv |
//! |---|---|---|
//! | `extras`, `dependency_groups` | `UndefinedEnvironmentName` | refuses `==`, passes `in` over |
//! | `'a' == 'a'` | `UndefinedEnvironmentName` | passes it over: true |
//! | `===` in a marker | `UndefinedComparison`, unless with a version | refuses |
//! | `python_version ~= '3'`, `sys_platform ~= 'linux'` | `UndefinedComparison` | passes it over: true |
//! | `===13.0-weird` | finds no such version | refuses |
//! | `name @ ./folder` | takes it | refuses |
//! | `os_name == sys_platform` | false | passes it over: true |
//! | `python_version >= '3.*'`, `python_version == 'abc'` | false | passes it over: true |

use std::ops::Range;
use std::str::FromStr as _;

use super::marker::{Marker, MarkerOp, Operand};
use super::requirement::Requirement;
use super::version::{Version, VersionSpecifier};

/// What installers do not take, and where in the requirement it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quirk {
    /// Where.
    pub range: Range<usize>,
    /// What.
    pub kind: QuirkKind,
}

/// What installers do not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuirkKind {
    /// A variable that only lock files have (PEP 751).
    #[error("pip knows no marker variable `{0}`, which lock files alone have")]
    LockVariable(&'static str),
    /// Two texts compared with each other.
    #[error("pip refuses a marker that compares one text with another, as in `'{0}' {1} '{2}'`")]
    Texts(String, &'static str, String),
    /// `===` in a marker.
    #[error("uv refuses `===` in a marker, and pip most of them")]
    Identical,
    /// `~=` with a text that no version is compatible with.
    #[error("pip refuses `~= '{0}'`, as `~=` takes a version of two numbers at least")]
    Compatible(String),
    /// `===` with what is no version.
    #[error("uv refuses `==={0}`, and pip finds none, as it is no version")]
    Arbitrary(String),
    /// A place that is no URL.
    #[error("uv refuses `{0}`, which is no URL")]
    NoUrl(String),
    /// Two variables compared with each other.
    #[error("of two variables compared, pip takes `{0} {1} {2}` for false and uv for true")]
    Variables(&'static str, &'static str, &'static str),
    /// A version compared with a text that is none.
    #[error("`{0}` is no version to compare with by `{1}`; pip takes that for false and uv for true")]
    NoVersion(String, &'static str),
}

impl QuirkKind {
    /// Whether an installer refuses the project for it.
    pub fn is_refused(&self) -> bool {
        !matches!(self, Self::Variables(..) | Self::NoVersion(..))
    }
}

/// All that installers do not take in the requirement, each once.
pub fn quirks(requirement: &Requirement) -> Vec<Quirk> {
    let mut quirks = Vec::new();
    let mut add = |range: &Range<usize>, kind| {
        let quirk = Quirk { range: range.clone(), kind };
        if !quirks.contains(&quirk) {
            quirks.push(quirk);
        }
    };
    for arbitrary in &requirement.arbitrary {
        add(&requirement.detail_range, QuirkKind::Arbitrary(arbitrary.clone()));
    }
    if let Some(url) = requirement.url.as_ref().filter(|url| !has_scheme(url)) {
        add(&requirement.detail_range, QuirkKind::NoUrl(url.clone()));
    }
    if let Some(marker) = &requirement.marker {
        each(marker, &mut |left, sign, right| {
            if let Some(kind) = quirk(left, sign, right) {
                add(&requirement.marker_range, kind);
            }
        });
    }
    quirks
}

fn has_scheme(url: &str) -> bool {
    // one letter is the drive of a path of Windows
    let is_scheme = |scheme: &str| {
        scheme.len() > 1
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    };
    url.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// Calls `visit` with every comparison of the marker.
fn each(marker: &Marker, visit: &mut impl FnMut(&Operand, MarkerOp, &Operand)) {
    match marker {
        Marker::And(all) | Marker::Or(all) => all.iter().for_each(|one| each(one, visit)),
        Marker::Compare(left, sign, right) => visit(left, *sign, right),
    }
}

fn quirk(left: &Operand, sign: MarkerOp, right: &Operand) -> Option<QuirkKind> {
    let locked = [left, right].into_iter().find_map(|side| match side {
        Operand::Variable(name @ ("extras" | "dependency_groups")) => Some(*name),
        _ => None,
    });
    if let Some(name) = locked {
        return Some(QuirkKind::LockVariable(name));
    }
    match (left, right) {
        (Operand::Text(left), Operand::Text(right)) => {
            Some(QuirkKind::Texts(left.clone(), sign.as_str(), right.clone()))
        }
        _ if sign == MarkerOp::Identical => Some(QuirkKind::Identical),
        (Operand::Variable(_), Operand::Text(text))
            if sign == MarkerOp::Compatible && !is_specifier(sign, text) =>
        {
            Some(QuirkKind::Compatible(text.clone()))
        }
        (Operand::Variable(left), Operand::Variable(right)) => {
            Some(QuirkKind::Variables(left, sign.as_str(), right))
        }
        (Operand::Variable(variable), Operand::Text(text)) => {
            let known = !is_version(variable) || sign.is_of_a_set() || is_specifier(sign, text);
            (!known).then(|| QuirkKind::NoVersion(text.clone(), sign.as_str()))
        }
        (Operand::Text(text), Operand::Variable(variable)) => {
            let known = !is_version(variable) || sign.is_of_a_set() || Version::from_str(text).is_ok();
            (!known).then(|| QuirkKind::NoVersion(text.clone(), sign.as_str()))
        }
    }
}

fn is_version(variable: &str) -> bool {
    ["python_version", "python_full_version", "implementation_version"].contains(&variable)
}

fn is_specifier(sign: MarkerOp, text: &str) -> bool {
    VersionSpecifier::from_str(&format!("{}{text}", sign.as_str())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<QuirkKind> {
        let requirement = Requirement::parse(text).expect("it is a requirement");
        quirks(&requirement).into_iter().map(|quirk| quirk.kind).collect()
    }

    #[test]
    fn what_an_installer_refuses() {
        use QuirkKind as Kind;
        let texts = |left: &str, right: &str| Kind::Texts(left.to_owned(), "==", right.to_owned());
        for (text, kind) in [
            ("rich; extras == 'cli'", Kind::LockVariable("extras")),
            ("rich; 'cli' in extras", Kind::LockVariable("extras")),
            ("rich; 'dev' not in dependency_groups", Kind::LockVariable("dependency_groups")),
            (
                "rich; python_version < '3' and (os_name == 'nt' or 'x' in extras)",
                Kind::LockVariable("extras"),
            ),
            ("rich; 'a' == 'a'", texts("a", "a")),
            ("rich; python_version === '3.13'", Kind::Identical),
            ("rich; '3.13' === python_full_version", Kind::Identical),
            ("rich; sys_platform === 'linux'", Kind::Identical),
            ("rich; python_version ~= '3'", Kind::Compatible("3".to_owned())),
            ("rich; sys_platform ~= 'linux'", Kind::Compatible("linux".to_owned())),
            ("rich===13.0-weird", Kind::Arbitrary("13.0-weird".to_owned())),
            ("rich[a] === weird ; os_name == 'nt'", Kind::Arbitrary("weird".to_owned())),
            ("rich @ ./rich", Kind::NoUrl("./rich".to_owned())),
            ("rich @ C:\\rich", Kind::NoUrl("C:\\rich".to_owned())),
        ] {
            assert!(kind.is_refused() && told(text) == [kind.clone()], "{text}: {:?}", told(text));
        }
    }

    #[test]
    fn what_they_read_in_different_ways() {
        for (text, kind) in [
            ("rich; os_name == sys_platform", QuirkKind::Variables("os_name", "==", "sys_platform")),
            ("rich; python_version >= '3.*'", QuirkKind::NoVersion("3.*".to_owned(), ">=")),
            ("rich; python_version == 'abc'", QuirkKind::NoVersion("abc".to_owned(), "==")),
            ("rich; '' < python_version", QuirkKind::NoVersion(String::new(), "<")),
        ] {
            assert!(!kind.is_refused() && told(text) == [kind.clone()], "{text}: {:?}", told(text));
        }
    }

    #[test]
    fn what_all_take() {
        for text in [
            "rich",
            "rich===13.0",
            "rich===1.0+local,>=0.5",
            "rich; extra == 'cli'",
            "rich; extra in 'cli,web'",
            "rich; python_version in '3.11 3.12'",
            "rich; '3.12' in python_version",
            "rich; '3.9' < python_version",
            "rich; python_version == '3.*'",
            "rich; python_version ~= '3.10'",
            "rich; python_full_version ~= '3.10.0'",
            "rich; implementation_version >= '3.9'",
            "rich; os.name == 'posix' and python_implementation != 'PyPy'",
            "rich; platform_release >= '5'",
            "rich; sys_platform >= 'linux'",
            "rich @ https://example.org/rich.whl ; python_version < '3.12'",
            "rich @ git+https://example.org/rich",
            "rich @ file:///rich",
        ] {
            assert!(told(text).is_empty(), "{text}: {:?}", told(text));
        }
    }
}
