use crate::diagnostic::{Diagnostic, Level, Location};
use crate::rule::{Subject, declare_rule};
use crate::text::{SourceText, Span};

declare_rule! {
    /// ## What it does
    /// Checks that the namespace of a server in the MCP registry, `io.github.Owner`, has the letters of the repository's owner
    /// in the same case.
    ///
    /// It is an error where a workflow of the repository publishes to the registry as the repository itself: then the
    /// namespace is the one of its owner. Without one it is a warning, as GitHub takes an owner in an address in any case.
    ///
    /// ## Why is this bad?
    /// GitHub does not tell `exampleweavers` from `ExampleWeavers`, and the registry does: it refuses the server with 403, when
    /// the release is already on PyPI with the name in its readme, where it cannot be changed any more.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.urls]
    /// Source = "https://github.com/ExampleWeavers/weather"
    ///
    /// [tool.mcp-backend]
    /// mcp-name = "io.github.exampleweavers/weather"
    /// ```
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.exampleweavers/weather -->
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.urls]
    /// Source = "https://github.com/ExampleWeavers/weather"
    ///
    /// [tool.mcp-backend]
    /// mcp-name = "io.github.ExampleWeavers/weather"
    /// ```
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.ExampleWeavers/weather -->
    /// ```
    MET031 "namespace-case" Error(Upload) Author
}

/// A place where the server's name is written.
struct Written<'s> {
    source: &'s SourceText,
    name: &'s str,
    /// The name alone, without quotes.
    span: Span,
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let owners = owners(subject);
    let Some((owner, place)) = owners.first() else { return };
    let mut wrong = written(subject);
    wrong
        .retain(|one| namespace(one.name).is_some_and(|own| own != owner && own.eq_ignore_ascii_case(owner)));
    let Some(first) = wrong.first().filter(|_| !is_spelled_otherwise(subject, &owners)) else { return };
    let (name, source) = (first.name, first.source);
    let message =
        format!("the namespace of `{name}` is not the repository's owner `{owner}` letter by letter");
    let finding = RULE.at((source.path(), first.span), message).related(place.clone(), "the owner");
    // nobody writes capitals where there are none, but many leave them out of an address
    if !owner.contains(|c: char| c.is_ascii_uppercase()) {
        let help = "write the owner in both as GitHub shows it at the head of the repository's page";
        report.push(finding.help(help).level(Level::Warning));
        return;
    }
    let finding = wrong.iter().fold(finding, |finding, one| {
        let start = one.span.start as usize + NAMESPACE.len();
        finding.edit(one.source.path(), Span::new(start, start + owner.len()), owner.as_str())
    });
    let right = format!("{NAMESPACE}{owner}{}", &name[NAMESPACE.len() + owner.len()..]);
    let sure = subject.registry_files.workflows.iter().any(|source| publishes(source.text()));
    report.push(finding.help(format!("write `{right}` everywhere")).warning_unless(sure));
}

/// What the namespaces of GitHub's users and organisations begin with.
const NAMESPACE: &str = "io.github.";

/// The owner in a server's name.
fn namespace(name: &str) -> Option<&str> {
    name.strip_prefix(NAMESPACE)?.split('/').next()
}

/// Where the server's name is written: as a setting, in `server.json`, and in the readme, which repeats it.
fn written<'s>(subject: &Subject<'s>) -> Vec<Written<'s>> {
    let within = |source: &'s SourceText, name: &'s str, span: Span| {
        let start = span.start as usize + source.slice(span).find(name)?;
        Some(Written { source, name, span: Span::new(start, start + name.len()) })
    };
    let project = subject.project;
    let set = project.settings.mcp_name.as_ref();
    let set = set.and_then(|set| within(&project.source, &set.value, set.span));
    let server = subject.registry_files.server_json.as_ref().and_then(|parsed| {
        let node = parsed.content.name()?;
        within(&parsed.source, node.text()?, node.range.clone().into())
    });
    let readme = subject.registry_files.readme.as_ref().filter(|readme| readme.inline.is_none());
    let marker = readme.and_then(|readme| {
        let (source, span) = (&*readme.source, marked(&readme.source)?);
        Some(Written { source, name: source.slice(span), span })
    });
    [set, server, marker].into_iter().flatten().collect()
}

/// Whether the owner is spelled in another way somewhere, so that any of the spellings may be right.
fn is_spelled_otherwise(subject: &Subject<'_>, owners: &[(String, Location)]) -> bool {
    let Some((owner, _)) = owners.first() else { return false };
    let readme = subject.registry_files.readme.iter().map(|readme| readme.source.text());
    let mut spelled = readme.chain([subject.project.source.text()]).flat_map(spellings);
    let is_other = |spelling: &str| spelling.eq_ignore_ascii_case(owner) && spelling != owner;
    spelled.any(is_other) || owners.iter().any(|(other, _)| is_other(other))
}

/// The owners of repositories on GitHub that the project says are its own, as they are written.
fn owners(subject: &Subject<'_>) -> Vec<(String, Location)> {
    let of_urls = subject.project.urls.iter().filter_map(|(label, address)| {
        let label: String = label.value.chars().filter(char::is_ascii_alphabetic).collect();
        let known =
            ["source", "repository", "homepage", "github", "sourcecode", "code", "issues", "bugtracker"];
        let is_own = known.contains(&label.to_ascii_lowercase().as_str());
        is_own.then_some((owner(&address.value)?, subject.project.at(address.span)))
    });
    let of_server = subject.registry_files.server_json.iter().filter_map(|parsed| {
        let node = parsed.content.root.get("repository")?.get("url")?;
        let place = Location::span(parsed.source.path(), node.range.clone().into());
        node.text().and_then(owner).map(|owner| (owner, place))
    });
    of_server.chain(of_urls).collect()
}

/// The owners that the addresses in a text name.
fn spellings(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("github.com/").filter_map(|(at, host)| {
        let rest = &text[at + host.len()..];
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?;
        (length > 0).then(|| &rest[..length])
    })
}

/// The owner of a repository on GitHub: `https://github.com/owner/repository`.
fn owner(address: &str) -> Option<String> {
    let rest = address.split_once("github.com/")?.1;
    let owner = rest.split('/').next()?;
    let is_name = !owner.is_empty() && owner.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_name.then(|| owner.to_owned())
}

/// Whether a workflow publishes to the registry as the repository itself.
fn publishes(text: &str) -> bool {
    text.contains("mcp-publisher") && text.contains("github-oidc")
}

/// Where the readme tells the server's name.
fn marked(readme: &SourceText) -> Option<Span> {
    let text = readme.text();
    let at = text.find("mcp-name: ")? + "mcp-name: ".len();
    let inner = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let length = text[at..].find(|c| !inner(c)).unwrap_or(text.len() - at);
    Some(Span::new(at, at + length))
}
