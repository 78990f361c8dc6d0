use crate::dependencies::{self, Declared, Install, ReleaseGap, ReleaseNeed, Sdks, bound, mends, range};
use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, Sdk};
use crate::server::{SdkUse, lacking};

declare_rule! {
    /// ## What it does
    /// Finds modules, names, methods, decorators and keywords of the SDKs `mcp` and `fastmcp` that the code uses and that a
    /// fresh install does not have, because the requirement admits a release in which they are gone.
    ///
    /// The releases are found as installers find them: the newest `fastmcp` whose own range of `mcp` meets the project's,
    /// then the newest `mcp`. What stands under a condition, where its failure is caught or in tests does not count. What does
    /// not surely run when a script starts is a warning, and so is all where another dependency may narrow the range.
    ///
    /// The releases are known up to a day that the message names where a later one may be taken. Such a one can bring back
    /// what is gone, unless it went for good: older majors had it, and no release of the newest major has. So all else that
    /// is gone is a warning there, and of what came with a newer minor nothing is said. A range that is proposed ends with a
    /// release that starts.
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
    let uses = subject.sdk_uses();
    let cure = Cure::find(&sdks, uses);
    for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
        let is_gone = |used: &SdkUse| {
            let lack = sdks.lack(used.need());
            used.sdk == sdk && matches!(lack, Some(ReleaseGap::Certain | ReleaseGap::Gone))
        };
        let gone = lacking(uses, is_gone);
        if !gone.is_empty() {
            report.extend(finding(subject, &sdks, sdk, &fresh, &gone, &cure));
        }
    }
}

/// The upper bounds with which nothing is lacking but what never had an effect, and what they were found for.
struct Cure {
    needs: Vec<ReleaseNeed>,
    ceilings: Option<Vec<(Sdk, &'static str)>>,
    /// The keywords to drop.
    idle: Vec<(Sdk, String)>,
}

impl Cure {
    /// The bounds for all that is used and has an effect; where there are none, for what of that is used as soon as the
    /// program starts.
    fn find(sdks: &Sdks<'_>, uses: &[SdkUse]) -> Self {
        let needs = |late: bool| -> Vec<ReleaseNeed> {
            let used = uses.iter().filter(|used| (late || !used.late) && used.idle().is_none());
            used.map(SdkUse::need).collect()
        };
        let all = needs(true);
        let (needs, ceilings) = match sdks.ceilings(&all) {
            None => (needs(false), sdks.ceilings(&needs(false))),
            ceilings => (all, ceilings),
        };
        let best = sdks.meeting(&needs);
        let refused = |used: &&SdkUse| {
            let release = best.as_ref().and_then(|best| best.release(used.sdk));
            release.is_some_and(|release| release.lacks(used.releases))
        };
        let mut idle: Vec<(Sdk, String)> = Vec::new();
        for used in uses.iter().filter(refused) {
            let word = used.idle().map(|word| (used.sdk, word.to_owned()));
            idle.extend(word.filter(|word| !idle.contains(word)));
        }
        Self { needs, ceilings, idle }
    }

    /// What to do about keywords of `sdk` that never had an effect.
    fn dropping(&self, sdk: Sdk) -> Option<String> {
        let own = self.idle.iter().filter(|(other, _)| *other == sdk);
        let words: Vec<String> = own.map(|(_, word)| format!("`{word}`")).collect();
        (!words.is_empty()).then(|| format!("drop {}, which never had an effect", words.join(" and ")))
    }
}

fn finding(
    subject: &Subject<'_>,
    sdks: &Sdks<'_>,
    sdk: Sdk,
    fresh: &Install<'_>,
    gone: &[(&SdkUse, usize)],
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
        "`{}` lets a fresh install take {} {}{}, where {missing}",
        declared.requirement.text.trim(),
        sdk.name(),
        release.version,
        known(sdks, sdk),
    );
    let mut finding = RULE.at(subject.project.at(declared.span), message);
    for (used, count) in gone.iter().take(SHOWN) {
        let Some(path) = subject.program.path(&used.module) else { continue };
        let elsewhere = match count {
            1 => String::new(),
            2 => ", and in one more place".to_owned(),
            _ => format!(", and in {} more places", count - 1),
        };
        finding = finding.related((path, used.span), format!("`{}` is used here{elsewhere}", used.what));
    }
    let is_certain = |used: &SdkUse| sdks.lack(used.need()) == Some(ReleaseGap::Certain);
    if sdks.others || !gone.iter().any(|(used, _)| is_certain(used) && !used.late) {
        finding = finding.level(Level::Warning);
    }
    Some(mended(subject, sdks, finding, (sdk, asking), declared, &(gone, cure)))
}

/// Up to when releases are known, where a newer one may be taken.
fn known(sdks: &Sdks<'_>, sdk: Sdk) -> String {
    if sdks.may_be_newer(sdk) { format!(" (newest known on {})", sdk::known_on()) } else { String::new() }
}

/// The finding with what mends it: an upper bound on the requirement, if one does, and what is to be dropped.
fn mended(
    subject: &Subject<'_>,
    sdks: &Sdks<'_>,
    finding: Diagnostic,
    (sdk, asking): (Sdk, Sdk),
    declared: &Declared<'_>,
    (gone, cure): &(&[(&SdkUse, usize)], &Cure),
) -> Diagnostic {
    let dropping = cure.dropping(sdk);
    let also = dropping.as_ref().map(|drop| format!(", and {drop}")).unwrap_or_default();
    // nothing else is missing
    if let Some(drop) = dropping.filter(|_| gone.iter().all(|(used, _)| used.idle().is_some())) {
        return finding.help(drop);
    }
    let ceilings = cure.ceilings.as_deref().unwrap_or_default();
    let ceiling = ceilings.iter().find(|(other, _)| *other == asking);
    let rewrite = ceiling.and_then(|(_, minor)| declared.below(subject.project, bound(minor)));
    let text = declared.within(subject.project, &sdks.bounds(asking, &cure.needs));
    if let (Some(rewrite), Some(text)) = (rewrite, text) {
        let several = ceilings.len() > 1 || mends(subject.project, declared, &text, &cure.needs);
        if several {
            let or = if also.is_empty() { ", or move the code to the newer release" } else { also.as_str() };
            let finding = finding.help(format!("write `{text}`{or}"));
            return finding.edits(subject.project.path(), rewrite.edit);
        }
    }
    // another requirement is bounded for it
    if let Some((other, minor)) = ceilings.iter().find(|(other, _)| *other != asking) {
        return finding.help(format!(
            "require `{}<{}`, or move the code to the newer release",
            other.name(),
            bound(minor)
        ));
    }
    finding.help(elsewhere(sdks, sdk, &cure.needs))
}

/// Where all that is used is, when no bound helps.
fn elsewhere(sdks: &Sdks<'_>, sdk: Sdk, needs: &[ReleaseNeed]) -> String {
    let name = sdk.name();
    match range(sdk, needs).filter(|range| !range.is_empty()) {
        Some(range) if sdks.declared(sdk).is_empty() => {
            format!("all that is used is in `{name}{range}`, which no release that the project admits takes")
        }
        Some(range) => format!("all that is used is in `{name}{range}`, which the project does not admit"),
        None => {
            format!("no release of {name} that starts has all that is used; move the code to a newer one")
        }
    }
}
