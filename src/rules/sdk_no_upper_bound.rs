//! DEP017.

use crate::dependencies::{self, Sdks};
use crate::diagnostic::{Diagnostic, Location};
use crate::knowledge::sdk::Sdk;
use crate::rule::{Subject, declare_rule};
use crate::server::sdk_uses;
use crate::spec::range::Range;
use crate::spec::version;

declare_rule! {
    /// ## What it does
    /// Checks that the requirement for `mcp` or `fastmcp` ends before a major version that nobody has seen yet.
    ///
    /// Where a known release breaks the code already, DEP004 says so instead. `mcp` needs no bound beside `fastmcp`,
    /// which has its own.
    ///
    /// ## Why is this bad?
    /// The SDKs break with each major: on the day when the next appears, every fresh install of the server, so every
    /// start by `uvx`, fails.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    /// ```
    DEP017 "sdk-no-upper-bound" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let sdks = dependencies::read(project);
    for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
        if !sdks.is_unbounded(sdk) || is_broken(subject, &sdks, sdk) {
            continue;
        }
        let Some(declared) = sdks.declared(sdk).first() else { continue };
        let requirement = declared.requirement;
        let message = format!("`{}` admits every later major of {}", requirement.text.trim(), sdk.name());
        let finding = RULE.card.at(Location::span(project.path(), declared.span), message);
        // which major the code is written for is not known before it is read
        let read = subject.program.iter().next().is_some();
        let below = next_major(sdk, declared.requirement.specifiers.as_ref())
            .filter(|_| read)
            .and_then(|major| declared.below(project, &major.to_string()));
        report.push(match below {
            Some(rewrite) => {
                let finding = finding.help(format!("write `{}`", rewrite.text));
                match rewrite.edit {
                    Some((span, content)) => finding.edit(project.path(), span, content),
                    None => finding,
                }
            }
            None => finding.help("add an upper bound"),
        });
    }
}

/// Whether the release of `sdk` that a fresh install takes lacks something already.
fn is_broken(subject: &Subject<'_>, sdks: &Sdks<'_>, sdk: Sdk) -> bool {
    let Some(release) = sdks.fresh().and_then(|fresh| fresh.release(sdk)) else { return false };
    let uses = sdk_uses(subject.program, subject.project);
    uses.iter().any(|used| used.sdk == sdk && release.lacks(used.releases))
}

/// The first major that is not known yet and lies above what is required.
fn next_major(sdk: Sdk, required: Option<&version::VersionSpecifiers>) -> Option<u64> {
    let major = |version: &version::Version| version.release().first().copied();
    let newest = sdk.minors().last().and_then(|minor| major(&version::parse(minor).ok()?));
    let range = Range::of(required);
    let floor = range.floor().and_then(major);
    newest.max(floor)?.checked_add(1)
}
