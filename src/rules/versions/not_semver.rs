use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the version has three numbers, as SemVer has: `1.4.0`.
    ///
    /// What stands behind them is not asked.
    ///
    /// ## Why is this bad?
    /// The MCP registry and MCP bundles order versions by SemVer. One that is none is ordered by its date, and tools may
    /// take an old release for the newest.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0"
    /// ```
    VER002 "not-semver" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some((version, place)) = subject.version() else { return };
    let numbers = version.release();
    if numbers.len() == 3 && version.epoch() == 0 {
        return;
    }
    let message = match version.epoch() {
        0 => format!("version `{version}` is not of three numbers, as SemVer has"),
        _ => format!("version `{version}` has an epoch, which SemVer does not know"),
    };
    let finding = RULE.at(place, message);
    report.push(match numbers {
        [_] | [_, _] if version.epoch() == 0 => {
            let full = version.clone().with_release(numbers.iter().copied().chain([0, 0]).take(3));
            finding.help(format!("write `{full}`"))
        }
        _ => finding.help("write the version as `MAJOR.MINOR.PATCH`"),
    });
}
