use crate::dependencies::{self, Sdks};
use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::sdk::Sdk;
use crate::server::{SdkUse, lacking, needs};

declare_rule! {
    /// ## What it does
    /// Finds modules, names, methods and keywords of the SDKs `mcp` and `fastmcp` that the code uses and that the lowest
    /// release which the requirement admits does not have yet.
    ///
    /// ## Why is this bad?
    /// Who already has that release keeps it: the installer sees the requirement met, and the server ends with
    /// `ImportError`. The same happens where another package holds the SDK back. A fresh install takes a newer one.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.0,<2"]
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
    /// dependencies = ["mcp>=1.2,<2"]
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
    DEP005 "sdk-floor-too-low" Warning Author Strict
}

/// More places than that do not help.
const SHOWN: usize = 4;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let sdks = dependencies::read(subject.project);
    if sdks.fresh().is_none() {
        return;
    }
    let uses = subject.sdk_uses();
    for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
        report.extend(finding(subject, &sdks, sdk, uses));
    }
}

fn finding(subject: &Subject<'_>, sdks: &Sdks<'_>, sdk: Sdk, uses: &[SdkUse]) -> Option<Diagnostic> {
    let declared = sdks.declared(sdk).first()?;
    let lowest = sdks.lowest(sdk)?;
    let needs = needs(uses);
    // where no bounds help, there is more to do than to raise one; where two are needed, one finding asks for both
    sdks.ceilings(&needs)?;
    if sdks.only_never_ends(sdk, &needs) {
        return None;
    }
    let best = sdks.meeting(&needs)?.release(sdk)?;
    // what is gone again at the floor is the other rule's
    let not_yet = |used: &SdkUse| {
        used.sdk == sdk
            && !(0..=lowest.minor).any(|minor| used.releases.contains(minor))
            && lowest.minor < best.minor
    };
    let missing = lacking(uses, |used| used.idle().is_none() && not_yet(used));
    let (first, _) = missing.first()?;
    let floor = sdks.floor(sdk, &needs)?;
    let not_there = match missing.len() {
        1 => format!("`{}` is not there yet", first.what),
        number => format!("`{}` and {} more are not there yet", first.what, number - 1),
    };
    let message = format!(
        "`{}` admits {} {}, where {not_there}",
        declared.requirement.text.trim(),
        sdk.name(),
        lowest.version,
    );
    let mut finding = RULE.at(subject.project.at(declared.span), message);
    for (used, _) in missing.iter().take(SHOWN) {
        let Some(path) = subject.program.path(&used.module) else { continue };
        let since = sdk.minors().enumerate().find(|(minor, _)| used.releases.contains(*minor));
        let since = since.map(|(_, minor)| minor).unwrap_or_default();
        let message = format!("`{}` is used here, and came with {since}", used.what);
        finding = finding.related((path, used.span), message);
    }
    let Some(rewrite) = declared.from(subject.project, floor) else {
        return Some(finding.help(format!("require `{}>={floor}`", sdk.name())));
    };
    let bounds = sdks.bounds(sdk, &needs);
    // a bare requirement that also needs an upper bound gets both at one place, one after the other
    let capped = bounds.ceiling.is_some();
    let text = declared.within(subject.project, &bounds).unwrap_or_else(|| rewrite.text.clone());
    let finding = finding.help(format!("write `{text}`"));
    Some(finding.edits(subject.project.path(), rewrite.edit.filter(|_| !(declared.is_bare() && capped))))
}
