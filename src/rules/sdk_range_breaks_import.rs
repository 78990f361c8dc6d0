//! DEP004.

use crate::dependencies::{self, Declared, Install, Need, Sdks, bound, range};
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::knowledge::sdk::Sdk;
use crate::rule::{Subject, declare_rule};
use crate::server::{SdkUse, lacking, sdk_uses};

declare_rule! {
    /// ## What it does
    /// Finds modules, names, methods, decorators and keywords of the SDKs `mcp` and `fastmcp` that the code uses and that a
    /// fresh install does not have, because the requirement admits a release in which they are gone.
    ///
    /// The releases are found as installers find them: the newest `fastmcp` whose own range of `mcp` meets the project's,
    /// then the newest `mcp`. What stands under a condition, where its failure is caught or in tests does not count. What does
    /// not surely run when a script starts is a warning, and so is all where another dependency may narrow the range.
    ///
    /// ## Why is this bad?
    /// The server worked when it was published. With the next major release of its SDK every new installation ends at the
    /// first start with `ModuleNotFoundError` or `ImportError`, while nothing in the project has changed.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.6"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.6,<2"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    DEP004 "sdk-range-breaks-import" Error(Start) Author
}

/// More places than that do not help.
const SHOWN: usize = 4;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let sdks = dependencies::read(subject.project);
    let Some(fresh) = sdks.fresh() else { return };
    let uses = sdk_uses(subject.program, subject.project);
    let cure = Cure::find(&sdks, &uses);
    for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
        let lacks = |used: &SdkUse<'_>| {
            used.sdk == sdk && fresh.release(sdk).is_some_and(|release| release.lacks(used.releases))
        };
        let gone = lacking(&uses, lacks);
        if !gone.is_empty() {
            report.extend(finding(subject, &sdks, sdk, &fresh, &gone, &cure));
        }
    }
}

/// The upper bounds with which nothing is lacking, and what they were found for.
struct Cure {
    needs: Vec<Need>,
    ceilings: Option<Vec<(Sdk, &'static str)>>,
}

impl Cure {
    /// The bounds for all that is used; where there are none, for what is used as soon as the program starts.
    fn find(sdks: &Sdks<'_>, uses: &[SdkUse<'_>]) -> Self {
        let needs = |late: bool| -> Vec<Need> {
            uses.iter().filter(|used| late || !used.late).map(|used| (used.sdk, used.releases)).collect()
        };
        let all = needs(true);
        match sdks.ceilings(&all) {
            None => Self { ceilings: sdks.ceilings(&needs(false)), needs: needs(false) },
            ceilings => Self { needs: all, ceilings },
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    sdks: &Sdks<'_>,
    sdk: Sdk,
    fresh: &Install<'_>,
    gone: &[(&SdkUse<'_>, usize)],
    cure: &Cure,
) -> Option<Diagnostic> {
    let release = fresh.release(sdk)?;
    // `mcp` may come with fastmcp alone
    let asking = [sdk, Sdk::Fastmcp].into_iter().find(|sdk| !sdks.declared(*sdk).is_empty())?;
    let declared = sdks.declared(asking).first()?;
    let (first, _) = gone.first()?;
    let missing = match gone.len() {
        1 => format!("`{}` is missing", first.what),
        2 => format!("`{}` and `{}` are missing", first.what, gone[1].0.what),
        number => format!("`{}` and {} more are missing", first.what, number - 1),
    };
    let message = format!(
        "`{}` lets a fresh install take {} {}, where {missing}",
        declared.requirement.text.trim(),
        sdk.name(),
        release.version,
    );
    let mut finding = RULE.card.at(Location::span(subject.project.path(), declared.span), message);
    for (used, count) in gone.iter().take(SHOWN) {
        let Some(path) = subject.program.path(used.module) else { continue };
        let elsewhere = match count {
            1 => String::new(),
            2 => ", and in one more place".to_owned(),
            _ => format!(", and in {} more places", count - 1),
        };
        finding = finding
            .related(Location::span(path, used.span), format!("`{}` is used here{elsewhere}", used.what));
    }
    if sdks.others || gone.iter().all(|(used, _)| used.late) {
        finding = finding.level(Level::Warning);
    }
    Some(mended(subject, sdks, finding, (sdk, asking), declared, cure))
}

/// The finding with what mends it: an upper bound on the requirement, if one does.
fn mended(
    subject: &Subject<'_>,
    sdks: &Sdks<'_>,
    finding: Diagnostic,
    (sdk, asking): (Sdk, Sdk),
    declared: &Declared<'_>,
    cure: &Cure,
) -> Diagnostic {
    let ceilings = cure.ceilings.as_deref().unwrap_or_default();
    let ceiling = ceilings.iter().find(|(other, _)| *other == asking);
    let ceiling = ceiling.and_then(|(_, minor)| declared.below(subject.project, bound(minor)));
    if let Some(rewrite) = ceiling {
        let finding =
            finding.help(format!("write `{}`, or move the code to the newer release", rewrite.text));
        return match rewrite.edit {
            Some((span, content)) => finding.edit(subject.project.path(), span, content),
            None => finding,
        };
    }
    // another requirement is bounded for it
    if let Some((other, minor)) = ceilings.first() {
        return finding.help(format!(
            "require `{}<{}`, or move the code to the newer release",
            other.name(),
            bound(minor)
        ));
    }
    let help = match range(sdk, &cure.needs).filter(|range| !range.is_empty()) {
        Some(range) if sdks.declared(sdk).is_empty() => {
            format!(
                "all that is used is in `{}{range}`, which no release that the project admits takes",
                sdk.name()
            )
        }
        Some(range) => {
            format!("all that is used is in `{}{range}`, which the project does not admit", sdk.name())
        }
        None => format!("no release of {} has all that is used; move the code to one of them", sdk.name()),
    };
    finding.help(help)
}
