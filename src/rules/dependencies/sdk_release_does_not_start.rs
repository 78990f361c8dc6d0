use crate::dependencies::{self, Dead, Declared, ReleaseNeed, Sdks, mends};
use crate::diagnostic::{Diagnostic, Level};
use crate::project::Project;
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, Sdk};
use crate::server::SdkUse;
use crate::spec::requirement::Requirement;

declare_rule! {
    /// ## What it does
    /// Finds requirements for `mcp` and `fastmcp` with which a fresh install takes a release that does not start: it needs
    /// an older release of another distribution than the newest, and does not say so. Every published release was installed
    /// and started to know that, on the day that the message names.
    ///
    /// A warning where another requirement may hold that distribution back.
    ///
    /// ## Why is this bad?
    /// Every fresh install of the server, so every start by `uvx`, ends at the import of the SDK, whatever the server does.
    /// With the author's lock file it works.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.9,<1.20"]
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
    /// dependencies = ["mcp>=1.9,<2"]
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
    DEP018 "sdk-release-does-not-start" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let sdks = dependencies::read(project);
    let Some(dead) = sdks.fresh().and_then(|fresh| sdks.dead(&fresh)) else { return };
    let asking = [dead.sdk, Sdk::Fastmcp].into_iter().find_map(|sdk| sdks.declared(sdk).first());
    let Some(declared) = asking else { return };
    let message = format!(
        "`{}` lets a fresh install take {} {}, which does not start {} (tried on {})",
        declared.requirement.text.trim(),
        dead.sdk.name(),
        dead.release.version,
        beside(&dead.bounds),
        sdk::tried_on(),
    );
    let mut finding = RULE.at(project.at(declared.span), message);
    if !dead.certain {
        finding = finding.level(Level::Warning);
    }
    report.push(finding.help(help(subject, &sdks, &dead, declared)));
}

/// What it does not start beside, or without.
fn beside(bounds: &[Requirement]) -> String {
    let each = bounds.iter().map(|bound| match upper(bound) {
        Some(end) => format!("beside {} {end}", bound.name),
        None => format!("without {}", bound.name),
    });
    each.collect::<Vec<_>>().join(" and ")
}

/// The version that an upper bound names.
fn upper(bound: &Requirement) -> Option<String> {
    Some(bound.specifiers.as_ref()?.iter().next()?.version().to_string())
}

/// The ranges and bounds with which it starts.
fn help(subject: &Subject<'_>, sdks: &Sdks<'_>, dead: &Dead<'_>, declared: &Declared<'_>) -> String {
    let bounds: Vec<String> = dead.bounds.iter().map(|bound| bounding(subject.project, bound)).collect();
    let bounds = bounds.join(" and ");
    match longer(subject, sdks, dead, declared) {
        Some(text) => format!("write `{text}`, or {bounds}"),
        None => bounds,
    }
}

/// What keeps the project within `bound`.
fn bounding(project: &Project, bound: &Requirement) -> String {
    let own = project.required().find(|one| one.extra.is_none() && one.name() == bound.name);
    let narrowed = own.zip(upper(bound)).and_then(|(own, end)| {
        let declared = Declared { requirement: own.requirement, span: own.span };
        Some((declared.below(project, &end)?.text, project.written(own.span)))
    });
    match narrowed {
        Some((text, written)) => format!("write `{text}` for `{written}`"),
        None => format!("also require `{}`", bound.text),
    }
}

/// The requirement with a later end, where the release that is taken then starts and has all that the code uses: that of
/// its major, or of a later one.
fn longer(
    subject: &Subject<'_>,
    sdks: &Sdks<'_>,
    dead: &Dead<'_>,
    declared: &Declared<'_>,
) -> Option<String> {
    let project = subject.project;
    let needs: Vec<ReleaseNeed> = subject.sdk_uses().iter().map(SdkUse::need).collect();
    let own = *dead.release.version.release().first()?;
    let newest: u64 = dead.sdk.minors().last()?.split('.').next()?.parse().ok()?;
    let floor = sdks.lowest(dead.sdk)?;
    (own..=newest).map(|major| major + 1).find_map(|end| {
        let below = declared.below(project, &end.to_string());
        let whole = || declared.with(project, &format!(">={},<{end}", floor.version));
        let texts = [below, whole()].into_iter().flatten().map(|rewrite| rewrite.text);
        let mut fitting = texts.filter(|text| mends(project, declared, text, &needs));
        fitting.next()
    })
}
