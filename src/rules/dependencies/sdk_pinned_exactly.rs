use crate::dependencies::{Declared, ReleaseNeed, is_sdk, mends};
use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::server::SdkUse;
use crate::spec::range::exact;
use crate::spec::version::Version;

declare_rule! {
    /// ## What it does
    /// Looks for a requirement that pins `mcp` or `fastmcp` to one exact version.
    ///
    /// ## Why is this bad?
    /// Users never get a fix of the SDK, and the server cannot be installed beside another that needs a newer one.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp==2.3.0"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3.0,<3"]
    /// ```
    DEP009 "sdk-pinned-exactly" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for required in project.required().filter(|required| is_sdk(required.requirement)) {
        let requirement = required.requirement;
        let Some(version) = requirement.specifiers.as_ref().and_then(exact) else { continue };
        let message = format!("`{}` is pinned to {version}", requirement.name);
        let finding = RULE.at(required.at(project, &requirement.detail_range), message);
        let declared = Declared { requirement, span: required.span };
        report.push(match ranging(subject, &declared, version) {
            Some(text) => finding.help(format!("write `{text}`")),
            None => finding.help("admit a range of releases that the code works with"),
        });
    }
}

/// The requirement for the pinned version and all that follow in its major, where the newest of them starts and has
/// all that the code uses.
fn ranging(subject: &Subject<'_>, declared: &Declared<'_>, version: &Version) -> Option<String> {
    let specifiers = format!(">={version},<{}", following(version)?);
    let text = declared.with(subject.project, &specifiers)?.text;
    let needs: Vec<ReleaseNeed> = subject.sdk_uses().iter().map(SdkUse::need).collect();
    mends(subject.project, declared, &text, &needs).then_some(text)
}

/// The major that follows upon `version`.
fn following(version: &Version) -> Option<u64> {
    version.release().first()?.checked_add(1)
}
