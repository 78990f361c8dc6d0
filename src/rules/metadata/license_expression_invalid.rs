use crate::diagnostic::{Diagnostic, Level};
use crate::project::License;
use crate::rule::{Subject, declare_rule};
use crate::spec::license::{self, LicenseExpression, LicenseExpressionFault, LicenseFaultKind};
use crate::text::closest;

declare_rule! {
    /// ## What it does
    /// Checks that `license` is an SPDX expression (PEP 639): identifiers joined by `AND`, `OR` and `WITH`.
    ///
    /// Identifiers that SPDX has deprecated are a warning.
    ///
    /// ## Why is this bad?
    /// PyPI refuses other texts, and tools that gather licences cannot read them.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// license = "Apache 2.0"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// license = "Apache-2.0"
    /// ```
    MET002 "license-expression-invalid" Error(Upload) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(License::Expression(written)) = &project.license else { return };
    let place = |range| project.at(project.within(written.span, range));
    match &written.value {
        Err(fault) => {
            let text = project.written(written.span);
            report.push(RULE.at(place(&fault.range), message(fault)).help(remedy(text, fault)));
        }
        Ok(LicenseExpression { deprecated, .. }) => {
            for (identifier, range) in deprecated {
                let finding = RULE.at(place(range), format!("SPDX has deprecated `{identifier}`"));
                let later =
                    project.written(written.span).get(range.clone()).is_some_and(|text| text.ends_with('+'));
                report.push(finding.level(Level::Warning).help(successor(identifier, later)));
            }
        }
    }
}

/// What is wrong, in words that stand alone.
fn message(fault: &LicenseExpressionFault) -> String {
    match fault.kind {
        LicenseFaultKind::MissingLicense
        | LicenseFaultKind::MissingOperator
        | LicenseFaultKind::LoneParenthesis
        | LicenseFaultKind::MisplacedWith
        | LicenseFaultKind::TooDeep => format!("in the licence expression, {fault}"),
        _ => fault.to_string(),
    }
}

fn remedy(text: &str, fault: &LicenseExpressionFault) -> String {
    match &fault.kind {
        LicenseFaultKind::UnknownLicense { name, meant } => match separated(text) {
            Some(expression) => format!("write `{expression}`"),
            None => alternatives(name, meant, license::identifiers()).unwrap_or_else(|| {
                "write an identifier of spdx.org/licenses, or `LicenseRef-` and a name of your own".to_owned()
            }),
        },
        LicenseFaultKind::UnknownException { name, meant } => {
            alternatives(name, meant, license::exceptions()).unwrap_or_else(|| {
                "write an identifier of spdx.org/licenses/exceptions-index.html".to_owned()
            })
        }
        LicenseFaultKind::LicenseRef(name) => {
            let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
            format!("write `{}`", name.chars().map(plain).collect::<String>())
        }
        LicenseFaultKind::MissingOperator => {
            "write `OR` where users may choose, `AND` where both hold".to_owned()
        }
        LicenseFaultKind::LoneParenthesis => "remove it, or add its partner".to_owned(),
        _ => "write an SPDX expression, such as `MIT` or `MIT OR Apache-2.0`".to_owned(),
    }
}

/// What was probably meant by `name`.
fn alternatives(name: &str, meant: &[&str], known: impl Iterator<Item = &'static str>) -> Option<String> {
    if meant.is_empty() {
        let known: Vec<_> = known.collect();
        let begun =
            |known: &&&str| known.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let meant = closest(name, known.iter().copied()).or_else(|| known.iter().find(begun).copied());
        return meant.map(|known| format!("write `{known}`"));
    }
    let meant: Vec<_> = meant.iter().map(|known| format!("`{known}`")).collect();
    Some(format!("write {}", meant.join(" or ")))
}

/// The expression that a list means: `MIT/Apache-2.0`, `MIT, BSD-3-Clause`.
fn separated(text: &str) -> Option<String> {
    let expression = text.split(['/', ',']).map(str::trim).collect::<Vec<_>>().join(" OR ");
    license::parse(&expression).ok().map(|expression| expression.canonical)
}

/// What SPDX has in the place of a deprecated identifier, where its name tells.
fn successor(identifier: &str, later: bool) -> String {
    let stem = identifier.trim_end_matches('+');
    let names = [format!("{stem}-only"), format!("{stem}-or-later")];
    let known = names
        .iter()
        .skip(usize::from(later))
        .filter(|name| license::identifiers().any(|known| known == *name));
    let known: Vec<_> = known.map(|name| format!("`{name}`")).collect();
    if known.is_empty() {
        return format!("see spdx.org/licenses/{identifier}.html for what to write instead");
    }
    format!("write {}", known.join(" or "))
}
