//! The core metadata of a project: METADATA in the wheel, PKG-INFO in the sdist, the same bytes in both.

use std::collections::HashSet;

use crate::dependencies::{LOCKED, ProjectLock};
use crate::layout::{Layout, dynamic_readme};
use crate::project::{License, Project, ReadmeField, ReadmeSource};
use crate::spec::core_metadata::{self, CoreMetadata};
use crate::spec::import_name::ImportName;
use crate::spec::name;
use crate::spec::person::{self, Person};
use crate::spec::readme::content_type_of;
use crate::spec::requirement::Requirement;
use crate::spec::server_json::{has_marker, marker};
use crate::spec::version::Version;
use crate::spec::wheel_name::ArtifactNames;
use crate::text::{RelPath, Spanned};
use crate::tree::SourceTree;

/// The core metadata of a project, made once for all its artifacts, so that they agree though a file changes meanwhile.
#[derive(Debug)]
pub struct Metadata {
    /// The version; none when it is missing, invalid, or not told.
    pub version: Option<Version>,
    /// The names of the artifacts and their folders.
    pub(super) names: ArtifactNames,
    /// METADATA and PKG-INFO.
    pub(super) text: String,
}

impl Metadata {
    /// Makes the metadata; a version that is missing is written as `0`, as nothing is built without one.
    pub fn new(
        project: &Project,
        tree: &SourceTree,
        layout: &Layout,
        version: Option<Version>,
        lock: Option<&ProjectLock>,
    ) -> Self {
        let pins = lock.and_then(|lock| lock.extra(project));
        let written = version.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string);
        let names = ArtifactNames::new(&project.module_name(), &written);
        let text = render(project, tree, layout, written, pins);
        Self { version, names, text }
    }
}

/// The readme's text with its content type; none without a readme, or when its file is not there.
///
/// A dynamic `readme` takes the `README` at the root and adds the marker that the MCP registry looks for in the
/// published description; a static one is never changed (pyproject.toml specification: "MUST honour").
fn description(project: &Project, tree: &SourceTree) -> Option<(String, String)> {
    if project.is_dynamic("readme") {
        let file = dynamic_readme(project, tree)?;
        let content_type = content_type_of(file.path.as_str())?;
        let text = read_text(tree, &file.path)?;
        return Some((with_marker(text, content_type, project), content_type.to_owned()));
    }
    let ReadmeField { source, content_type, .. } = project.readme.as_ref()?;
    let written = content_type.as_ref().map(|written| written.value.clone());
    match source {
        ReadmeSource::Text(text) => Some((text.value.clone(), written?)),
        ReadmeSource::File(file) => {
            let path = RelPath::parse(&file.value).ok()?;
            let content_type = written.or_else(|| content_type_of(&file.value).map(str::to_owned))?;
            Some((read_text(tree, &path)?, content_type))
        }
    }
}

fn read_text(tree: &SourceTree, path: &RelPath) -> Option<String> {
    tree.file(path)?;
    String::from_utf8(tree.read(path).ok()?).ok()
}

/// The text with the registry's marker, when the project has a name there and the marker is not in the text yet.
fn with_marker(text: String, content_type: &str, project: &Project) -> String {
    let Some(name) = &project.settings.mcp_name else { return text };
    if has_marker(&text, &name.value) {
        return text;
    }
    let line = marker(&name.value, content_type);
    format!("{}\n\n{line}\n", text.trim_end())
}

/// The import names and namespaces that the metadata declares (PEP 794): as written, and derived from what ships
/// where `dynamic` names them.
fn import_names(project: &Project, layout: &Layout) -> (Option<Vec<String>>, Vec<String>) {
    let written = |list: &Option<Spanned<Vec<Spanned<String>>>>| {
        let names = list.as_ref()?.value.iter().filter_map(|name| ImportName::parse(&name.value).ok());
        Some(names.map(|name| name.to_string()).collect::<Vec<_>>())
    };
    let mut names = written(&project.import_names);
    let mut namespaces = written(&project.import_namespaces).unwrap_or_default();
    let (derived, above) = derived(layout);
    if project.is_dynamic("import-names") {
        append(names.get_or_insert_default(), derived);
    }
    if project.is_dynamic("import-namespaces") {
        append(&mut namespaces, above);
    }
    (names, namespaces)
}

/// PEP 808: a backend may only append to what is written.
fn append(list: &mut Vec<String>, names: Vec<String>) {
    for name in names {
        if !list.iter().any(|written| written.split(';').next().is_some_and(|written| written.trim() == name))
        {
            list.push(name);
        }
    }
}

/// The import names and the namespaces above them that the wheel holds.
fn derived(layout: &Layout) -> (Vec<String>, Vec<String>) {
    let (mut names, mut namespaces) = (Vec::new(), Vec::new());
    for root in layout.roots.iter().filter(|root| !root.name.ends_with("-stubs")) {
        let mut above = String::new();
        for part in root.name.split('.') {
            let name = if above.is_empty() { part.to_owned() } else { format!("{above}.{part}") };
            // a package may begin with a compiled `__init__`, which is no module that can be read
            let module = name == root.name || layout.modules.get(&name).is_some();
            let list = if module { &mut names } else { &mut namespaces };
            if !list.contains(&name) {
                list.push(name.clone());
            }
            above = name;
        }
    }
    (names, namespaces)
}

/// The text of METADATA and PKG-INFO.
fn render(
    project: &Project,
    tree: &SourceTree,
    layout: &Layout,
    version: String,
    pins: Option<&[Requirement]>,
) -> String {
    let (author, author_email) = people(&project.authors);
    let (maintainer, maintainer_email) = people(&project.maintainers);
    let (description, description_content_type) = description(project, tree).unzip();
    let (import_names, import_namespaces) = import_names(project, layout);
    let (requires_dist, provides_extra) = requirements(project, pins);
    let (license, license_expression) = license(project, tree);
    let metadata = CoreMetadata {
        name: project.name.as_ref().map_or_else(|| "unnamed".to_owned(), |name| name.value.clone()),
        version,
        dynamic: Vec::new(),
        partially_dynamic: partially_dynamic(project),
        summary: project.description.as_ref().map(|summary| summary.value.clone()),
        description,
        description_content_type,
        keywords: project.keywords.iter().map(|keyword| keyword.value.clone()).collect(),
        author,
        author_email,
        maintainer,
        maintainer_email,
        license,
        license_expression,
        license_files: layout.licenses.iter().map(|file| file.path.to_string()).collect(),
        classifiers: project.classifiers.iter().map(|classifier| classifier.value.clone()).collect(),
        requires_dist,
        requires_python: project.requires_python.as_ref().map(|wanted| wanted.text.value.clone()),
        project_urls: urls(project),
        provides_extra,
        import_names,
        import_namespaces,
    };
    metadata.render()
}

fn people(authors: &[crate::project::Author]) -> (Option<String>, Option<String>) {
    let people: Vec<Person> = authors.iter().map(|author| author.person.clone()).collect();
    person::headers(&people)
}

/// Whether a field stands in `dynamic` and in the table too (PEP 808).
fn partially_dynamic(project: &Project) -> bool {
    project.dynamic.iter().any(|field| project.keys.iter().any(|key| key.value == field.value))
}

/// Requires-Dist and Provides-Extra, those of the extra that is made of `pins` last.
fn requirements(project: &Project, pins: Option<&[Requirement]>) -> (Vec<String>, Vec<String>) {
    let plain = project.dependencies.iter().filter_map(|wanted| wanted.value.as_ref().ok());
    let mut requires: Vec<String> = plain.map(Requirement::to_metadata).collect();
    let mut extras = Vec::new();
    for extra in &project.optional_dependencies {
        let wanted = extra.requirements.iter().filter_map(|wanted| wanted.value.as_ref().ok());
        let extra = name::normalize(&extra.name.value);
        requires.extend(wanted.map(|wanted| wanted.with_extra(&extra)));
        extras.push(extra);
    }
    if let Some(pins) = pins {
        requires.extend(pins.iter().map(|pin| pin.with_extra(LOCKED)));
        extras.push(LOCKED.to_owned());
    }
    (requires, extras)
}

/// The URLs with their labels; of those that readers gather under one label, the first.
fn urls(project: &Project) -> Vec<(String, String)> {
    let mut seen = HashSet::new();
    let urls = project.urls.iter().map(|(label, url)| (label.value.clone(), url.value.clone()));
    urls.filter(|(label, _)| seen.insert(core_metadata::label_as_read(label).to_owned())).collect()
}

/// The fields License (the old forms) and License-Expression.
fn license(project: &Project, tree: &SourceTree) -> (Option<String>, Option<String>) {
    match &project.license {
        Some(License::Expression(expression)) => {
            (None, expression.value.as_ref().ok().map(|expression| expression.canonical.clone()))
        }
        Some(License::Text(text)) => (Some(text.value.clone()), None),
        Some(License::File(file)) => {
            (RelPath::parse(&file.value).ok().and_then(|path| read_text(tree, &path)), None)
        }
        None => (None, None),
    }
}
