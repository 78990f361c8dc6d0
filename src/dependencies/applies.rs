//! Whether a requirement holds wherever the SDKs can be installed.
//!
//! Of the variables of a marker only Python's version is weighed, as it alone decides whether an SDK can be installed
//! at all; what depends on anything else holds perhaps.

use std::str::FromStr as _;

use crate::project::Project;
use crate::spec::marker::{Marker, MarkerOp, Operand};
use crate::spec::version::{Version, VersionSpecifier, VersionSpecifiers};

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Applicability {
    /// Nowhere.
    Never,
    /// Here and there.
    Perhaps,
    /// Everywhere.
    Always,
}

/// The Pythons that the SDKs run on, from the first to one that is still to come.
const PYTHONS: [&str; 7] = ["3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.16"];

/// The Pythons that the project and the SDKs both admit; all where that cannot be told.
pub(super) fn pythons(project: &Project) -> Vec<Version> {
    let all: Vec<Version> = PYTHONS.iter().filter_map(|python| Version::from_str(python).ok()).collect();
    let admitted = project.requires_python.as_ref().and_then(|python| python.specifiers.as_ref().ok());
    let Some(admitted) = admitted else { return all };
    let some: Vec<Version> = all.iter().filter(|python| admits(admitted, python)).cloned().collect();
    if some.is_empty() { all } else { some }
}

/// Whether some patch of a minor of Python is admitted: `>=3.10.4` admits a 3.10, and `<=3.12` the first of 3.12.
pub(super) fn admits(admitted: &VersionSpecifiers, python: &Version) -> bool {
    let patch = |number: u64| Version::new(python.release().iter().copied().chain([number]));
    admitted.contains(python) || (0..30).any(|number| admitted.contains(&patch(number)))
}

/// Whether `marker` holds on `pythons`, of a requirement that no extra stands behind.
pub(super) fn holds(marker: Option<&Marker>, pythons: &[Version]) -> Applicability {
    let Some(marker) = marker else { return Applicability::Always };
    let on_each = pythons.iter().map(|python| on(marker, python));
    let (least, most) = on_each.fold((Applicability::Always, Applicability::Never), |(least, most), now| {
        (least.min(now), most.max(now))
    });
    if least == most { least } else { Applicability::Perhaps }
}

fn on(marker: &Marker, python: &Version) -> Applicability {
    match marker {
        Marker::And(all) => all.iter().map(|part| on(part, python)).min().unwrap_or(Applicability::Always),
        Marker::Or(any) => any.iter().map(|part| on(part, python)).max().unwrap_or(Applicability::Never),
        Marker::Compare(left, comparison, right) => {
            compare(left, *comparison, right, python).unwrap_or(Applicability::Perhaps)
        }
    }
}

fn compare(left: &Operand, comparison: MarkerOp, right: &Operand, python: &Version) -> Option<Applicability> {
    let (Operand::Variable(variable), Operand::Text(text)) = (left, right) else { return None };
    if *variable == "extra" && comparison == MarkerOp::Equal {
        return Some(Applicability::Never);
    }
    let sign = match comparison {
        MarkerOp::Equal => "==",
        MarkerOp::NotEqual => "!=",
        MarkerOp::Compatible => "~=",
        MarkerOp::Less => "<",
        MarkerOp::LessOrEqual => "<=",
        MarkerOp::Greater => ">",
        MarkerOp::GreaterOrEqual => ">=",
        MarkerOp::Identical | MarkerOp::In | MarkerOp::NotIn => return None,
    };
    // a patch decides where the whole version is compared
    let exact = *variable == "python_version";
    let coarse =
        *variable == "python_full_version" && matches!(comparison, MarkerOp::GreaterOrEqual | MarkerOp::Less);
    let minor = text.split('.').count() <= 2 || text.ends_with(".0");
    if !(exact || coarse && minor) {
        return None;
    }
    let specifier = VersionSpecifier::from_str(&format!("{sign}{text}")).ok()?;
    Some(if specifier.contains(python) { Applicability::Always } else { Applicability::Never })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::requirement::Requirement;

    #[test]
    fn weighs_the_python() {
        for (requires, marker, expected) in [
            (">=3.10", "python_version >= '3.10'", Applicability::Always),
            (">=3.8", "python_version >= '3.10'", Applicability::Always),
            (">=3.10", "python_version < '3.10'", Applicability::Never),
            (">=3.10", "python_version < '3.12'", Applicability::Perhaps),
            (">=3.12", "python_version < '3.12'", Applicability::Never),
            (">=3.10,<3.12", "python_version < '3.12'", Applicability::Always),
            (">=3.10", "python_full_version >= '3.10.0'", Applicability::Always),
            (">=3.10", "python_full_version >= '3.10.4'", Applicability::Perhaps),
            (">=3.10", "sys_platform == 'win32'", Applicability::Perhaps),
            (">=3.10", "sys_platform == 'win32' and python_version < '3'", Applicability::Never),
            (">=3.10", "sys_platform == 'win32' or python_version > '3'", Applicability::Always),
            (">=3.10", "extra == 'cli'", Applicability::Never),
        ] {
            let project =
                crate::project::read(format!("[project]\nrequires-python = '{requires}'\n").into_bytes());
            let requirement = Requirement::parse(&format!("mcp; {marker}")).expect("a requirement");
            assert_eq!(
                holds(requirement.marker.as_ref(), &pythons(&project)),
                expected,
                "{requires} {marker}"
            );
        }
    }
}
