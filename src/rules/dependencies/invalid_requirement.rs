use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Level};
use crate::project::Project;
use crate::rule::{Subject, declare_rule};
use crate::spec::dependency_groups::{self, GroupFault, GroupFaultKind};
use crate::spec::installers::{self, QuirkKind};
use crate::spec::marker::{Marker, MarkerOp, Operand};
use crate::spec::name;
use crate::spec::requirement::{Requirement, RequirementFault, RequirementFaultKind};
use crate::text::literal::quoted;
use crate::text::{Span, Spanned, closest};

declare_rule! {
    /// ## What it does
    /// Checks that each requirement is one by PEP 508: in `dependencies`, `optional-dependencies`, `dependency-groups`
    /// and `[build-system]`. The names of extras and groups are checked too, and that groups include what exists.
    ///
    /// What is wrong in `dependency-groups` is a warning, as groups are for those who work on the project. So is what pip and
    /// uv read in different ways, such as `python_version >= '3.*'`; what one of them refuses though the standard has it,
    /// such as `extras == 'cli'` or `===` in a marker, is an error.
    ///
    /// ## Why is this bad?
    /// Installers refuse the whole project for one requirement that they cannot read.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp ^2.3"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    /// ```
    DEP011 "invalid-requirement" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let extras = project.optional_dependencies.iter().flat_map(|extra| &extra.requirements);
    for wanted in project.dependencies.iter().chain(extras) {
        match &wanted.value {
            Err(fault) => report.push(requirement(project, wanted.span, fault)),
            Ok(read) => report.extend(quirks(project, wanted.span, read)),
        }
    }
    for wanted in &project.build_system.requires {
        match Requirement::parse(&wanted.value) {
            Err(fault) => report.push(requirement(project, wanted.span, &fault)),
            Ok(read) => report.extend(quirks(project, wanted.span, &read)),
        }
    }
    report.extend(
        project
            .dependencies
            .iter()
            .filter_map(|wanted| of_no_extra(project, wanted.span, wanted.value.as_ref().ok()?)),
    );
    extra_names(project, report);
    for fault in dependency_groups::check(&project.dependency_groups.groups) {
        // a group reaches no metadata
        report.push(group(project, &fault).level(Level::Warning));
    }
}

fn requirement(project: &Project, span: Span, fault: &RequirementFault) -> Diagnostic {
    let text = project.written(span);
    let message = match text.trim() {
        "" => "a requirement is empty".to_owned(),
        _ => format!("`{text}` is not a requirement: {fault}"),
    };
    RULE.at(project.at(project.within(span, &fault.range)), message).help(remedy(project, text, fault))
}

/// What installers do not take of a requirement that the standard allows. A release that is out already stays as it is.
fn quirks(project: &Project, span: Span, wanted: &Requirement) -> Vec<Diagnostic> {
    let text = wanted.text.trim();
    let told = installers::quirks(wanted).into_iter().map(|quirk| {
        let place = project.at(project.within(span, &quirk.range));
        let (level, what) = if quirk.kind.is_refused() {
            (Level::Error, "is not for every installer")
        } else {
            (Level::Warning, "is not the same to every installer")
        };
        let finding = RULE.at(place, format!("`{text}` {what}: {}", quirk.kind)).level(level);
        finding.help(quirk_remedy(wanted, &quirk.kind)).for_the_author()
    });
    told.collect()
}

fn quirk_remedy(wanted: &Requirement, kind: &QuirkKind) -> String {
    match kind {
        QuirkKind::LockVariable("extras") => {
            "put it under the extra in `[project.optional-dependencies]`, without that condition".to_owned()
        }
        QuirkKind::LockVariable(_) => "put it under the group in `[dependency-groups]`".to_owned(),
        QuirkKind::Texts(..) => "remove the comparison".to_owned(),
        QuirkKind::Identical => format!("write `{}`", wanted.marker_text().replace("===", "==")),
        QuirkKind::Compatible(_) => "write a version of two numbers, such as `~= '3.10'`, or `==`".to_owned(),
        QuirkKind::Arbitrary(_) => "write a version, such as `==1.0`".to_owned(),
        QuirkKind::NoUrl(_) => "write the URL in full, with `https://`".to_owned(),
        QuirkKind::Variables(..) => "compare a variable with a text".to_owned(),
        QuirkKind::NoVersion(..) => "write a version, such as `3.12`".to_owned(),
    }
}

/// A requirement for an extra that the project has not: nobody gets it.
fn of_no_extra(project: &Project, span: Span, wanted: &Requirement) -> Option<Diagnostic> {
    let Some(Marker::Compare(Operand::Variable("extra"), MarkerOp::Equal, Operand::Text(extra))) =
        &wanted.marker
    else {
        return None;
    };
    let has = project
        .optional_dependencies
        .iter()
        .any(|one| name::normalize(&one.name.value) == name::normalize(extra));
    if has || project.is_dynamic("optional-dependencies") {
        return None;
    }
    let place = project.at(project.within(span, &wanted.marker_range));
    let message = format!("`{}` is for the extra `{extra}`, which the project has not", wanted.text.trim());
    let head = wanted.text.split(';').next().unwrap_or_default().trim();
    Some(RULE.at(place, message).level(Level::Warning).for_the_author().help(format!(
        "write `{extra} = [{}]` under `[project.optional-dependencies]` instead",
        quoted(head)
    )))
}

fn remedy(project: &Project, text: &str, fault: &RequirementFault) -> String {
    let at = text.get(fault.range.clone()).unwrap_or_default();
    if let Some(mended) = mended(text, fault) {
        return match Requirement::parse(mended.trim_matches('`')) {
            // no index takes the URL itself
            Ok(wanted) if wanted.url.is_some() && !project.is_private() => {
                format!(
                    "write `{}`, and name its URL in `[tool.uv.sources]`",
                    without_url(mended.trim_matches('`'))
                )
            }
            _ => format!("write {mended}"),
        };
    }
    let words = match &fault.kind {
        RequirementFaultKind::Name if text.trim().is_empty() => "remove it",
        RequirementFaultKind::Name => "write the project's name first, such as `mcp>=2`",
        RequirementFaultKind::NoOperator(_) | RequirementFaultKind::Specifier(_) => {
            "write a specifier such as `>=1.0` or `>=1.0,<2`"
        }
        RequirementFaultKind::Unexpected(_) => return format!("remove `{at}`"),
        RequirementFaultKind::NoUrl => "write the URL behind the `@`",
        RequirementFaultKind::Extra | RequirementFaultKind::OpenBracket => {
            "write the extras as `name[one,two]`"
        }
        RequirementFaultKind::OpenParenthesis => "remove the `(`",
        RequirementFaultKind::UrlSemicolon => "write a blank before the `;`",
        RequirementFaultKind::Marker(_) => "write the condition as in `; python_version < \"3.12\"`",
        RequirementFaultKind::Control => "write it in one line",
    };
    words.to_owned()
}

/// The requirement by its name alone, with the marker behind it.
fn without_url(text: &str) -> String {
    let name = text.split('@').next().unwrap_or_default().trim();
    let marker = text.split_once(" ; ").map(|(_, marker)| format!("; {marker}"));
    format!("{name}{}", marker.unwrap_or_default())
}

/// What was probably meant, where that can be read: one requirement, or several each in its quotes.
fn mended(text: &str, fault: &RequirementFault) -> Option<String> {
    let before = text.get(..fault.range.start)?.trim_end();
    let at = text.get(fault.range.clone())?;
    let rest = text.get(fault.range.end..)?;
    if at == "," {
        let parts: Vec<_> = text.split(',').map(str::trim).collect();
        let all = parts.iter().all(|part| Requirement::parse(part).is_ok());
        return all.then(|| parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(", "));
    }
    let meant = match &fault.kind {
        _ if text.contains("://") && !text.contains(" @ ") => format!("{} @ {text}", name_in(text)),
        RequirementFaultKind::NoOperator(version) => format!("{before}>={version}{rest}"),
        RequirementFaultKind::Specifier(_) | RequirementFaultKind::Unexpected(_) if caret(at).is_some() => {
            format!("{before}{}{rest}", caret(at)?)
        }
        RequirementFaultKind::Specifier(_) if is_single_equals(at) => format!("{before}={at}{rest}"),
        RequirementFaultKind::Specifier(_) if at.starts_with(['<', '>']) => {
            format!("{before}{}{rest}", at.trim_end_matches(".*"))
        }
        RequirementFaultKind::Unexpected(word) if word.starts_with('#') => before.to_owned(),
        RequirementFaultKind::OpenBracket => format!("{text}]"),
        RequirementFaultKind::Extra => text.replace(",]", "]"),
        RequirementFaultKind::OpenParenthesis => text.replace('(', ""),
        RequirementFaultKind::UrlSemicolon => format!("{before} {at}{rest}"),
        RequirementFaultKind::Marker(_) => format!("{before} '{at}'{rest}"),
        _ => return None,
    };
    Requirement::parse(&meant).is_ok().then(|| format!("`{meant}`"))
}

/// The name that the last part of a URL most likely is.
fn name_in(url: &str) -> String {
    let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = last.split(['@', '#', '?']).next().unwrap_or_default().trim_end_matches(".git");
    name::mended(name)
        .filter(|name| !name.contains(".zip") && !name.ends_with(".whl"))
        .unwrap_or_else(|| "name".to_owned())
}

/// Poetry's `^1.2` and `~1.2` as specifiers.
fn caret(text: &str) -> Option<String> {
    let numbers =
        |text: &str| text.split('.').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let (version, tilde) = match text.strip_prefix('^') {
        Some(version) => (version, false),
        None => (text.strip_prefix('~')?, true),
    };
    let version = version.trim().trim_end_matches(',');
    let parts = numbers(version)?;
    // the first number that may not change: behind a caret the first that is not zero, behind a tilde the second
    let fixed = if tilde { 1 } else { parts.iter().position(|part| *part > 0).unwrap_or(0) };
    let fixed = fixed.min(parts.len() - 1);
    let next = parts[..fixed].iter().copied().chain([parts[fixed].checked_add(1)?]);
    let next = next.map(|part| part.to_string()).collect::<Vec<_>>().join(".");
    Some(format!(">={version},<{next}"))
}

fn is_single_equals(text: &str) -> bool {
    text.strip_prefix('=').is_some_and(|rest| !rest.starts_with('='))
}

fn extra_names(project: &Project, report: &mut Vec<Diagnostic>) {
    let at = |name: &Spanned<String>| project.at(name.span);
    let extras = &project.optional_dependencies;
    let mut seen: HashMap<String, &Spanned<String>> = HashMap::new();
    for extra in extras {
        let written = &extra.name.value;
        if !name::is_valid(written) {
            let message = match written.as_str() {
                "" => "the name of an extra is empty".to_owned(),
                _ => format!("`{written}` is not a valid name for an extra"),
            };
            let finding = RULE.at(at(&extra.name), message);
            report.push(finding.help(valid(written)));
            continue;
        }
        let normal = name::normalize(written);
        if let Some(earlier) = seen.get(&normal) {
            let message = format!("the extras `{}` and `{written}` are both `{normal}`", earlier.value);
            let finding = RULE.at(at(&extra.name), message).related(at(earlier), "the first");
            report.push(finding.help(format!("put all its requirements under `{normal}`")));
        } else {
            seen.insert(normal, &extra.name);
        }
    }
}

fn valid(written: &str) -> String {
    match name::mended(written) {
        Some(name) => format!("write `{name}`"),
        None => "use ASCII letters and digits, with `-`, `_` and `.` between them".to_owned(),
    }
}

fn group(project: &Project, fault: &GroupFault) -> Diagnostic {
    let (name, items) = &project.dependency_groups.places[fault.group];
    let span = fault.item.and_then(|item| items.get(item)).unwrap_or(name);
    let finding = |message: String| RULE.at(project.at(*span), message);
    let names = || project.dependency_groups.groups.iter().take(100).map(|(name, _)| name.as_str());
    match &fault.kind {
        GroupFaultKind::InvalidRequirement(fault) => requirement(project, *span, fault),
        GroupFaultKind::InvalidName(written) => finding(fault.kind.to_string()).help(valid(written)),
        GroupFaultKind::DuplicateName(written) => finding(fault.kind.to_string())
            .help(format!("put all its requirements under `{}`", name::normalize(written))),
        GroupFaultKind::UnknownInclude(written) => {
            finding(fault.kind.to_string()).help(match closest(written, names()) {
                Some(meant) => format!("write `{{ include-group = \"{meant}\" }}`"),
                None => "add the group, or remove the line".to_owned(),
            })
        }
        GroupFaultKind::Cycle(_) => finding(fault.kind.to_string()).help("remove one of these includes"),
    }
}
