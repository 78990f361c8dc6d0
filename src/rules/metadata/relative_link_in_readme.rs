use crate::diagnostic::Diagnostic;
use crate::registry_files::{Link, Readme};
use crate::rule::{Subject, declare_rule};
use crate::text::{RelPath, Span};

declare_rule! {
    /// ## What it does
    /// Checks that the links and images of a Markdown readme are absolute. Links within the page (`#usage`) are fine.
    ///
    /// ## Why is this bad?
    /// PyPI shows the readme alone: a link to a file of the repository leads nowhere there, and an image is broken.
    ///
    /// Remedy: by hand, since only the author knows where the file is published.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// See [the manual](docs/manual.md).
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// See [the manual](https://github.com/you/weather/blob/HEAD/docs/manual.md).
    /// ```
    MET006 "relative-link-in-readme" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(readme) = &subject.registry_files.readme else { return };
    let text = readme.source.text();
    let links: Vec<&Link> =
        readme.links().iter().filter(|link| is_relative(&text[link.range.clone()])).collect();
    let Some(first) = links.first() else { return };
    let path = readme.source.path();
    let span = |link: &Link| Span::new(link.range.start, link.range.end);
    let others = match links.len() {
        1 => String::new(),
        2 => ", and neither does 1 more link".to_owned(),
        count => format!(", and neither do {} more links", count - 1),
    };
    let target = &text[first.range.clone()];
    let message = format!("`{target}` in the readme leads nowhere on PyPI{others}");
    let forge = Forge::of(subject);
    let help = match forge.as_ref().and_then(|forge| forge.address(subject, readme, first)) {
        Some(address) => format!("write `{address}`"),
        None => "write the whole address, beginning with `https://`".to_owned(),
    };
    let finding = RULE.at((path, span(first)), message).help(help);
    let edits =
        links.iter().filter_map(|link| Some((span(link), forge.as_ref()?.address(subject, readme, link)?)));
    report.push(finding.edits(path, edits));
}

/// Whether the target is a path: no address, no place in the page, nothing to be filled in.
fn is_relative(target: &str) -> bool {
    let scheme = target
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)));
    let path = path_of(target);
    // a word alone may be meant as no link at all: `list[index](argument)`
    let file = path.contains(['/', '.']) && path.chars().any(char::is_alphanumeric);
    !scheme && file && !target.starts_with("//") && !target.contains(['{', '<', '$', '@', ',', '"', '\n'])
}

/// The target without its place in the page and its question.
fn path_of(target: &str) -> &str {
    target.split(['#', '?']).next().unwrap_or_default()
}

/// A public repository whose files have addresses.
struct Forge {
    /// `https://github.com/you/weather`, or on GitLab the same with `/-`.
    base: String,
}

impl Forge {
    /// The one repository that the project's URLs name, when the project is the whole of it.
    fn of(subject: &Subject<'_>) -> Option<Self> {
        // a project in a folder of its repository has other addresses, and only a checkout tells
        if !subject.tree.is_checkout() {
            return None;
        }
        let mut bases: Vec<String> =
            subject.project.urls.iter().filter_map(|(_, url)| repository(&url.value)).collect();
        bases.sort();
        bases.dedup();
        match bases.as_slice() {
            [base] => Some(Self { base: base.clone() }),
            _ => None,
        }
    }

    /// Where the target of a link lies; none when it is not in the project.
    fn address(&self, subject: &Subject<'_>, readme: &Readme, link: &Link) -> Option<String> {
        let target = &readme.source.text()[link.range.clone()];
        let (path, rest) = target.split_at(path_of(target).len());
        let folder = readme.source.path().parent();
        let at_root = path.strip_prefix('/').unwrap_or(path);
        let path = RelPath::parse(at_root.trim_end_matches('/')).ok()?;
        let path = if at_root.len() < target.len() - rest.len() { path } else { folder.join(path.as_str()) };
        let kind = match (subject.tree.file(&path), subject.tree.has_folder(&path)) {
            (Some(_), _) if link.image => "raw",
            (Some(_), _) => "blob",
            (None, true) => "tree",
            (None, false) => return None,
        };
        Some(format!("{}/{kind}/HEAD/{}{rest}", self.base, path.as_str().replace(' ', "%20")))
    }
}

/// The repository that an address lies in, on the forges where `HEAD` is a branch like any other.
fn repository(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (host, path) = rest.split_once('/')?;
    let mut parts = path.split(['/', '#', '?']).filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    match host {
        "github.com" if owner != "sponsors" && owner != "orgs" => {
            Some(format!("https://github.com/{owner}/{name}"))
        }
        // groups nest there: what follows may be one of them
        "gitlab.com" if parts.next().is_none_or(|next| next == "-") => {
            Some(format!("https://gitlab.com/{owner}/{name}/-"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_are_relative() {
        for target in ["a.md", "./a.md", "../a", "/docs/a.md", "docs/a.md#b", "a b.png", "é.md"] {
            assert!(is_relative(target), "{target}");
        }
        for target in [
            "#a", "", "https://a", "mailto:a@b", "//a/b", "{{ url }}/a", "$X/a.md", "index", "...", "x, y.z",
            "a@b.org", "vscode:mcp/install",
        ] {
            assert!(!is_relative(target), "{target}");
        }
    }

    #[test]
    fn knows_repositories_of_forges() {
        for (url, base) in [
            ("https://github.com/you/weather", Some("https://github.com/you/weather")),
            ("https://www.github.com/you/weather.git", Some("https://github.com/you/weather")),
            ("https://github.com/you/weather/issues", Some("https://github.com/you/weather")),
            ("https://github.com/you/weather#readme", Some("https://github.com/you/weather")),
            ("https://gitlab.com/you/weather/-/issues", Some("https://gitlab.com/you/weather/-")),
            ("https://gitlab.com/you/group/weather", None),
            ("https://github.com/you", None),
            ("https://example.org/you/weather", None),
        ] {
            assert_eq!(repository(url).as_deref(), base, "{url}");
        }
    }
}
