use crate::diagnostic::{Diagnostic, Level};
use crate::registry_files::ParsedFile;
use crate::rule::{Subject, declare_rule};
use crate::spec::json::JsonNode;
use crate::spec::name;
use crate::spec::server_json::{Package, ServerJson};
use crate::spec::shape::is_placeholder;
use crate::spec::version::{self, Version};
use crate::text::literal::quoted;
use crate::text::{SourceText, Span, closest};

declare_rule! {
    /// ## What it does
    /// Checks that `server.json` says of the project's package what `pyproject.toml` says: the version, the identifier,
    /// and the name when `mcp-name` is set. The server's own version follows that of its only package, and so do the
    /// versions of a `package.json` that starts the server, of a bundle's `manifest.json` and of a client's extension that is
    /// called like the project (`gemini-extension.json`, `plugin.json`), and the tag of an image beside it.
    ///
    /// A name that is not the one set is an error. Another version is a warning, as a release workflow may write the right
    /// one before it publishes, and so is an identifier that may only be meant for the project's.
    ///
    /// What is filled in later, such as `$VERSION` or `0.0.0`, is no drift, and neither is the version of a package while
    /// the project's own is one of development.
    ///
    /// ## Why is this bad?
    /// The registry refuses a version that it has already, and users get the release that `server.json` names, not the
    /// one that was just made.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    /// `server.json`:
    /// ```json
    /// {
    ///   "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    ///   "name": "io.github.you/weather",
    ///   "description": "Tells the weather",
    ///   "version": "0.9.0",
    ///   "packages": [
    ///     { "registryType": "pypi", "identifier": "weather", "version": "0.9.0", "transport": { "type": "stdio" } }
    ///   ]
    /// }
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    /// `server.json`:
    /// ```json
    /// {
    ///   "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    ///   "name": "io.github.you/weather",
    ///   "description": "Tells the weather",
    ///   "version": "1.0.0",
    ///   "packages": [
    ///     { "registryType": "pypi", "identifier": "weather", "version": "1.0.0", "transport": { "type": "stdio" } }
    ///   ]
    /// }
    /// ```
    MET009 "server-json-drift" Error(Upload) Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(own) = project.name.as_ref().filter(|name| name::is_valid(&name.value)) else { return };
    let version = subject.version().map(|(version, _)| version).filter(is_release);
    let version = version.as_ref();
    if let (Some(parsed), Some(version)) = (&subject.registry_files.manifest, version) {
        let drift = parsed.content.version().filter(|node| differs(node, version));
        report.extend(drift.map(|node| of_version(subject, parsed, node, version)));
    }
    if let (Some(parsed), Some(version)) = (&subject.registry_files.npm, version) {
        let drift = parsed.content.get("version").filter(|node| differs(node, version));
        report.extend(drift.map(|node| of_version(subject, parsed, node, version)));
    }
    if let Some(version) = version {
        report.extend(extensions(subject, &own.value, version));
    }
    let Some(parsed) = &subject.registry_files.server_json else { return };
    let server = &parsed.content;
    if let Some(version) = version {
        report.extend(server.packages().filter_map(|package| of_tag(subject, parsed, package, version)));
    }
    if let (Some(setting), Some(node)) = (&project.settings.mcp_name, server.name())
        && node.text().is_some_and(|name| name != setting.value && !is_placeholder(name))
    {
        let related = project.at(setting.span);
        let finding =
            finding(&parsed.source, node, &format!("`{}` is named otherwise", text(node)), &setting.value);
        let finding = finding.related(related, "the name that is set");
        let help = format!("write `{}`, and the same in the readme", quoted(&setting.value));
        let marked = subject
            .registry_files
            .readme
            .as_ref()
            .is_some_and(|readme| readme.source.text().contains(text(node)));
        report.push(if marked { finding.help(help) } else { finding });
    }
    let packages: Vec<Package<'_>> = server.packages().collect();
    let of_pypi = |package: &&Package<'_>| package.registry == "pypi";
    let is_own =
        |package: &&Package<'_>| name::normalize(text(package.identifier)) == name::normalize(&own.value);
    let owned: Vec<_> = packages.iter().filter(of_pypi).filter(is_own).collect();
    if owned.is_empty() {
        report.extend(meant(subject, parsed, &packages));
        return;
    }
    let Some(version) = version else { return };
    for node in owned.iter().filter_map(|package| package.version).filter(|node| differs(node, version)) {
        report.push(of_version(subject, parsed, node, version));
    }
    // beside packages elsewhere the server has a version of its own
    let whole = server.version().filter(|_| owned.len() == packages.len());
    report.extend(
        whole.filter(|node| differs(node, version)).map(|node| of_version(subject, parsed, node, version)),
    );
}

/// The findings of clients' extensions that are called like the project and at another version.
fn extensions(subject: &Subject<'_>, own: &str, version: &Version) -> Vec<Diagnostic> {
    let manifests = subject.registry_files.extensions().flat_map(|settings| {
        let root = settings.root.as_ref();
        // a catalogue of them lists each with its version
        let listed = root.and_then(|root| root.get("plugins")).map(JsonNode::items).unwrap_or_default();
        let is_here = |plugin: &&JsonNode| {
            let source = plugin.get("source").and_then(JsonNode::text);
            source.is_some_and(|source| [".", "./"].contains(&source))
        };
        let listed = listed.iter().filter(is_here);
        let own = root.filter(|root| root.get("plugins").is_none());
        own.into_iter().chain(listed).map(move |root| (settings, root))
    });
    let drifts = manifests.filter_map(|(settings, root)| {
        let named = root.get("name")?.text()?;
        let node = root.get("version").filter(|node| differs(node, version))?;
        (name::normalize(named) == name::normalize(own))
            .then(|| drift(subject, &settings.source, node, version))
    });
    drifts.collect()
}

/// The finding of an image whose tag is the version of an older release: `ghcr.io/you/weather:0.9.0`.
fn of_tag(
    subject: &Subject<'_>,
    parsed: &ParsedFile<ServerJson>,
    package: Package<'_>,
    version: &Version,
) -> Option<Diagnostic> {
    let node = Some(package.identifier).filter(|_| package.registry == "oci")?;
    let written = text(node);
    let (image, tag) = written.rsplit_once(':').filter(|_| !written.contains('@'))?;
    let number = tag.strip_prefix('v').unwrap_or(tag);
    let is_version = number.split('.').count() > 2 && !is_placeholder(written) && !tag.contains('/');
    let other = version::parse(number).ok().filter(|other| is_version && other != version)?;
    let start = node.range.start + 1 + image.len() + 1 + (tag.len() - number.len());
    let span = Span::new(start, node.range.end - 1);
    let path = parsed.source.path();
    let message = format!("`{path}` names the image of version {other}, and the project is at {version}");
    let finding = RULE.at((path, span), message).help(format!("write `{version}`")).edit(
        path,
        span,
        version.to_string(),
    );
    let place = subject.project.version.as_ref().map(|place| subject.project.at(place.span));
    Some(finding.level(Level::Warning).related_where(place, "the project's version"))
}

fn text(node: &JsonNode) -> &str {
    node.text().unwrap_or_default()
}

/// Whether a version is one that is published as it stands.
fn is_release(version: &Version) -> bool {
    !version.is_dev() && !version.is_local() && version.release().iter().any(|part| *part > 0)
}

/// Whether the version at `node` is another than the project's.
///
/// A server may be listed anew with a number behind (`1.0.0-1`), and semantic versions write `1.0.0-rc.1` for `1.0.0rc1`.
fn differs(node: &JsonNode, version: &Version) -> bool {
    let written = text(node);
    if is_placeholder(written) || written.is_empty() || written.starts_with("0.0.0") {
        return false;
    }
    let again = written.strip_prefix(&version.to_string()).is_some_and(|rest| rest.starts_with(['-', '+']));
    // what is no version has a rule of its own
    !again && version::parse(written).is_ok_and(|written| written != *version)
}

fn of_version<T>(
    subject: &Subject<'_>,
    parsed: &ParsedFile<T>,
    node: &JsonNode,
    version: &Version,
) -> Diagnostic {
    drift(subject, &parsed.source, node, version)
}

fn drift(subject: &Subject<'_>, source: &SourceText, node: &JsonNode, version: &Version) -> Diagnostic {
    let message = format!("`{}` is at version {}, and the project at {version}", source.path(), text(node));
    let finding = finding(source, node, &message, &version.to_string()).level(Level::Warning);
    finding.related_where(
        subject.project.version.as_ref().map(|place| subject.project.at(place.span)),
        "the project's version",
    )
}

/// The finding of a package on PyPI that is another's, but means this one.
fn meant(
    subject: &Subject<'_>,
    parsed: &ParsedFile<ServerJson>,
    packages: &[Package<'_>],
) -> Option<Diagnostic> {
    let own = subject.project.name.as_ref()?;
    let [package] = packages else { return None };
    let identifier = text(package.identifier);
    let near = closest(identifier, [own.value.as_str()]).is_some();
    if package.registry != "pypi" || is_placeholder(identifier) || !near {
        return None;
    }
    let message = format!("`{identifier}` is not the project `{}`", own.value);
    let finding = finding(&parsed.source, package.identifier, &message, &own.value).level(Level::Warning);
    Some(finding.related(subject.project.at(own.span), "the project's name"))
}

/// A finding at a string, which its edit replaces.
fn finding(source: &SourceText, node: &JsonNode, message: &str, right: &str) -> Diagnostic {
    let path = source.path();
    let span = Span::new(node.range.start, node.range.end);
    let finding = RULE.at((path, span), message);
    let right = quoted(right);
    finding.help(format!("write `{right}`")).edit(path, span, right)
}
