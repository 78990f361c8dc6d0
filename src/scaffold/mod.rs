//! A new server project: few files, in which no rule finds anything but that links are missing, to be changed into a server of
//! one's own.
//!
//! Pure: a [`NewOptions`] in, files out. What is made from the code, such as the readme's section on the tools, is added once the files
//! are there.

mod kept;

use crate::knowledge::imports;
use crate::knowledge::stdlib;
use crate::plan::Entry;
use crate::project::own_requirement;
use crate::sdk::{self, Sdk};
use crate::spec::identifier;
use crate::spec::name;
use crate::spec::person::Person;
use crate::spec::server_json;
use crate::text::filled;
use crate::text::literal::{array, key, quoted};

pub use kept::KeptFiles;

/// What the user wants.
#[derive(Clone, Debug)]
pub struct NewOptions {
    /// The project's name; the script's too.
    pub name: String,
    /// The SDK.
    pub sdk: Sdk,
    /// Who writes it.
    pub author: Option<Person>,
    /// The owner of the repository at GitHub, which the registry knows the server by.
    pub owner: Option<String>,
}

/// Why no project can be called so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectNameFault {
    /// Its letters.
    #[error("`{0}` is no name of a project; write ASCII letters, digits and `-` between them")]
    Grammar(String),
    /// Its module could not be imported.
    #[error("`{0}` makes no module that Python can import; begin with a letter, and take no keyword")]
    Module(String),
    /// Its module is another's.
    #[error("the module of `{0}` would hide one that the server needs; call it `{0}-mcp`")]
    Taken(String),
}

impl NewOptions {
    /// The name of its module.
    pub fn module(&self) -> String {
        name::escaped(&self.name)
    }

    /// Whether a project can be called so.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(&self) -> Result<(), ProjectNameFault> {
        let (name, module) = (self.name.clone(), self.module());
        if !name::is_valid(&name) {
            return Err(ProjectNameFault::Grammar(name));
        }
        if !identifier::is_identifier(&module) || identifier::is_keyword(&module) {
            return Err(ProjectNameFault::Module(name));
        }
        let is_sdk =
            Sdk::of_module(&module).is_some() || ["fastmcp_slim", "pytest"].contains(&module.as_str());
        let installed = ["mcp", "fastmcp", "pydantic", "anyio", "httpx", "starlette", "uvicorn"];
        let of_a_dependency = || {
            installed
                .iter()
                .any(|name| imports::modules_of(name).is_some_and(|modules| modules.contains(&&*module)))
        };
        if is_sdk || stdlib::is_stdlib_module(&module) || stdlib::is_dropped(&module) || of_a_dependency() {
            return Err(ProjectNameFault::Taken(name));
        }
        Ok(())
    }

    /// The server's name in the registry, when the owner is known and the registry takes it: no part is one letter.
    pub fn server_name(&self) -> Option<String> {
        let name = self.owner.as_ref().map(|owner| format!("io.github.{owner}/{}", self.name))?;
        server_json::name(&name).is_none().then_some(name)
    }
}

/// The project's files; what stands between `%` in the templates is put in.
pub fn files(wish: &NewOptions) -> Vec<Entry> {
    let module = wish.module();
    let words = words(wish);
    let (server, test) = match wish.sdk {
        Sdk::Mcp => (include_str!("template/server_mcp.py"), include_str!("template/test_mcp.py")),
        Sdk::Fastmcp => {
            (include_str!("template/server_fastmcp.py"), include_str!("template/test_fastmcp.py"))
        }
    };
    let files = [
        (".gitignore".to_owned(), include_str!("template/gitignore")),
        ("LICENSE".to_owned(), include_str!("template/LICENSE")),
        ("README.md".to_owned(), include_str!("template/README.md")),
        ("pyproject.toml".to_owned(), include_str!("template/pyproject.toml")),
        (format!("src/{module}/__init__.py"), include_str!("template/init.py")),
        (format!("src/{module}/__main__.py"), include_str!("template/main.py")),
        (format!("src/{module}/config.py"), include_str!("template/config.py")),
        (format!("src/{module}/py.typed"), ""),
        (format!("src/{module}/server.py"), server),
        ("tests/test_server.py".to_owned(), test),
    ];
    files.into_iter().map(|(path, template)| Entry::bytes(path, filled(template, &words))).collect()
}

/// The workflow that tests each change, on these Pythons.
pub fn workflow(pythons: &[String]) -> Entry {
    let words = [("[\"PYTHONS\"]", array(pythons))];
    Entry::bytes(".github/workflows/ci.yml".to_owned(), filled(include_str!("template/ci.yml"), &words))
}

/// What the words of the templates stand for.
fn words(wish: &NewOptions) -> Vec<(&'static str, String)> {
    let NewOptions { name, sdk, author, owner } = wish;
    let holder = author
        .as_ref()
        .and_then(|author| author.name.clone())
        .unwrap_or_else(|| format!("the authors of {name}"));
    let email = author.as_ref().and_then(|author| author.email.as_ref());
    let mail = email.map(|email| format!(", email = {}", quoted(email))).unwrap_or_default();
    let urls = owner.as_ref().map(|owner| {
        let repository = format!("https://github.com/{owner}/{name}");
        format!(
            "\n[project.urls]\nRepository = {}\nIssues = {}\n",
            quoted(&repository),
            quoted(&format!("{repository}/issues"))
        )
    });
    let server_name = wish.server_name();
    let registry =
        server_name.as_ref().map(|server| format!("\n[tool.mcp-backend]\nmcp-name = {}\n", quoted(server)));
    let listed = server_name.as_ref().map(|_| "server-json = {}\n");
    let marker = server_name.as_ref().map(|server| format!("\n<!-- mcp-name: {server} -->\n"));
    vec![
        ("%name%", name.clone()),
        ("%key%", key(name)),
        ("%module%", wish.module()),
        // RFC 3986 admits no underscore in the scheme of an address
        ("%scheme%", name::normalize(name)),
        ("%variable%", format!("{}_GREETING", wish.module().to_uppercase())),
        ("%requirement%", requirement(*sdk)),
        ("%backend%", own_requirement()),
        ("%author%", format!("{{ name = {}{mail} }}", quoted(&holder))),
        ("%holder%", holder),
        ("%urls%", urls.unwrap_or_default()),
        ("%registry%", registry.unwrap_or_default()),
        ("%listed%", listed.unwrap_or_default().to_owned()),
        ("%marker%", marker.unwrap_or_default()),
    ]
}

/// The newest minor of the SDK that runs on every Python of the project, below the next major.
fn requirement(sdk: Sdk) -> String {
    let runs = |place: usize| {
        let mut wanted = sdk::requires_python(sdk.name());
        wanted.any(|(releases, text)| releases.contains(place) && text == PYTHON)
    };
    let minors = sdk.minors().enumerate().filter(|(place, _)| runs(*place));
    let newest = minors.last().map(|(_, minor)| minor).unwrap_or_default();
    let major: u64 = newest.split('.').next().and_then(|major| major.parse().ok()).unwrap_or_default();
    format!("{}>={newest},<{}", sdk.name(), major + 1)
}

/// What the template says in `requires-python`.
const PYTHON: &str = ">=3.10";

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(name: &str) -> NewOptions {
        NewOptions { name: name.to_owned(), sdk: Sdk::Mcp, author: None, owner: None }
    }

    #[test]
    fn refuses_names_that_would_not_work() {
        let cases = [
            ("weather", None),
            ("Weather.MCP-2", None),
            ("-x", Some(ProjectNameFault::Grammar("-x".to_owned()))),
            ("wetter-für-dich", Some(ProjectNameFault::Grammar("wetter-für-dich".to_owned()))),
            ("1-weather", Some(ProjectNameFault::Module("1-weather".to_owned()))),
            ("class", Some(ProjectNameFault::Module("class".to_owned()))),
            ("json", Some(ProjectNameFault::Taken("json".to_owned()))),
            ("mcp", Some(ProjectNameFault::Taken("mcp".to_owned()))),
            ("Pydantic", Some(ProjectNameFault::Taken("Pydantic".to_owned()))),
        ];
        for (name, fault) in cases {
            assert_eq!(wish(name).check().err(), fault, "{name}");
        }
    }

    #[test]
    fn leaves_no_word_of_a_template_open() {
        for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
            for owner in [None, Some("you".to_owned())] {
                for file in files(&NewOptions { sdk, owner: owner.clone(), ..wish("weather") }) {
                    let crate::plan::Content::Bytes(bytes) = &file.content else { panic!("bytes") };
                    let text = String::from_utf8_lossy(bytes);
                    // filled once the code is there
                    assert!(!text.replace("%clients%", "").contains('%'), "{}: {text}", file.path);
                }
            }
        }
    }
}
