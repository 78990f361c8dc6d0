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

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let owners = owners(subject);
    let Some((owner, place)) = owners.first() else { return };
    // nobody writes capitals where there are none, but many leave them out of an address
    let has_capitals = owner.contains(|c: char| c.is_ascii_uppercase());
    let sure = has_capitals && subject.registry_files.workflows.iter().any(|source| publishes(source.text()));
    let mut all: Vec<(Location, Span, &str, bool)> = Vec::new();
    if let Some(set) = &subject.project.settings.mcp_name {
        let inside = Span::new(set.span.start as usize + 1, set.span.end as usize - 1);
        all.push((subject.project.at(set.span), inside, &set.value, true));
    }
    let server = subject.registry_files.server_json.as_ref();
    if let Some((parsed, node)) = server.and_then(|parsed| Some((parsed, parsed.content.name()?))) {
        let inside = Span::new(node.range.start + 1, node.range.end - 1);
        let place = Location::span(parsed.source.path(), node.range.clone().into());
        all.push((place, inside, node.text().unwrap_or_default(), true));
    }
    let readme = subject.registry_files.readme.as_ref().filter(|readme| readme.inline.is_none());
    if let Some((source, span)) = readme.and_then(|readme| Some((&*readme.source, marked(&readme.source)?))) {
        all.push((Location::span(source.path(), span), span, source.slice(span), false));
    }
    let wrong = all.into_iter().filter_map(|(place, inside, name, is_name)| {
        let written = name.strip_prefix("io.github.")?.split('/').next()?;
        let differs = written != owner && written.eq_ignore_ascii_case(owner);
        differs.then_some((place, inside, name, is_name, written))
    });
    let wrong: Vec<_> = wrong.collect();
    let Some((first, _, name, ..)) = wrong.first() else { return };
    // one of several spellings may be right
    let texts = subject.registry_files.readme.iter().map(|readme| readme.source.text());
    let mut spelled = texts.chain([subject.project.source.text()]).flat_map(spellings).map(str::to_owned);
    let is_own = |spelling: &String| spelling.eq_ignore_ascii_case(owner) && spelling != owner;
    if spelled.any(|spelling| is_own(&spelling)) || owners.iter().any(|(other, _)| is_own(other)) {
        return;
    }
    // the readme follows the name, which it repeats
    let right = name.replacen(wrong[0].4, owner, 1);
    let message =
        format!("the namespace of `{name}` is not the repository's owner `{owner}` letter by letter");
    let finding = RULE.at(first.clone(), message).related(place.clone(), "the owner");
    if !has_capitals {
        let help = "write the owner in both as GitHub shows it at the head of the repository's page";
        report.push(finding.help(help).level(Level::Warning));
        return;
    }
    let finding = wrong.iter().fold(finding, |finding, (place, inside, ..)| {
        let start = inside.start as usize + "io.github.".len();
        finding.edit(&place.path, Span::new(start, start + owner.len()), owner.as_str())
    });
    report.push(finding.help(format!("write `{right}` everywhere")).warning_unless(sure));
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
