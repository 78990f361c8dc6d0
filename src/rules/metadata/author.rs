use crate::diagnostic::{Diagnostic, Level};
use crate::project::{Author, Project};
use crate::rule::{Subject, declare_rule};
use crate::spec::person::{EmailFault, NameFault, check_email, check_name};
use crate::text::Span;
use crate::text::literal::quoted;

declare_rule! {
    /// ## What it does
    /// Checks that each of `authors` and `maintainers` has a name or an email address, and that both can stand in the
    /// metadata: a name without commas and angle brackets, an address of the form `name@domain`.
    ///
    /// An address that is none is an error in the author's build, all else a warning. That nobody is named at all, and the
    /// comma of `Example, Inc.`, is told on request: where `strict` or this rule's code or name asks.
    ///
    /// ## Why is this bad?
    /// PyPI refuses an address that is none. The metadata lists the people with commas between them: a name with a comma
    /// stands in quotes before an address, and without one it reads as two.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// authors = [{ name = "Example, Ada" }]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// authors = [{ name = "Ada Example" }]
    /// ```
    MET014 "author" Error(Upload) Structural Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    if project.has_table() && !project.has("authors") && !project.has("maintainers") {
        let place = project.at(project.span);
        let finding = RULE.at(place, "nobody is named as author or maintainer").on_request();
        report.push(finding.help("add `authors = [{ name = \"...\" }]`"));
    }
    for author in project.authors.iter().chain(&project.maintainers) {
        let (name, email) = (&author.person.name, &author.person.email);
        if name.is_none() && email.is_none() {
            let finding = RULE
                .card
                .at(project.at(author.span), "a person has neither name nor address")
                .level(Level::Warning);
            let inline = project.source.slice(author.span).starts_with('{');
            let written = if inline { "{ name = \"...\" }" } else { "name = \"...\"" };
            report.push(finding.help(format!("write `{written}`, or remove it")));
        }
        report.extend(name.as_ref().and_then(|name| name_fault(project, author, name)));
        report.extend(email.as_ref().and_then(|email| email_fault(project, author, email)));
    }
}

fn name_fault(project: &Project, author: &Author, name: &str) -> Option<Diagnostic> {
    let fault = check_name(name).err()?;
    let place = project.at(found(project, author, name));
    Some(match fault {
        NameFault::Empty => RULE
            .at(place, "the name of a person is empty")
            .level(Level::Warning)
            .help("write it, or remove it"),
        NameFault::Character { character, .. } => {
            let finding =
                RULE.at(place, format!("the name `{name}` holds `{character}`")).level(Level::Warning);
            // who reads `Example, Inc.` sees one name
            let alone = name.split_once(',').is_some_and(|(_, rest)| is_suffix(rest));
            let finding = if alone { finding.on_request() } else { finding };
            let finding = at_table(project, author, finding, name);
            finding.help(
                split(project, author, name)
                    .unwrap_or_else(|| "list each person in a table of their own".to_owned()),
            )
        }
        NameFault::Control { .. } => RULE.at(place, fault.to_string()).help("remove it"),
    })
}

fn email_fault(project: &Project, author: &Author, email: &str) -> Option<Diagnostic> {
    let place = project.at(found(project, author, email));
    if email.is_empty() {
        let finding = RULE.at(place, "the address of a person is empty").level(Level::Warning);
        return Some(finding.help("write it, or remove `email`"));
    }
    let message = match check_email(email).err()? {
        EmailFault::Form(_) => format!("the address `{email}` is not of the form `name@domain`"),
        EmailFault::Character { character, .. } => {
            format!("the address `{email}` holds `{}`", character.escape_debug())
        }
    };
    let finding = at_table(project, author, RULE.at(place, message).for_the_author(), email);
    Some(
        finding.help(
            split(project, author, email)
                .unwrap_or_else(|| "write one address, such as `ada@example.org`, or remove it".to_owned()),
        ),
    )
}

/// The name and the address of `Ada <ada@example.org>`.
fn person(text: &str) -> Option<(&str, &str)> {
    let (name, email) = text.split_once('<')?;
    let (name, email) = (name.trim(), email.trim().strip_suffix('>')?);
    (check_name(name).is_ok() && check_email(email).is_ok()).then_some((name, email))
}

/// The finding at the whole table, where its remedy writes all of it.
fn at_table(project: &Project, author: &Author, finding: Diagnostic, text: &str) -> Diagnostic {
    let whole = person(text).is_some() && project.source.slice(author.span).starts_with('{');
    let primary = if whole { project.at(author.span) } else { finding.primary };
    Diagnostic { primary, ..finding }
}

/// The table that `Ada Example <ada@example.org>` stands for, or the name that `Example, Ada` does.
fn split(project: &Project, author: &Author, text: &str) -> Option<String> {
    if let Some((name, email)) = person(text) {
        let (name, email) = (quoted(name), quoted(email));
        let inline = project.source.slice(author.span).starts_with('{');
        return Some(if inline {
            format!("write `{{ name = {name}, email = {email} }}`")
        } else {
            format!("write `name = {name}`, and add `email = {email}`")
        });
    }
    if text.contains('<') {
        return None;
    }
    let (last, first) = text.split_once(',')?;
    if is_suffix(first) {
        return Some(format!("write `{} {}`", last.trim(), first.trim()));
    }
    let name = format!("{} {}", first.trim(), last.trim());
    let one = check_name(&name).is_ok() && !last.trim().contains(' ') && !first.trim().is_empty();
    one.then(|| format!("write `{name}`, or a table each for several people"))
}

/// Whether what follows the comma belongs to the name before it: `Example, Inc.`, `Ada Example, PhD`.
fn is_suffix(text: &str) -> bool {
    let letters: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let known = [
        "inc", "incorporated", "llc", "llp", "ltd", "limited", "pbc", "corp", "corporation", "co", "gmbh",
        "ag", "sa", "sas", "bv", "ab", "oy", "plc", "kg", "srl", "jr", "sr", "ii", "iii", "phd", "md", "esq",
    ];
    known.contains(&letters.as_str())
}

/// The text in the table of the person; the whole table where it is not written as it reads.
fn found(project: &Project, author: &Author, text: &str) -> Span {
    // of a table in double brackets the place is its head
    let rest = &project.source.text()[author.span.range().start..];
    let table = match rest.strip_prefix("[[").and_then(|inside| inside.find("\n[")) {
        Some(end) => &rest[..end + 2],
        None if rest.starts_with("[[") => rest,
        None => project.source.slice(author.span),
    };
    let at = table.find(&format!("\"{text}\"")).or_else(|| table.find(&format!("'{text}'")));
    at.map_or(author.span, |at| {
        let start = author.span.range().start + at;
        Span::new(start, start + text.len() + 2)
    })
}
