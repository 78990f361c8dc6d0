use crate::dependencies::{self, ReleaseNeed, Sdks};
use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::sdk::Sdk;
use crate::server::needs;

declare_rule! {
    /// ## What it does
    /// Checks that the requirement for `mcp` or `fastmcp` ends before a major version that nobody has seen yet.
    ///
    /// Where a known release breaks the code already, DEP004 says so instead; where the requirement begins too early as
    /// well, it is told here, as one remedy mends both. `mcp` needs no bound beside `fastmcp`, which has its own.
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
    let needs = needs(subject.sdk_uses());
    for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
        if sdks.only_never_ends(sdk, &needs) {
            report.extend(finding(subject, &sdks, sdk, &needs));
        }
    }
}

fn finding(subject: &Subject<'_>, sdks: &Sdks<'_>, sdk: Sdk, needs: &[ReleaseNeed]) -> Option<Diagnostic> {
    let project = subject.project;
    let declared = sdks.declared(sdk).first()?;
    let early = match sdks.floor(sdk, needs).filter(|_| sdks.begins_too_early(sdk, needs)) {
        Some(floor) => format!(", and releases before {floor}, which lack what the code uses"),
        None => String::new(),
    };
    let text = declared.requirement.text.trim();
    let message = format!("`{text}` admits every later major of {}{early}", sdk.name());
    let finding = RULE.at(project.at(declared.span), message);
    // which major the code is written for is not known before it is read
    let read = subject.program.iter().next().is_some();
    let below = sdks.next_major(sdk).filter(|_| read);
    let below = below.and_then(|major| declared.below(project, &major.to_string()));
    let text = declared.within(project, &sdks.bounds(sdk, needs));
    let (Some(rewrite), Some(text)) = (below, text) else { return Some(finding.help("add an upper bound")) };
    let finding = finding.help(format!("write `{text}`"));
    Some(finding.edits(project.path(), rewrite.edit))
}
