//! A bundle for desktop clients: `<name>-<version>.mcpb`, a zip archive that begins with its `manifest.json`.
//!
//! MCPB (modelcontextprotocol/mcpb, MANIFEST.md and the schemas of 0.3 and 0.4, whose members are closed). A bundle of
//! type `uv` holds the project's own wheel, so that no index needs to know the release; what the wheel requires is
//! installed by the client's uv. One of type `python` starts the release from the index with `uvx`, for clients that
//! know no `uv` bundles. What the server requires lies inside only in a bundle that is made for one platform.

use serde_json::{Map, Value, json};

use super::vendored::{FOLDER, Vendored};
use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, bundle_lock};
use crate::plan::{Content, Entry, Plan};
use crate::project::EnvVariable;
use crate::server::Primitive;
use crate::spec::entry_points::Reference;
use crate::spec::name;
use crate::spec::npm_range;
use crate::text::literal::quoted;
use crate::text::{RelPath, Spanned};
use crate::tree::SourceFile;

const CHANNEL: Channel = Channel::Mcpb;
/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const SHIM: &str = "src/server.py";
const ICON: &str = "icon.png";

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Wheel, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let mut lacks: Vec<MissingInput> = publication.without_start().collect();
    lacks.extend(publication.without_semver());
    lacks.extend(publication.without_description());
    if publication.author().is_none() {
        lacks.push(MissingInput::missing(
            "needs an author with a name",
            "add `authors = [{ name = \"Your Name\" }]` to `[project]`",
        ));
    }
    let kind = publication.setting(CHANNEL, "type").filter(|kind| !["uv", "python"].contains(&&*kind.value));
    lacks.extend(kind.map(|kind| {
        MissingInput::at(kind.span, format!("knows no type `{}`", kind.value), "write `uv` or `python`")
    }));
    lacks.extend(publication.setting(CHANNEL, "icon").and_then(|icon| badly_drawn(publication, icon)));
    lacks
}

fn badly_drawn(publication: &Publication<'_>, icon: &Spanned<String>) -> Option<MissingInput> {
    let lack = |what: &str| {
        MissingInput::at(icon.span, format!("{what}: `{}`", icon.value), "name a PNG of the project")
    };
    let Some(file) = icon_of(publication) else { return Some(lack("finds no such icon")) };
    let bytes = publication.tree.read(&file.path).unwrap_or_default();
    (!bytes.starts_with(PNG)).then(|| lack("takes a PNG for its icon, and this is none"))
}

fn icon_of<'a>(publication: &Publication<'a>) -> Option<&'a SourceFile> {
    let path = RelPath::parse(&publication.setting(CHANNEL, "icon")?.value).ok()?;
    publication.tree.file(&path)
}

/// Whether the client's own uv installs the wheel that lies inside.
fn holds_wheel(publication: &Publication<'_>) -> bool {
    publication.setting(CHANNEL, "type").is_none_or(|kind| kind.value == "uv")
}

fn make(publication: &Publication<'_>, artifacts: &Artifacts) -> Vec<Export> {
    let manifest = manifest(publication, artifacts.vendored.as_ref());
    let manifest = serde_json::to_string_pretty(&manifest).expect("JSON is JSON") + "\n";
    let mut entries = vec![Entry::bytes("manifest.json".to_owned(), manifest)];
    if let Some(icon) = icon_of(publication) {
        let content = Content::File { path: icon.path.clone(), size: icon.size };
        entries.push(Entry { path: ICON.to_owned(), content, executable: false });
    }
    entries
        .extend(publication.reference().map(|start| Entry::bytes(SHIM.to_owned(), shim(publication, start))));
    if let Some((file_name, wheel)) = artifacts.wheel.as_ref().filter(|_| holds_wheel(publication)) {
        entries.extend(installed(publication, (file_name, wheel), artifacts.vendored.as_ref()));
    }
    entries.sort_by(|left, right| left.path.cmp(&right.path));
    let release = format!("{}-{}", publication.name, publication.version);
    let Some(vendored) = &artifacts.vendored else {
        return vec![Export::Bundle(Plan { file_name: format!("{release}.mcpb"), entries })];
    };
    // the same wheels as a folder, for installers without a client
    let folder = format!("{release}-{}", vendored.machine.platform);
    let wheels = artifacts.wheel.iter().chain(&vendored.wheels);
    let place =
        |(name, bytes): &(String, Vec<u8>)| Entry::bytes(format!("{folder}/{name}"), bytes.as_slice());
    let mut made: Vec<Export> = wheels.map(place).map(Export::File).collect();
    made.push(Export::Bundle(Plan { file_name: format!("{folder}.mcpb"), entries }));
    made
}

/// What the client's uv makes the environment from: the wheel, and the lock or the wheels of what it requires.
fn installed(
    publication: &Publication<'_>,
    (name, wheel): (&str, &[u8]),
    vendored: Option<&Vendored>,
) -> Vec<Entry> {
    if let Some(vendored) = vendored {
        let place = |name: &str| format!("{FOLDER}/{name}");
        let python = Some(format!("=={}.*", vendored.python));
        let text = pyproject(publication, &place(name), &publication.extra(), python, &vendored.settings());
        let wheels = vendored.wheels.iter().map(|(name, wheel)| (name.as_str(), wheel.as_slice()));
        let wheels = wheels.chain([(name, wheel)]).map(|(name, wheel)| Entry::bytes(place(name), wheel));
        return wheels.chain([Entry::bytes("pyproject.toml".to_owned(), text)]).collect();
    }
    let lock = bundle_lock::text(publication, name, wheel);
    let extra = if lock.is_some() { String::new() } else { publication.extra() };
    let python = publication.project.requires_python.as_ref();
    let python = python.filter(|python| python.specifiers.is_ok()).map(|python| python.text.value.clone());
    let text = pyproject(publication, name, &extra, python, "");
    let files = [("pyproject.toml", text.into_bytes()), (name, wheel.to_owned())];
    let lock = lock.map(|lock| ("uv.lock", lock.into_bytes()));
    files.into_iter().chain(lock).map(|(path, bytes)| Entry::bytes(path.to_owned(), bytes)).collect()
}

/// The environment that the client's uv makes beside the bundle: the wheel and what it requires.
fn pyproject(
    publication: &Publication<'_>,
    wheel: &str,
    extra: &str,
    python: Option<String>,
    settings: &str,
) -> String {
    let name = name::normalize(publication.name);
    let python = python.map(|python| format!("requires-python = {}\n", quoted(&python)));
    format!(
        "[project]\nname = \"{name}-bundle\"\nversion = {}\n{}dependencies = [\"{name}{extra}\"]\n\n\
         [tool.uv]\npackage = false\n{settings}\n[tool.uv.sources]\n{name} = {{ path = {} }}\n",
        quoted(&publication.version.to_string()),
        python.unwrap_or_default(),
        quoted(wheel),
    )
}

/// The variables that reach the server as an empty text where the user leaves them out: a manifest can say no less.
fn blank<'a>(publication: &Publication<'a>) -> impl Iterator<Item = &'a str> {
    let variables = publication.variables.iter();
    let left_out =
        variables.filter(|variable| default(variable).is_none_or(str::is_empty) && !variable.is_required());
    left_out.map(|variable| variable.name.value.as_str())
}

/// What a client fills in for its user.
fn default(variable: &EnvVariable) -> Option<&str> {
    let default = variable.default.as_ref().filter(|_| !variable.is_secret());
    default.map(|default| default.value.as_str())
}

/// The program that is started. Its own folder must not hide a module of the project from an import, and a variable
/// that was left out must not be there.
fn shim(publication: &Publication<'_>, start: &Reference) -> String {
    let (first, path) = (start.attributes.first().map_or("", |name| name), start.attributes.join("."));
    let blank: Vec<String> = blank(publication).map(quoted).collect();
    let dropped = if blank.is_empty() {
        String::new()
    } else {
        format!(
            "    for name in [{}]:\n        if not os.environ.get(name):\n            os.environ.pop(name, None)\n",
            blank.join(", ")
        )
    };
    format!(
        "\"\"\"Starts the server as its script does.\"\"\"\n\n\
         import os\nimport sys\n\n\
         HERE = os.path.dirname(os.path.abspath(__file__))\n\n\
         if __name__ == \"__main__\":\n    \
         sys.path[:] = [path for path in sys.path if os.path.abspath(path) != HERE]\n{dropped}    \
         sys.argv[0] = {}\n    \
         from {} import {first}\n\n    \
         sys.exit({path}())\n",
        quoted(publication.script.unwrap_or_default()),
        start.module,
    )
}

fn manifest(publication: &Publication<'_>, vendored: Option<&Vendored>) -> Value {
    let mut manifest = Map::new();
    let mut put = |key: &str, value: Value| manifest.insert(key.to_owned(), value);
    put("manifest_version", if holds_wheel(publication) { "0.4" } else { "0.3" }.into());
    put("name", publication.name.into());
    if publication.title != publication.name {
        put("display_name", publication.title.into());
    }
    put("version", publication.semver().unwrap_or_default().into());
    put("description", publication.description.into());
    let (author, email) = publication.author().unwrap_or_default();
    put(
        "author",
        email.map_or_else(|| json!({ "name": author }), |email| json!({ "name": author, "email": email })),
    );
    if let Some(repository) = publication.repository() {
        put("repository", json!({ "type": "git", "url": repository.url }));
    }
    let pages = [
        ("homepage", publication.homepage()),
        ("documentation", publication.documentation()),
        ("support", publication.issues()),
    ];
    for (key, page) in pages {
        if let Some(page) = page.filter(|page| page.starts_with("https://") || page.starts_with("http://")) {
            put(key, page.into());
        }
    }
    if icon_of(publication).is_some() {
        put("icon", ICON.into());
    }
    put("server", server(publication, vendored.is_some()));
    offered(publication, &mut put);
    let keywords = &publication.project.keywords;
    if !keywords.is_empty() {
        put("keywords", keywords.iter().map(|keyword| keyword.value.as_str()).collect());
    }
    if let Some(license) = publication.license() {
        put("license", license.into());
    }
    let compatibility = compatibility(publication, vendored);
    if compatibility != json!({}) {
        put("compatibility", compatibility);
    }
    if !publication.variables.is_empty() {
        let asked =
            publication.variables.iter().map(|variable| (variable.name.value.clone(), asked(variable)));
        put("user_config", Value::Object(asked.collect()));
    }
    Value::Object(manifest)
}

/// The Pythons and, where what it requires lies inside, the one platform that it runs on.
fn compatibility(publication: &Publication<'_>, vendored: Option<&Vendored>) -> Value {
    let mut compatibility = json!({});
    if let Some(vendored) = vendored {
        compatibility["platforms"] = json!([vendored.machine.word("sys_platform")]);
    }
    let python = publication.project.requires_python.as_ref();
    let range = match vendored {
        Some(vendored) => Some(format!("{}.x", vendored.python)),
        None => python.and_then(|python| npm_range::of(python.specifiers.as_ref().ok()?)),
    };
    if let Some(range) = range {
        compatibility["runtimes"] = json!({ "python": range });
    }
    compatibility
}

fn server(publication: &Publication<'_>, is_offline: bool) -> Value {
    let arguments = || publication.arguments.iter().map(|&argument| argument.to_owned());
    let (kind, command, words) = if holds_wheel(publication) {
        let offline = is_offline.then_some("--offline");
        let words = ["run"].into_iter().chain(offline).chain(["--directory", "${__dirname}", SHIM]);
        ("uv", "uv", words.map(str::to_owned).chain(arguments()).collect())
    } else if blank(publication).next().is_some() {
        let words = [
            "--from".to_owned(),
            publication.requirement(true),
            "python".to_owned(),
            format!("${{__dirname}}/{SHIM}"),
        ];
        ("python", "uvx", words.into_iter().chain(arguments()).collect())
    } else {
        ("python", "uvx", publication.uvx(true))
    };
    let mut config = json!({ "command": command, "args": words });
    if !publication.variables.is_empty() {
        let given = publication.variables.iter().map(|variable| {
            let name = &variable.name.value;
            (name.clone(), Value::from(format!("${{user_config.{name}}}")))
        });
        config["env"] = Value::Object(given.collect());
    }
    json!({ "type": kind, "entry_point": SHIM, "mcp_config": config })
}

/// The tools by name and description, as a manifest knows no more of them; whether there are others, and prompts: a
/// manifest wants the text of a prompt, which the server makes when it is asked.
fn offered(publication: &Publication<'_>, put: &mut impl FnMut(&str, Value) -> Option<Value>) {
    let primitives = publication.primitives;
    let is_sure = |tool: &Primitive| {
        tool.is_listed_by_default() && tool.is_certain("name") && tool.text("name").is_some()
    };
    let tools: Vec<Value> = publication.tools().filter(|tool| is_sure(tool)).map(tool).collect();
    let unknown = !primitives.unknown.is_empty();
    let generated = unknown || tools.len() < publication.tools().count();
    if !tools.is_empty() {
        put("tools", tools.into());
    }
    if generated {
        put("tools_generated", true.into());
    }
    if unknown || !primitives.prompts.is_empty() {
        put("prompts_generated", true.into());
    }
}

fn tool(tool: &Primitive) -> Value {
    let mut listed = json!({ "name": tool.text("name") });
    let description =
        tool.text("description").filter(|text| !text.is_empty() && tool.is_certain("description"));
    if let Some(description) = description {
        listed["description"] = crate::text::cleaned(description).into();
    }
    listed
}

/// What the client asks its user for. A value that was left open would reach the server as `${user_config.NAME}`, so
/// what need not be given is empty by default; and what is required has to be given though there is a default.
fn asked(variable: &EnvVariable) -> Value {
    let name = &variable.name.value;
    let description = variable.description.as_ref().map_or(name, |text| &text.value);
    let default = default(variable);
    let required = variable.is_required() && default.is_none();
    let mut entry = json!({
        "type": "string", "title": name, "description": description, "required": required,
    });
    if variable.is_secret() {
        entry["sensitive"] = true.into();
    }
    if !required {
        entry["default"] = default.unwrap_or_default().into();
    }
    entry
}
